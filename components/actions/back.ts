import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';

export const back = defineAction({
  id: 'back',
  key: { names: ['esc'], on: 'all', help: { section: 'move', place: 12, keys: 'esc' } },
  footer: { end: at(1, 1, 'back') },
  run: {
    anywhere: ({ act }) => {
      act.back();
    },
  },
});
