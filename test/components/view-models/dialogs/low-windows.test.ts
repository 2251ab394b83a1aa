import { describe, expect, it } from 'vitest';
import { emptyField } from '../../../../components/paint/field.ts';
import { targetOf } from '../../../../components/view-models/dialog-kinds.ts';
import { askBox } from '../../../../components/view-models/dialogs/ask-box.ts';
import { moveBox } from '../../../../components/view-models/dialogs/move-box.ts';
import { nameBox } from '../../../../components/view-models/dialogs/name-box.ts';
import { exampleTargets } from '../../support/example-servers.ts';
import { sessionRow } from '../../support/fake-fleet.ts';
import { plain, viewAt } from '../../support/view.ts';

const sizes = [
  [40, 12],
  [56, 10],
  [80, 16],
] as const;
const row = sessionRow('farmacia-vida');
const hands = { tools: 3, files: 2, sends: 4 };
const long = 'This is said of it, at some length. '.repeat(20);

describe.each(['en', 'pt-BR'] as const)('a dialog in a low window, in %s', (language) => {
  it.each(sizes)('is whole at %sx%s, with its keys', (columns, rows) => {
    const view = viewAt(columns, rows, { language });
    const targets = exampleTargets(row.name, 'the browser here is newer');
    const moves = targets.targets.map((_, cursor) =>
      moveBox(view, targetOf(row), { targets: { ...targets, stays: hands }, problem: null, cursor }),
    );
    const typed = { field: emptyField, purge: false, focus: 'name' as const, changed: true, totals: null };
    const boxes = [
      ...moves,
      askBox(view, 'Stop it?', [long], [targetOf(row)]),
      nameBox(view, 'delete', [targetOf(row)], typed),
      nameBox(view, 'logout', [targetOf(row)], typed),
    ];
    for (const box of boxes) {
      const lines = plain(box);
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(lines.at(-1)).toMatch(/^╰─+╯$/);
      // `esc` says how to leave it, on the last line that has words.
      const words = lines.filter((line) => /[a-z]/.test(line));
      expect(words.at(-1)).toMatch(/\besc\b/);
    }
  });

  it('of a move shows where it can go, and says whole why not', () => {
    const view = viewAt(40, 12, { language });
    const targets = exampleTargets(row.name, null);
    const shown = plain(moveBox(view, targetOf(row), { targets, problem: null, cursor: 0 })).join('\n');
    expect(shown).toMatch(/vps-sp2 .*6/);
  });
});
