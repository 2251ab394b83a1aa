import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';

export const command = defineAction({
  id: 'command',
  key: { names: [':'], on: 'all', opensField: true, help: { section: 'act', place: 10, keys: ':' } },
  footer: {
    fleet: at(7, 3, 'command'),
    session: at(2, 4, 'command'),
    incidents: at(3, 4, 'command'),
    cost: at(2, 3, 'command'),
  },
  run: { anywhere: ({ act }) => act.commandLine() },
});
