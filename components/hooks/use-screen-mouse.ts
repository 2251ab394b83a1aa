import { useContext } from 'react';
import type { Route } from '../actions/core/route.ts';
import { tabAt } from '../view-models/screen-head.ts';
import { KeyRouterContext, useView } from './contexts.ts';
import { useMouse } from './use-keys.ts';

/** Rows that one notch of the wheel moves. */
export const wheelRows = 3;

/** Row of the screen on which the tabs stand. */
const tabRow = 1;

/** As `head.fleetTabs` numbers them; a session has tabs of its own. */
const fleetTabs: Partial<Record<Route['screen'], number>> = { incidents: 2, logs: 3, chats: 4, cost: 5 };

/** On every screen but the fleet's: a press on a tab is its number, the wheel is the arrow keys. The fleet's table has a mouse of its own. */
export const useScreenMouse = (route: Route): void => {
  const router = useContext(KeyRouterContext);
  const view = useView();
  useMouse(({ kind, row, column }) => {
    if (route.screen === 'fleet') return;
    if (kind === 'wheel-up' || kind === 'wheel-down') {
      for (let n = 0; n < wheelRows; n += 1) router.tap(kind === 'wheel-up' ? 'up' : 'down');
      return;
    }
    if (kind !== 'press' || row !== tabRow) return;

    const open = route.screen === 'session' ? route.tab : (fleetTabs[route.screen] ?? 0);
    if (open === 0) return;
    const names = route.screen === 'session' ? view.t.session.tabs : view.t.head.fleetTabs;
    const tab = tabAt(view, names, open, column);
    if (tab !== null) router.tap(String(tab));
  });
};
