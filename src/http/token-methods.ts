import type { z } from 'zod';
import type { FleetResults, fleetRequests } from '../protocol/fleet-api.ts';
import { parseTokenName, parseTokenSessions, type TokenLine } from '../session/access.ts';
import type { TokenBook } from './token-book.ts';

type Params<M extends 'tokens' | 'tokenAdd' | 'tokenRevoke'> = z.output<(typeof fleetRequests)[M]>;

/** `tokens`, `tokenAdd` and `tokenRevoke` of the door; the master adds them to its methods. */
export const tokenMethods = (options: {
  readonly book: TokenBook;
  /** Throws `no-such-session`: a name that is written wrongly would open nothing, and say nothing. */
  readonly mustExist: (session: string) => void;
  /** Writes to the event log; never what opens. */
  readonly record: (
    kind: 'token-added' | 'token-revoked',
    token: Pick<TokenLine, 'name'> & Partial<TokenLine>,
    actor: string,
  ) => void;
  readonly now: () => number;
}) => {
  const { book, record } = options;

  return {
    tokens: (): FleetResults['tokens'] => ({ tokens: book.list() }),
    tokenAdd: ({ token, scope, sessions, expiresInMs, actor }: Params<'tokenAdd'>): FleetResults['tokenAdd'] => {
      const names = sessions === undefined ? null : parseTokenSessions(sessions);
      for (const name of names ?? []) options.mustExist(name);
      const by = actor ?? 'you';
      const made = book.add({
        name: parseTokenName(token),
        scope,
        sessions: names,
        expiresAt: expiresInMs === undefined ? null : options.now() + expiresInMs,
        createdBy: by,
      });
      record('token-added', made.token, by);
      return made;
    },
    tokenRevoke: ({ token, actor }: Params<'tokenRevoke'>): FleetResults['tokenRevoke'] => {
      book.revoke(token);
      record('token-revoked', { name: token }, actor ?? 'you');
      return { revoked: true };
    },
  };
};
