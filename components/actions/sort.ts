import { at } from '../keys/footers.ts';
import { sortKeys } from '../view-models/fleet/order.ts';
import { defineAction } from './core/action.ts';

export const sort = defineAction({
  id: 'sort',
  key: { names: ['o'], on: ['fleet', 'cost'], help: { section: 'move', place: 8, keys: 'o' } },
  footer: { fleet: at(3, 5, 'sort'), cost: at(1.4, 3, 'sort') },
  run: {
    fleet: ({ act, view }) => {
      const next = sortKeys[(sortKeys.indexOf(act.preferences().sort) + 1) % sortKeys.length] ?? 'default';
      act.prefer({ sort: next });
      act.notify(view.t.fleet.sortedBy(view.t.fleet.sort[next]));
    },
  },
});
