import { defineAction } from './core/action.ts';

/** What every full-screen program in a terminal has. */
export const terminalKeys = [
  defineAction({
    id: 'suspend',
    key: {
      names: ['ctrl+z'],
      on: 'all',
      help: { section: 'move', place: 13, keys: 'ctrl+z ctrl+l', onlyInAll: true },
    },
    run: { anywhere: ({ act }) => act.suspend() },
  }),
  defineAction({
    id: 'redraw',
    key: { names: ['ctrl+l'], on: 'all', helpWith: 'suspend' },
    run: { anywhere: ({ act }) => act.redraw() },
  }),
] as const;
