import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';

export const quit = defineAction({
  id: 'quit',
  key: { names: ['q', 'ctrl+c'], on: 'all', help: { section: 'look', place: 11, keys: 'q', onlyInAll: true } },
  footer: { 'fleet-end': at(3, 1, 'quit'), end: at(3, 2, 'quit') },
  commands: [
    {
      name: 'quit',
      aliases: ['q', 'q!', 'exit'],
      usage: 'quit',
      run: (_, { act }) => {
        act.quit();
        return true;
      },
    },
  ],
  run: { anywhere: ({ act }) => act.quit() },
});
