import { useContext, useEffect, useLayoutEffect, useRef } from 'react';
import type { KeyLayer, MousePress } from '../keys/key-layers.ts';
import { type ActionId, actionFor, type Binding, type KeyScreen } from '../keys/keymap.ts';
import { KeyRouterContext } from './contexts.ts';

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

/** What each action does on a screen. A handler that gives false leaves the key to the layer below. */
export type Handlers = Partial<Record<ActionId, (binding: Binding) => boolean | undefined>>;

/** Binds a screen's actions to the keys that the keymap gives them. */
export const useActions = (
  screens: readonly KeyScreen[],
  handlers: Handlers,
  { active = true, priority = layer.screen }: { readonly active?: boolean; readonly priority?: number } = {},
): void => {
  useKeyLayer(
    {
      priority,
      press: ({ name }) => {
        const binding = actionFor(name, screens);
        const handler = binding === null ? undefined : handlers[binding.action];
        if (binding === null || handler === undefined) return false;
        return handler(binding) !== false;
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
