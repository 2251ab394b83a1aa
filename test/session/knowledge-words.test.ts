import { expect, test } from 'vitest';
import { foldWord, isQuestion, termsIn, wordsIn } from '../../src/session/knowledge-words.ts';

/** Words as knowledge is looked up by them. */

test('singular and plural are one word, with accents and without', () => {
  const pairs =
    'pão pães|preço preços|bolo bolos|flor flores|torre torres|mês meses|fácil fáceis|papel papéis|mãe mães|mão mãos|pai pais|limão limões|' +
    'viagem viagens|bombom bombons|noz nozes|luz luzes|inglês ingleses|anzol anzóis|azul azuis|barril barris|doce doces|box boxes|' +
    'cookie cookies|delivery deliveries|dish dishes|cake cakes|hotel hotéis|valor valores|gás gases|alemão alemães|país países|Pastel PASTÉIS|' +
    'animal animais|jovem jovens|ônibus ônibus|CORAÇÃO corações|série séries';
  for (const pair of pairs.split('|')) {
    const [one = '', many = ''] = pair.split(' ');
    expect(foldWord(many), pair).toBe(foldWord(one));
  }
  for (const pair of ['bolo bola', 'mal mau', 'pão pai', 'mês mesa', 'caro carro']) {
    const [one = '', other = ''] = pair.split(' ');
    expect(foldWord(one), pair).not.toBe(foldWord(other));
  }
});

test('words that everybody says tell nothing; numbers do', () => {
  expect(wordsIn('Oi, bom dia! Quanto custa o bolo de morango? Vocês têm?')).toEqual(['bolo', 'morango']);
  expect(termsIn('pão PÃES pao 12 12', 9)).toEqual(['pao', '12']);
  expect(wordsIn('¿?! … 🥐')).toEqual([]);
});

test('a question is told from what is none', () => {
  for (const asked of [
    'tem estacionamento',
    'Oi, vocês entregam no centro',
    'onde fica',
    'é aberto?',
    'do you deliver',
  ])
    expect(isQuestion(asked), asked).toBe(true);
  for (const said of ['obrigado, amanhã passo aí', 'quero 2 bolos', 'ok']) expect(isQuestion(said), said).toBe(false);
});
