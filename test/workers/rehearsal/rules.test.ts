import { expect, test } from 'vitest';
import { type CheckedAgainst, checkAnswer } from '../../../workers/rehearsal/rules/check-answer.ts';
import { languageOf } from '../../../workers/rehearsal/rules/language-of.ts';
import { centsOf, pricesIn } from '../../../workers/rehearsal/rules/prices.ts';
import { promisesIn } from '../../../workers/rehearsal/rules/promises.ts';
import { rulesVerdict } from '../../../workers/rehearsal/verdict-of.ts';

const against = (more: Partial<CheckedAgainst> = {}): CheckedAgainst => ({
  instructions: 'Padaria do João. Pão francês 0,75; bolo de nozes R$ 48,00. Abrimos às 8h.',
  question: 'Vocês abrem domingo? Qual é o preço do bolo?',
  before: 'customer: oi\nassistant: olá, a entrega custa R$ 7',
  answeredBefore: '',
  forbidden: [],
  expect: [],
  never: [],
  longest: null,
  ...more,
});
const rulesOf = (text: string, more: Partial<CheckedAgainst> = {}): string[] =>
  checkAnswer({ kind: 'words', text, isCut: false }, against(more)).map(({ rule, what }) => `${rule} ${what}`);

test('an amount is one amount however it is written', () => {
  expect(['1.234,50', '1,234.50', '1234.5', '1 234,50', '1234,50'].map(centsOf)).toEqual(Array(5).fill(123_450));
  expect(['48', '48,00', '48.0'].map(centsOf)).toEqual([4800, 4800, 4800]);
  expect(centsOf('1.234')).toBe(123_400);
  expect(pricesIn('O bolo sai por R$ 48,00, 2 pães por 1,50 reais e o frete US$3; abrimos às 8h, rua 12.')).toEqual([
    { text: 'R$ 48,00', cents: 4800 },
    { text: '1,50 reais', cents: 150 },
    { text: 'US$3', cents: 300 },
  ]);
});

test('a price must stand in the instructions, or have been said before', () => {
  expect(rulesOf('O bolo custa R$ 48 e o pão R$ 0,75. A entrega é R$ 7,00.')).toEqual([]);
  expect(rulesOf('O bolo custa R$ 45,90.')).toEqual(['unknown-price R$ 45,90']);
  expect(rulesOf('Tem o de R$ 48 e o de 52 reais.')).toEqual(['unknown-price 52 reais']);
});

test('the language is the customer’s, or none is known', () => {
  expect(languageOf('Olá! Sim, nós abrimos no domingo e você pode vir com calma.')).toBe('pt');
  expect(languageOf('Yes, we are open on Sunday and you can come with your dog.')).toBe('en');
  expect(languageOf('Hola, sí, estamos muy bien con usted')).toBe('es');
  expect(languageOf('Rua Augusta 1200')).toBeNull();
  expect(rulesOf('Yes, we are open on Sunday and you can come at 8.')).toEqual(['other-language en']);
  expect(rulesOf('Sim! Abrimos às 8h no domingo, você pode vir.')).toEqual([]);
  // A question too short to tell: by what he was answered in.
  const short = { question: 'domingo?', answeredBefore: 'Sim, você pode vir no domingo, nós abrimos às 8h' };
  expect(rulesOf('Yes, we are open and you can come with the kids.', short)).toEqual(['other-language en']);
  expect(rulesOf('Yes, we are open and you can come.', { question: '?', answeredBefore: '' })).toEqual([]);
});

test('forbidden words are whole words without their accents; expected ones may stand inside of others', () => {
  expect(rulesOf('O concorrente é caro', { forbidden: ['Concorrente', 'caro'] })).toEqual([
    'forbidden-word Concorrente',
    'forbidden-word caro',
  ]);
  expect(rulesOf('Café com carinho', { forbidden: ['caro', 'cafe'] })).toEqual(['forbidden-word cafe']);
  expect(rulesOf('Abrimos domingo às 8h', { expect: ['abr|horário', 'domíngo'], never: ['feriado|Natal'] })).toEqual(
    [],
  );
  expect(rulesOf('Não sei, no Natal', { expect: ['abr|hora'], never: ['feriado|natal'] })).toEqual([
    'missing-word abr|hora',
    'unwanted-word feriado|natal',
  ]);
  // Nothing in a word is a pattern.
  expect(rulesOf('abc', { forbidden: ['(('], expect: ['.*'] })).toEqual(['missing-word .*']);
});

test('length has a bound of its own, of the file or the usual one', () => {
  expect(rulesOf('a'.repeat(1200))).toEqual([]);
  expect(rulesOf('a'.repeat(1201))).toEqual(['too-long 1201']);
  expect(rulesOf('a'.repeat(50), { longest: 40 })).toEqual(['too-long 50']);
  expect(checkAnswer({ kind: 'words', text: 'a', isCut: true }, against())).toEqual([{ rule: 'too-long', what: '1' }]);
});

test('what nobody will do is not promised, unless the instructions say it', () => {
  expect(promisesIn('Já te retorno. Vou verificar com a equipe.', '')).toEqual(['vou verificar', 'já te retorno']);
  expect(promisesIn('I’ll check and we have booked your table.', '')).toEqual(['i’ll check', 'we have booked']);
  expect(promisesIn('Vou verificar o estoque', 'Diga "vou verificar" quando não souber.')).toEqual([]);
  expect(promisesIn('Você pode verificar no site', '')).toEqual([]);
});

test('no answer breaks a rule; a call for a person breaks none', () => {
  expect(checkAnswer({ kind: 'none', text: '', isCut: false }, against())).toEqual([{ rule: 'no-answer', what: '' }]);
  expect(checkAnswer({ kind: 'person', text: 'R$ 99', isCut: false }, against({ expect: ['x'] }))).toEqual([]);
});

test('what breaks a rule more often is worse, whatever it does better', () => {
  const answer = (text: string, rules: readonly ('unknown-price' | 'too-long')[]) => ({
    kind: 'words' as const,
    text,
    isCut: false,
    findings: rules.map((rule) => ({ rule, what: 'x' })),
  });
  expect(rulesVerdict(answer('a', []), answer('b', ['unknown-price']))).toEqual({ verdict: 'worse', reason: 'rules' });
  expect(rulesVerdict(answer('a', ['too-long', 'too-long']), answer('b', ['unknown-price']))).toMatchObject({
    verdict: 'worse',
  });
  expect(rulesVerdict(answer('a', ['unknown-price']), answer('b', []))).toEqual({ verdict: 'better', reason: 'rules' });
  expect(rulesVerdict(answer('a  b', []), answer('a\nb', []))).toEqual({ verdict: 'same', reason: 'equal' });
  expect(rulesVerdict(answer('a', []), answer('b', []))).toEqual({ verdict: null, reason: 'no-judge' });
  const person = { kind: 'person' as const, text: 'why', isCut: false, findings: [] };
  expect(rulesVerdict(person, { ...person, text: 'other words' })).toEqual({ verdict: 'same', reason: 'equal' });
});
