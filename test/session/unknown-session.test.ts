import { expect, test } from 'vitest';
import { editDistance } from '../../src/session/edit-distance.ts';
import { nearestName, unknownSession } from '../../src/session/unknown-session.ts';

const names = ['padaria-joao', 'loja-1', 'loja-2', 'otica', 'otica-centro'];

test.each([
  ['padria-joao', 'padaria-joao'],
  ['padaria-jaoo', 'padaria-joao'],
  ['PADARIA-JOAO', 'padaria-joao'],
  ['padaria', 'padaria-joao'],
  ['loja1', 'loja-1'],
  ['otcia', 'otica'],
  ['otica-', 'otica-centro'],
  // Two that are as near: the first by name.
  ['loja-3', 'loja-1'],
  ['loja', null],
  ['xx', null],
  ['floricultura', null],
  ['', null],
])('%j is probably %j', (typed, meant) => {
  expect(nearestName(typed, names)).toBe(meant);
});

test.each([
  ['', '', 0],
  ['abc', '', 3],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j it is %i edits', (a, b, edits) => {
  expect([editDistance(a, b), editDistance(b, a)]).toEqual([edits, edits]);
});

test('the name that was typed is said plainly and shortly, with the one that was meant', () => {
  expect(unknownSession('padria-joao', names)).toMatchObject({
    code: 'no-such-session',
    exitCode: 3,
    message: 'there is no session "padria-joao". Did you mean padaria-joao? See: zap-fleet ls',
  });
  const { message } = unknownSession(`\u001b]0;x\u0007${'z'.repeat(500)}`, names);
  expect(message).not.toContain('\u001b');
  expect(message.length).toBeLessThan(120);
});
