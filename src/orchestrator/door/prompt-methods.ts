import type { StoredInstructions } from '../../store/session-store.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import { type FleetParts, wake } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';
import { versionOf } from './session-details.ts';

/** The methods of the door about a session's instructions and their versions. */

type Parts = Pick<FleetParts, 'book' | 'store' | 'orchestrator' | 'now'>;
type VersionEvent = Pick<Parameters<FleetParts['book']['record']>[1], 'kind' | 'text' | 'evidence' | 'actor'>;

/** Tells the worker of a version that was just written. */
const applyVersion = async (parts: Parts, session: ManagedSession, added: StoredInstructions, event: VersionEvent) => {
  const { book } = parts;
  book.reload(session);
  book.record(session, { level: 'info', ...event });
  await wake(parts, session);

  return { version: versionOf(session, added) };
};

/** A text as the session's next version. `also`: what is written with it, or not at all. */
export const publishVersion = (
  parts: Parts,
  session: ManagedSession,
  text: string,
  actor: string,
  also: (version: number) => void = () => undefined,
) => {
  const { store, now } = parts;
  const added = store.database.transaction(() => {
    const written = store.sessions.addInstructions(session.stored.id, text, actor, now());
    also(written.version);
    return written;
  });

  return applyVersion(parts, session, added, {
    kind: 'instructions-changed',
    text: `instructions are version ${added.version} now`,
    evidence: { version: added.version },
    actor,
  });
};

export const createPromptMethods = (parts: Parts): MethodsOf<'prompt' | 'promptHistory' | 'promptRollback'> => {
  const { book, store, now } = parts;

  return {
    prompt: ({ name, text, actor }) => publishVersion(parts, book.get(name), text, actor ?? 'you'),

    promptHistory: ({ name }) => {
      const session = book.get(name);
      const history = store.sessions.instructionsHistory(session.stored.id);

      return { versions: history.map((each) => versionOf(session, each)) };
    },

    promptRollback: ({ name, version: to, actor }) => {
      const session = book.get(name);
      const added = store.sessions.rollbackInstructions(session.stored.id, to, actor ?? 'you', now());

      return applyVersion(parts, session, added, {
        kind: 'instructions-rolled-back',
        text: `instructions are back at version ${to}, as version ${added.version}`,
        evidence: { backTo: to, version: added.version },
        actor: actor ?? 'you',
      });
    },
  };
};
