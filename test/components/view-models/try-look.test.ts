import { expect, it } from 'vitest';
import { fieldOf } from '../../../components/paint/field.ts';
import { lineWidth } from '../../../components/paint/line.ts';
import { tryLines } from '../../../components/view-models/try/try-lines.ts';
import { stepsPane } from '../../../components/view-models/try/try-steps.ts';
import type { TryState } from '../../../src/protocol/try.ts';
import { now, seconds, sessionRow } from '../support/fake-fleet.ts';
import { plain, viewAt } from '../support/view.ts';

const row = sessionRow('padaria-joao', { label: 'Padaria do João 👩‍👩‍👧‍👦' });
const state: TryState = {
  tryId: 'x',
  revision: 3,
  sessionName: 'padaria-joao',
  provider: 'openai',
  model: 'gpt-5.6-luna',
  instructions: { version: 7, words: 412 },
  conversation: [
    { from: 'customer', text: `${'palavra '.repeat(30)}字字`, at: now - seconds(40) },
    { from: 'note', text: 'history was summed up', at: now - seconds(30) },
    { from: 'bot', text: 'Sim! 🎂', at: now - seconds(20), tookMs: 18_000, costUsd: 0.0027 },
    { from: 'customer', text: 'oi', at: now },
  ],
  steps: [
    { name: 'stored', state: 'done', ms: null, at: now },
    { name: 'collected', state: 'done', ms: 12_000, messages: 2 },
    { name: 'open', state: 'done', ms: null, isOpen: false },
    { name: 'asked', state: 'failed', ms: null, reason: 'OpenAI 429: quota spent, and more words than fit' },
    { name: 'filtered', state: 'ahead', ms: null },
  ],
  collectsUntil: now + seconds(9),
  knew: { lines: 4, isSummed: true },
  totals: { answers: 0, costUsd: 0, halfMs: null },
  done: false,
};

it('a test fills every window and nothing more', () => {
  for (const language of ['en', 'pt-BR'] as const)
    for (const [columns, rows] of [
      [40, 12],
      [80, 24],
      [100, 30],
      [120, 40],
      [200, 50],
    ] as const)
      for (const shown of [state, { ...state, conversation: [], steps: [], done: true, collectsUntil: null }, null]) {
        const view = viewAt(columns, rows, { language });
        const lines = tryLines(row, view, { state: shown, error: null, field: fieldOf('x'.repeat(300)), status: null });
        expect(lines).toHaveLength(rows);
        for (const line of lines) expect(lineWidth(line)).toBeLessThan(columns);
        expect(plain(lines).at(-1)).toMatch(/esc (back|voltar)$/);
      }
});

it('the steps say where an answer ended and why', () => {
  const view = viewAt(120, 40);
  const lines = plain(stepsPane(state, view, { width: 43, rows: 36 }));
  const text = lines.join('\n');
  expect(text).toMatch(/✓ collected +12\.0 s 2 messages/);
  expect(text).toContain('closed: it waits');
  expect(text).toMatch(/✕ asked the AI\n {2}OpenAI 429: quota spent, and more words\n {2}than fit/);
  expect(text).toMatch(/· filtered/);
  expect(text).toMatch(/time {2}─+ 12s/);
  expect(text).toContain('· prompt v7, 412 words\n· 4 lines of this test\n· older lines summed up');
});
