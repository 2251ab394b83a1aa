import { createContext, useContext } from 'react';
import type { Actions } from '../actions/core/actions.ts';
import { keyInRead } from '../actions/keymap.ts';
import { createKeyRouter, type KeyRouter } from '../keys/key-layers.ts';
import type { Line } from '../paint/line.ts';
import type { View } from '../view-models/view.ts';
import { createOfferStack, type OfferStack } from './offer-stack.ts';

/** What is shown and what can be done are apart: a screen that only acts is not drawn again when the fleet changes. */

export const ViewContext = createContext<View | null>(null);
export const ActionsContext = createContext<Actions | null>(null);
export const KeyRouterContext = createContext<KeyRouter>(createKeyRouter(Date.now, keyInRead));
export const OfferStackContext = createContext<OfferStack>(createOfferStack());

const used = <T>(value: T | null, name: string): T => {
  if (value === null) throw new Error(`${name} is used outside the dashboard`);
  return value;
};

export const useView = (): View => used(useContext(ViewContext), 'useView');
export const useDo = (): Actions => used(useContext(ActionsContext), 'useDo');

/** The line above the footer that every screen shows: the command line, or the last result for ten seconds. */
export const StatusContext = createContext<Line | null>(null);
export const useStatusLine = (): Line | null => useContext(StatusContext);
