import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';
import type { Context } from './core/contexts.ts';
import type { Tab } from './core/route.ts';

/** Moves of the cursor: each screen moves its own, a session changes its tab sideways. */

const tabs = 7;
/** The tab that many steps to the right; after the last comes the first. */
export const tabAfter = (tab: Tab, steps: number): Tab => (((tab - 1 + steps + tabs) % tabs) + 1) as Tab;

const sideways =
  (steps: 1 | -1) =>
  ({ act, id, tab }: Context<'session'>): void =>
    act.replace({ screen: 'session', id, tab: tabAfter(tab, steps) });

export const moves = [
  defineAction({
    id: 'up',
    key: { names: ['k', 'up'], on: 'all', moves: true, help: { section: 'move', place: 1, keys: 'j k ↑ ↓' } },
  }),
  defineAction({ id: 'down', key: { names: ['j', 'down'], on: 'all', moves: true, helpWith: 'up' } }),
  defineAction({
    id: 'left',
    key: { names: ['h', 'left'], on: 'all', moves: true, help: { section: 'move', place: 2, keys: 'h l ← →' } },
    footer: { settings: at(1.5, 4, 'sections', 'h l') },
    run: { session: sideways(-1) },
  }),
  defineAction({
    id: 'right',
    key: { names: ['l', 'right'], on: 'all', moves: true, helpWith: 'left' },
    run: { session: sideways(1) },
  }),
  defineAction({
    id: 'first',
    key: { names: ['g', 'home'], on: 'all', moves: true, help: { section: 'move', place: 3, keys: 'g G' } },
  }),
  defineAction({ id: 'last', key: { names: ['G', 'end'], on: 'all', moves: true, helpWith: 'first' } }),
  defineAction({
    id: 'half-up',
    key: {
      names: ['ctrl+u', 'pgup'],
      on: 'all',
      moves: true,
      help: { section: 'move', place: 4, keys: 'ctrl+u d' },
    },
  }),
  defineAction({ id: 'half-down', key: { names: ['ctrl+d', 'pgdn'], on: 'all', moves: true, helpWith: 'half-up' } }),
] as const;
