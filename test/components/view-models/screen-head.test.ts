import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../components/paint/line.ts';
import { fleetHead, sessionHead } from '../../../components/view-models/screen-head.ts';
import { minutes, now, sessionRow } from '../support/fake-fleet.ts';
import { plain, viewAt } from '../support/view.ts';

const row = sessionRow('padaria-joao', { label: 'Padaria do João', answerMs: { half: 18_000, most: 60_000 } });
const sizes = [
  [40, 12],
  [80, 24],
  [100, 30],
  [120, 40],
  [200, 50],
] as const;

describe('the head of a screen', () => {
  it('says where one is, what it is about, and which tab is open, by a heavy rule under it', () => {
    expect(plain(sessionHead(row, viewAt(80, 24), 2))).toEqual([
      ' zap━fleet › Padaria do João  padaria-joao          ● answers 18s  up 6d  14:41',
      '  1 Overview   2 Chats   3 Logs   4 Events   5 Settings   6 Cost   7 Lessons',
      `${'─'.repeat(14)}${'━'.repeat(9)}${'─'.repeat(56)}`,
    ]);
    const [, tabs, rule] = plain(fleetHead(viewAt(80, 24), 4));
    expect(tabs).toBe('  1 Fleet   2 Incidents   3 Logs   4 Chats   5 Cost');
    expect(rule?.indexOf('━')).toBe((tabs?.indexOf('4 Chats') ?? 0) - 1);
  });

  it('shows a pill, in capitals, when the session needs a person, and a word when it does not', () => {
    const view = viewAt(120, 40);
    const lost = sessionRow('x', { state: 'logged_out', since: now - minutes(27) });
    const pills = sessionHead(lost, view, 1)[0]?.filter(({ tone }) => tone.startsWith('p:'));
    expect(pills).toEqual([{ text: ' LOGGED OUT ', tone: 'p:warn' }]);
    expect(sessionHead(row, view, 1)[0]?.some(({ tone }) => tone.startsWith('p:'))).toBe(false);
  });

  it('gives up the technical name, the program and the names of tabs before what it is about', () => {
    const long = sessionRow('uma-padaria-com-um-nome-bem-comprido', { label: 'Uma padaria com um nome bem comprido' });
    const [first] = plain(sessionHead(long, viewAt(80, 24), 1));
    expect(first).toMatch(/^ zap━fleet › Uma padaria com um nome bem comprido {2,}● quiet {2}up 6d {2}14:41$/);
    expect(plain(sessionHead(row, viewAt(40, 12), 5))).toEqual([
      ' Padaria do João   ● answers 18s  14:41',
      '  1  2  3  4  5 Settings  6  7',
    ]);
  });

  it('is as wide as the window in every size and language, with any name', () => {
    const label = 'Ótica 👩‍👩‍👧‍👦 🇧🇷 漢字の店 مرحبا, e mais um pouco para não caber na linha';
    for (const language of ['en', 'pt-BR'] as const)
      for (const [columns, rows] of sizes) {
        const view = viewAt(columns, rows, { language });
        const named = sessionRow('otica', { label, engine: 'simulated', state: 'logged_out' });
        for (const tab of [1, 2, 3, 4, 5, 6])
          for (const line of [...sessionHead(named, view, tab), ...fleetHead(view, tab)])
            expect(lineWidth(line)).toBeLessThan(columns);
      }
  });
});
