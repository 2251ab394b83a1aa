import { expect, test } from 'vitest';
import { inPortuguese } from '../../../src/words/portuguese/in-portuguese.ts';
import { printTalk } from '../../../workers/session/try-printer.ts';

const shown = (say: (text: string) => string): string => {
  const lines: string[] = [];
  const talk = printTalk({ write: (text) => lines.push(String(text)) > 0 }, say);
  talk.typing({ text: 'Sim.', waitMs: 400, typingMs: 1200 });
  talk.typing({ text: 'Sim.', waitMs: 0, typingMs: 0 });
  return lines.join('');
};

test('the rhythm of an answer is said with the decimals of each language', () => {
  expect(shown((text) => text)).toBe('    (waits 0.4 s, typing… 1.2 s)\n    (waits 0.0 s)\n');
  expect(shown(inPortuguese)).toBe('    (espera 0,4 s, digitando… 1,2 s)\n    (espera 0,0 s)\n');
});
