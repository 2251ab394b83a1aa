import { hideableColumns } from '../view-models/columns.ts';
import { defineAction } from './core/action.ts';

/** Which columns the fleet's table shows. */
export const columns = [
  defineAction({
    id: 'hide',
    commands: [
      {
        name: 'hide',
        usage: 'hide COLUMN',
        arguments: [hideableColumns],
        run: ([wanted], { act }) => {
          const found = hideableColumns.find((id) => id === wanted);
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
        usage: 'show all',
        arguments: [['all']],
        run: (_, { act }) => {
          act.prefer({ hiddenColumns: [] });
          return true;
        },
      },
    ],
  }),
] as const;
