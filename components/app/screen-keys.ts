import type { Route } from '../actions/core/route.ts';
import type { KeyScreen } from '../keys/keymap.ts';

/** Whose keys work where the dashboard is: a tab of a session has its own and the session's. */
export const screenKeys = (route: Route): readonly KeyScreen[] => {
  // Whatever is typed there belongs to its field.
  if (route.screen === 'try') return [];
  if (route.screen !== 'session') return route.screen === 'fleet' ? ['fleet'] : [route.screen];
  const tabs: readonly KeyScreen[] = ['session', 'chats', 'logs', 'events', 'settings', 'cost'];
  const tab = tabs[route.tab - 1] ?? 'session';
  return tab === 'session' ? ['session'] : [tab, 'session'];
};
