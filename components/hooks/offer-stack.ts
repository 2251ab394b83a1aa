import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { Offered } from '../actions/core/contexts.ts';
import { rowsMeant } from '../actions/needed-scopes.ts';

/** What a layer of the screen offers to actions while it takes keys. */
export interface Offer {
  readonly priority: number;
  readonly offers: Offered;
}

/** What is shown, as the command line asks for it: a command without a name means a session that is on the screen, or none. */
export interface OfferStack {
  /** Returns its end. */
  add(offer: { readonly current: Offer }): () => void;
  /** The sessions that the topmost layer is about which is about any; empty: the screen shows none. */
  rows(sessions: readonly SessionRow[]): readonly SessionRow[];
}

export const createOfferStack = (): OfferStack => {
  const stack = new Set<{ readonly current: Offer }>();
  return {
    add: (offer) => {
      stack.add(offer);
      return () => stack.delete(offer);
    },
    rows: (sessions) =>
      [...stack]
        .map(({ current }) => current)
        .sort((a, b) => b.priority - a.priority)
        .map(({ offers }) => rowsMeant(offers, sessions))
        .find((rows) => rows.length > 0) ?? [],
  };
};
