import type { Texts } from '../texts/texts.ts';
import { textsOf } from '../texts/texts-of.ts';
import { type ColumnId, hideableColumns } from '../view-models/fleet/columns.ts';
import { defineAction } from './core/action.ts';

/** Which columns the fleet's table shows. */

/** A column goes by what stands over it, in the language of the screen or in English. */
const columnNamed = (wanted: string | undefined, t: Texts): ColumnId | undefined =>
  hideableColumns.find((id) => id === wanted || t.column[id] === wanted || textsOf('en').column[id] === wanted);

const headings: readonly string[] = hideableColumns.map((id) => textsOf('en').column[id]);

export const columns = [
  defineAction({
    id: 'hide',
    commands: [
      {
        name: 'hide',
        usage: 'hide COLUMN',
        arguments: [headings],
        run: ([wanted], { act, view }) => {
          const found = columnNamed(wanted, view.t);
          if (found === undefined) return false;
          act.prefer({ hiddenColumns: [...new Set([...act.preferences().hiddenColumns, found])] });
          return true;
        },
      },
    ],
  }),
  defineAction({
    id: 'show',
    commands: [
      {
        name: 'show',
        usage: 'show COLUMN|all',
        arguments: [['all', ...headings]],
        run: ([wanted], { act, view }) => {
          const found = columnNamed(wanted, view.t);
          if (found === undefined && wanted !== 'all') return false;
          const left = act.preferences().hiddenColumns.filter((id) => found !== undefined && id !== found);
          act.prefer({ hiddenColumns: left });
          return true;
        },
      },
    ],
  }),
] as const;
