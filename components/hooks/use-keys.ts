import { useContext, useEffect, useLayoutEffect, useRef } from 'react';
import { type Offered, runIn } from '../actions/core/contexts.ts';
import { actionFor } from '../actions/keymap.ts';
import { neededScopes, refusalOf, rowsOffered } from '../actions/needed-scopes.ts';
import type { ActionId } from '../actions/registry.ts';
import type { KeyLayer, MousePress } from '../keys/key-layers.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { KeyRouterContext, OfferStackContext, useDo, useView } from './contexts.ts';
import type { Offer } from './offer-stack.ts';

/** From the bottom to the top. */
export const layer = { global: 0, screen: 20, help: 60, field: 80, dialog: 100 } as const;

/** Takes keys while mounted and `active`; the newest closure is the one that runs. */
export const useKeyLayer = (wanted: KeyLayer, active = true): void => {
  const router = useContext(KeyRouterContext);
  const latest = useRef(wanted);
  useLayoutEffect(() => {
    latest.current = wanted;
  });
  useEffect(() => (active ? router.add(latest) : undefined), [router, active]);
};

/** Says what a layer is about while it takes keys. */
const useOffer = (offer: Offer, active: boolean): void => {
  const stack = useContext(OfferStackContext);
  const latest = useRef(offer);
  useLayoutEffect(() => {
    latest.current = offer;
  });
  useEffect(() => (active ? stack.add(latest) : undefined), [stack, active]);
};

/** What a screen does itself: it moves its own cursor or opens its own field. False leaves the key to the layer below. */
export type Handlers = Partial<Record<ActionId, () => boolean | undefined>>;

export interface KeysOfScreen {
  readonly active?: boolean;
  readonly priority?: number;
  /** Where the actions of this screen run: each in the first of these that it knows. */
  readonly offers?: Offered;
}

/** Binds the actions of a screen to their keys: the screen's own handlers first, then what each action's file runs. */
export const useActions = (
  screens: readonly KeyScreen[],
  handlers: Handlers,
  { active = true, priority = layer.screen, offers = {} }: KeysOfScreen = {},
): void => {
  const act = useDo();
  const view = useView();
  useOffer({ priority, offers }, active);
  useKeyLayer(
    {
      priority,
      press: ({ name }) => {
        const action = actionFor(name, screens);
        if (action === null) return false;

        const refusal = refusalOf(view, rowsOffered(offers), neededScopes[action.id]);
        if (refusal !== null) {
          act.notify(refusal, true);
          return true;
        }
        const handler = handlers[action.id];
        if (handler !== undefined) return handler() !== false;
        return runIn(action.run ?? {}, offers, { act, view });
      },
    },
    active,
  );
};

export const useMouse = (listener: (press: MousePress) => void): void => {
  const router = useContext(KeyRouterContext);
  const latest = useRef(listener);
  useLayoutEffect(() => {
    latest.current = listener;
  });
  useEffect(() => router.onMouse((press) => latest.current(press)), [router]);
};
