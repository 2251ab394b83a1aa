import type { FleetParts } from './fleet-parts.ts';

/** The id behind a name, also of a session that is gone: its conversations may have been kept. Throws `no-such-session`. */
export const sessionIdOf = ({ book, store }: Pick<FleetParts, 'book' | 'store'>, name: string): string => {
  const session = book.byName(name);
  if (session !== null) return session.stored.id;

  const kept = store.conversations.sessionIdsOfName(name).at(-1);
  return kept ?? book.get(name).stored.id;
};

/** Of a session that is gone its events, conversations or log may have been kept. Throws `no-such-session`. */
export const refuseUnknown = ({ book, store }: Pick<FleetParts, 'book' | 'store'>, name: string): void => {
  if (book.byName(name) !== null) return;
  if (store.conversations.sessionIdsOfName(name).length > 0) return;
  if (store.events.list({ sessionName: name, limit: 1 }).length > 0) return;

  book.get(name);
};
