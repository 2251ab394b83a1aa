import type { ReactNode } from 'react';
import type { Route } from '../actions.ts';
import { SessionScreen } from './session-screen.tsx';

/** The screen that a route leads to; a session keeps its state while its tabs change. */
export const RouteScreen = ({ route }: { readonly route: Route }): ReactNode => {
  switch (route.screen) {
    case 'session':
      return <SessionScreen key={route.id} route={route} />;
    default:
      return null;
  }
};
