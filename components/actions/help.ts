import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';

export const help = defineAction({
  id: 'help',
  key: { names: ['?'], on: 'all', helpWith: 'command' },
  footer: { 'fleet-end': at(2, 1, 'help'), end: at(2, 1, 'help') },
  commands: [
    {
      name: 'help',
      usage: 'help',
      run: (_, { act }) => {
        act.showHelp();
        return true;
      },
    },
  ],
  run: { anywhere: ({ act }) => act.showHelp() },
});
