import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';
import type { Context } from './core/contexts.ts';
import { tabAfter } from './moves.ts';

const toPane =
  (steps: 1 | -1) =>
  ({ act, id, tab }: Context<'session'>): void =>
    act.replace({ screen: 'session', id, tab: tabAfter(tab, steps) });

export const panes = [
  defineAction({
    id: 'next-pane',
    key: { names: ['tab'], on: 'all', help: { section: 'move', place: 11, keys: 'tab' } },
    footer: {
      chats: at(5, 5, 'drafts'),
      drafts: at(6, 5, 'chats'),
      cost: at(1, 2, 'days'),
      instructions: at(3, 3, 'settings'),
      proposal: at(4, 3, 'proposalPanes'),
      settings: at(3, 3, 'history'),
      knowledge: at(5, 5, 'askedInVain'),
    },
    run: { session: toPane(1) },
  }),
  defineAction({
    id: 'previous-pane',
    key: { names: ['shift+tab'], on: 'all', helpWith: 'next-pane' },
    run: { session: toPane(-1) },
  }),
] as const;
