import { expect, it } from 'vitest';
import { ptTurnSteps } from '../../components/texts/pt-br/turn-templates.ts';
import { answerNote, isOfAnswer } from '../../src/words/answer-notes.ts';
import { inPortuguese } from '../../src/words/portuguese/in-portuguese.ts';
import { turnWords } from '../../src/words/turn-words.ts';

/** What the providers in `workers/ai/` note. */
const notes = [
  'second-try: malformed',
  'second-try: empty',
  'second-try: thinking-only',
  'second-try: cut-short',
  'second-try: something-new',
  'temperature-refused',
  'tools-refused',
  'thinking-refused',
  'api-found: chat',
];

it.each(notes)('%s is a sentence in both languages, without its code', (note) => {
  const words = answerNote(note);
  expect(words).toMatch(/^[a-zA-Z].* .* /);
  expect(words).not.toContain(note);
  expect(words).not.toMatch(/second-try|-refused|api-found|thinking-only|cut-short/);
  // `try` shows several of them in one line, parted by semicolons.
  expect(words).not.toContain(';');
  expect(inPortuguese(words)).not.toBe(words);

  const step = { at: 0, step: 'noted', values: { what: note } };
  const [why = ''] = turnWords({ who: 'Ana', outcome: 'answered', reason: null, costUsd: 0, steps: [step] });
  expect(why).toMatch(/^[A-Z].*\.$/);
  const portuguese = ptTurnSteps['noted']?.((key: string) => (key === 'what' ? note : ''));
  expect(portuguese).toMatch(/^[A-Z].*\.$/);
  expect(portuguese).not.toBe(why);
});

it('which protocol a service speaks is no news of an answer', () => {
  expect(notes.filter((note) => !isOfAnswer(note))).toEqual(['api-found: chat']);
});
