import { describe, expect, it } from 'vitest';
import { keyHints } from '../../../components/actions/key-hints.ts';
import { lineWidth } from '../../../components/paint/line.ts';
import { helpLines } from '../../../components/view-models/help.ts';
import { help80 } from '../support/drawn-screens.ts';
import { plain, plainOf, viewAt } from '../support/view.ts';

describe('the help', () => {
  it('is what was drawn, from the keymap', () => {
    const lines = plain(helpLines(viewAt(80, 24), ['fleet'], false));
    expect(lines).toHaveLength(24);
    expect(lines).toEqual(help80);
  });

  it.each(['en', 'pt-BR'] as const)('fits every width in %s', (language) => {
    for (const columns of [40, 80, 100, 120, 200])
      for (const line of helpLines(viewAt(columns, 40, { language }), ['fleet'], false))
        expect(lineWidth(line), `${columns}: ${plainOf(line)}`).toBeLessThan(columns);
  });

  it.each(['en', 'pt-BR'] as const)('cuts no word, with two blanks between its columns, in %s', (language) => {
    for (const columns of [79, 80, 100, 120, 200])
      for (const all of [false, true])
        for (const screen of ['fleet', 'session', 'tools', 'knowledge', 'files', 'hooks', 'nodes'] as const)
          for (const line of plain(helpLines(viewAt(columns, 40, { language }), [screen], all)))
            expect(line, `${columns} columns`).not.toContain('…');
  });

  it('says of each key of one screen alone which screen that is', () => {
    for (const columns of [40, 80, 120]) {
      const lines = plain(helpLines(viewAt(columns, 40), ['fleet'], true));
      const at = (text: string) => lines.findIndex((line) => line.includes(text));
      expect(at('On one screen alone'), `${columns}`).toBeGreaterThan(at('Move'));
      for (const [title, own] of [
        ['drafts', 'approve and send'],
        ['servers', 'drain the server'],
        ['lessons', 'do not show it'],
        ['a canary', 'roll it back'],
      ] as const)
        expect(at(own), `${columns}: ${own}`).toBeGreaterThan(at(title));
      expect(at('stop it')).toBeGreaterThan(at('On one screen alone'));
    }
  });

  it('lists every key of every screen, and the words that change how it looks', () => {
    const all = plain(helpLines(viewAt(120, 40), ['fleet'], true)).join('\n');
    for (const { keys } of keyHints.help('all')) expect(all).toContain(keys);
    expect(all.match(/approve and send/g)).toHaveLength(1);
    expect(all).toContain(':theme');
    expect(all).toContain('en pt-BR');
  });
});
