import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { nameFromLabel, newNameProblem } from '../../src/session/name-from-label.ts';
import { sessionNameProblem } from '../../src/session/session-name.ts';

const nobody = (): boolean => false;

test.each([
  ['Padaria do João', 'padaria-do-joao'],
  ['Ótica Visão & Cia.', 'otica-visao-cia'],
  ['Zé’s Bar', 'zes-bar'],
  ['  São Paulo — Centro  ', 'sao-paulo-centro'],
  ['Straße 7', 'strasse-7'],
  ['小店', 'bot-1'],
  ['X', 'bot-x'],
  ['All', 'bot-all'],
  ['24 Horas', '24-horas'],
  ['Loja Centro/Sul', 'loja-centro-sul'],
  ['Pet Shop 🐶', 'pet-shop'],
  ['A Padaria mais bonita de toda a cidade de São Paulo e região', 'a-padaria-mais-bonita-de-toda-a-cidade-de-sao'],
])('%s is %s', (typed, name) => expect(nameFromLabel(typed, nobody)).toEqual({ name, label: typed.trim() }));

it('a name stays itself, whether it is taken or not', () => {
  expect(nameFromLabel('padaria-joao', () => true)).toEqual({ name: 'padaria-joao', label: null });
});

it('a name that is taken gets a number', () => {
  const taken = new Set(['padaria-do-joao', 'padaria-do-joao-2']);
  expect(nameFromLabel('Padaria do João', (name) => taken.has(name))?.name).toBe('padaria-do-joao-3');
  const long = 'A'.repeat(60);
  const first = nameFromLabel(long, nobody)?.name ?? '';
  expect(nameFromLabel(long, (name) => name === first)?.name).toBe(`${'a'.repeat(46)}-2`);
});

it.each(['', '  ', '!!!', 'all', '123', '---', 'master', '../../etc', '/etc/passwd', '~root', 'C:\\loja', 'a/../b'])(
  '%j gives no name, and it is said why',
  (typed) => {
    expect(nameFromLabel(typed, nobody)).toBeNull();
    expect(newNameProblem(typed)).not.toBeNull();
  },
);

it('whatever is typed, what comes is a name or a reason', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.boolean(), (typed, isFirstTaken) => {
      const found = nameFromLabel(typed, (name) => isFirstTaken && !/-2$/.test(name));
      if (found === null) expect(newNameProblem(typed) !== null || isFirstTaken).toBe(true);
      else expect(sessionNameProblem(found.name)).toBeNull();
    }),
  );
});
