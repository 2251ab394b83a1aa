import type { ReactNode } from 'react';
import type { Route } from '../actions/core/route.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useScreenMouse } from '../hooks/use-screen-mouse.ts';
import { screenKeys } from './screen-keys.ts';

/** Keys that work everywhere; whatever a screen, a field or a dialog does not take. */
export const GlobalKeys = ({ route }: { readonly route: Route }): ReactNode => {
  useScreenMouse(route);
  useActions(screenKeys(route), {}, { priority: layer.global, offers: { anywhere: {} } });
  return null;
};
