import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';

/** Of a log or of events: fewer or more of them. */
export const levels = [
  defineAction({
    id: 'fewer',
    key: { names: ['['], on: ['logs', 'events'], help: { section: 'look', place: 10, keys: '[ ]' } },
    footer: { pager: at(4, 4, 'levels', '[ ]') },
  }),
  defineAction({ id: 'more', key: { names: [']'], on: ['logs', 'events'], helpWith: 'fewer' } }),
] as const;
