import type { ReactNode } from 'react';
import type { Route } from '../actions/core/route.ts';
import { useDo } from '../hooks/contexts.ts';
import { layer, useKeyLayer } from '../hooks/use-keys.ts';
import { actionFor } from '../keys/keymap.ts';
import { screenKeys } from './screen-keys.ts';

/** Keys that work everywhere; whatever a screen, a field or a dialog does not take. */
export const GlobalKeys = ({
  route,
  setStack,
  openHelp,
}: {
  readonly route: Route;
  readonly setStack: (stack: readonly Route[]) => void;
  readonly openHelp: () => void;
}): ReactNode => {
  const act = useDo();
  const goTo = (target: Route) => {
    setStack([{ screen: 'fleet' }, ...(target.screen === 'fleet' ? [] : [target])]);
    return true;
  };
  useKeyLayer({
    priority: layer.global,
    press: ({ name }) => {
      const action = actionFor(name, screenKeys(route))?.action;
      switch (action) {
        case 'quit':
          act.quit();
          return true;
        case 'help':
          openHelp();
          return true;
        case 'command':
          act.commandLine();
          return true;
        case 'suspend':
          act.suspend();
          return true;
        case 'redraw':
          act.redraw();
          return true;
        case 'back':
          act.back();
          return true;
        case 'qr':
          act.go({ screen: 'qr-wall' });
          return true;
        case 'screen-1':
          return goTo({ screen: 'fleet' });
        case 'screen-2':
          return goTo({ screen: 'incidents' });
        case 'screen-3':
          return goTo({ screen: 'logs' });
        case 'screen-4':
          return goTo({ screen: 'chats' });
        case 'screen-5':
          return goTo({ screen: 'cost' });
        default:
          return false;
      }
    },
  });
  return null;
};
