import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';
import { screenOrTabCommand } from './screens.ts';

export const qr = defineAction({
  id: 'qr',
  key: { names: ['v'], on: 'all', help: { section: 'look', place: 4, keys: 'v' } },
  footer: { fleet: at(6, 8, 'wall'), code: at(3, 5, 'alone') },
  commands: [{ name: 'qr', usage: 'qr [NAME]', arguments: ['session'], run: screenOrTabCommand('qr-wall', 1) }],
  run: {
    qrWall: ({ act, row }) => {
      if (row !== null) act.go({ screen: 'session', id: row.id, tab: 1 });
    },
    anywhere: ({ act }) => act.go({ screen: 'qr-wall' }),
  },
});
