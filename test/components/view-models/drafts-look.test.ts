import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../components/paint/line.ts';
import { draftSince, draftsBody, draftsHead } from '../../../components/view-models/chats/drafts.ts';
import type { DraftRow } from '../../../src/session/records.ts';
import { exampleMessages } from '../support/example-chats.ts';
import { minutes, now } from '../support/fake-fleet.ts';
import { plain, plainOf, viewAt } from '../support/view.ts';

const draft = (outboxId: number, patch: Partial<DraftRow> = {}): DraftRow => ({
  outboxId,
  sessionName: 'loja-centro',
  chatId: '5511982210937@c.us',
  chatName: 'Camila',
  text: 'Na quinta tenho 9h ou 10h30.',
  createdAt: now - minutes(3),
  turnId: 1,
  asked: [
    { text: 'Não vou conseguir ir na quarta', at: now - minutes(4) },
    { text: 'Pode ser quinta?', at: now - minutes(4) },
  ],
  model: 'gpt-5.6-luna',
  instructionsVersion: 4,
  historyMessages: 12,
  costUsd: 0.0029,
  ...patch,
});

const body = (
  drafts: readonly DraftRow[],
  columns: number,
  rows: number,
  cursor = 0,
  language: 'en' | 'pt-BR' = 'en',
) =>
  draftsBody(drafts, {
    cursor,
    messages: exampleMessages(),
    view: viewAt(columns, rows, { language }),
    rows: rows - 4,
    withSession: true,
  });

describe('drafts', () => {
  it('stand with their question, age, model and prompt, and the open one with its keys', () => {
    const shown = plain(body([draft(1), draft(2, { chatName: 'Tia Lu' })], 120, 40)).join('\n');
    expect(shown).toMatch(/^╭─ ◆ Camila {2}11 98221-0937 {2}loja-centro ─+ waits 4m {3}1 of 2 ─╮$/m);
    expect(shown).toMatch(/▌ asked {5}Não vou conseguir ir na quarta +┊ {2}A {2}send it/);
    expect(shown).toMatch(/bot says {2}Na quinta tenho 9h ou 10h30\./);
    expect(shown).toContain('gpt-5.6-luna, prompt v4, 12 messages of history, $0.0029');
    expect(shown).toMatch(/ e {2}edit first/);
    expect(shown).toMatch(/ X {2}drop it/);
    expect(shown).toMatch(/◆ Tia Lu .* 2 of 2/);
    expect(shown).toMatch(/Before this, with Camila(?:.|\n)*Vocês abrem amanhã\? +14:36/);
  });

  it('of an older master, or whose question was erased, say what is known and nothing else', () => {
    const { asked: _, model: __, instructionsVersion: ___, historyMessages: ____, costUsd: _____, ...bare } = draft(1);
    const shown = plain(body([bare], 80, 24)).join('\n');
    expect(shown).toContain('what was asked is not kept any more');
    expect(shown).toContain('waits 3m');
    expect(shown).not.toMatch(/undefined|prompt|gpt|history|\$/);
    expect(draftSince(bare)).toBe(bare.createdAt);
  });

  it('keep the open one whole on the screen, in every size and language', () => {
    const many = Array.from({ length: 9 }, (_, index) =>
      draft(index, { chatName: `${index} 👩‍👩‍👧‍👦 漢字`, text: `${'muito bem '.repeat(20)}${index}` }),
    );
    for (const language of ['en', 'pt-BR'] as const)
      for (const [columns, rows] of [
        [40, 20],
        [80, 24],
        [100, 30],
        [120, 40],
        [200, 50],
      ] as const)
        for (const cursor of [0, 5, 8]) {
          const lines = body(many, columns, rows, cursor, language);
          for (const line of lines) expect(lineWidth(line)).toBe(columns - 1);
          const open = plain(lines.slice(0, rows - 4)).filter((line) => line.startsWith('▌'));
          expect(
            open.some((line) => / X /.test(line)),
            `${columns}x${rows} at ${cursor}`,
          ).toBe(true);
        }
  });

  it('show what would be sent before what it answers, and say where it goes on', () => {
    const asked = Array.from({ length: 3 }, (_, index) => ({ text: `pergunta ${index} `.repeat(25), at: now }));
    for (const [columns, rows] of [
      [40, 12],
      [60, 12],
      [80, 16],
      [120, 14],
    ] as const) {
      const short = plain(body([draft(1, { asked })], columns, rows));
      expect(short.join('\n'), `${columns}x${rows}`).toContain('Na quinta tenho 9h');
      expect(short.join('\n')).toMatch(/pergunta [02] (?:.|\n)*…/);
      expect(short.at(-1), `${columns}x${rows}`).toMatch(/^╰─+╯$/);

      const long = plain(body([draft(1, { asked, text: `${'muito bem '.repeat(90)}acabou` })], columns, rows));
      expect(long.join('\n')).toMatch(/bot says {2,}muito bem/);
      expect(long.join('\n')).not.toContain('acabou');
      expect(long.join('\n')).toMatch(/bot says(?:.|\n)*…/);
      expect(long.at(-1)).toMatch(/^╰─+╯$/);
    }
  });

  it('are counted in the head, with the oldest', () => {
    expect(plainOf(draftsHead([draft(1), draft(2)], viewAt(120, 40)))).toBe('2 answers wait for your yes, oldest 4m');
    expect(draftsHead([], viewAt(120, 40))).toEqual([]);
  });
});
