import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';

export const marks = [
  defineAction({
    id: 'mark',
    key: { names: ['space'], on: ['fleet'], help: { section: 'move', place: 10, keys: 'space a' } },
    footer: { fleet: at(4, 6, 'select') },
  }),
  defineAction({ id: 'mark-all', key: { names: ['a'], on: ['fleet'], helpWith: 'mark' } }),
] as const;
