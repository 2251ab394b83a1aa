import { groupKeys } from '../view-models/fleet/order.ts';
import { defineAction } from './core/action.ts';

export const group = defineAction({
  id: 'group',
  key: { names: ['b'], on: ['fleet'], help: { section: 'move', place: 9, keys: 'b' } },
  run: {
    fleet: ({ act, view }) => {
      const next = groupKeys[(groupKeys.indexOf(act.preferences().groupBy) + 1) % groupKeys.length] ?? 'state';
      act.prefer({ groupBy: next });
      act.notify(view.t.fleet.groupedBy(view.t.fleet.group[next]));
    },
  },
});
