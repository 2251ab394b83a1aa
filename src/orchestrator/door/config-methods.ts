import type { StoredSession } from '../../store/session-store.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import { aiKeyOf, configChange, isAiKey } from './config-changes.ts';
import { type FleetParts, wake } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';
import { detailsOf } from './session-details.ts';

/** The methods of the door that read and change how a session is configured. */

/** Whether a session has an AI key of its own, and setting one: where keys lie is not the door's business. */
export interface OwnKeys {
  has(session: StoredSession): boolean;
  set(session: StoredSession, key: string | null): void;
}

export const createConfigMethods = (parts: FleetParts, keys: OwnKeys): MethodsOf<'session' | 'setConfig'> => {
  const { book, store, now } = parts;

  const changeOf = (session: ManagedSession, key: string, value: unknown) => {
    if (!isAiKey(key)) return configChange(session.stored, key, value);

    keys.set(session.stored, aiKeyOf(value));
    // The key lies elsewhere, but the worker asks a service that refused again only for a new revision.
    return {};
  };

  return {
    session: ({ name }) => detailsOf(parts, book.get(name), keys.has),

    setConfig: async ({ name, key, value, actor }) => {
      const session = book.get(name);
      store.sessions.change(session.stored.id, changeOf(session, key, value), now());
      book.reload(session);
      book.record(session, {
        level: 'info',
        kind: 'config-changed',
        text: `${key} was changed`,
        evidence: { key },
        actor: actor ?? 'you',
      });
      await wake(parts, session);

      return { details: detailsOf(parts, session, keys.has) };
    },
  };
};
