import type { StoredInstructions } from '../../store/session-store.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import { type FleetParts, wake } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';
import { versionOf } from './session-details.ts';

/** The methods of the door about a session's instructions and their versions. */

export const createPromptMethods = (
  parts: Pick<FleetParts, 'book' | 'store' | 'orchestrator' | 'now'>,
): MethodsOf<'prompt' | 'promptHistory' | 'promptRollback'> => {
  const { book, store, now } = parts;

  /** Tells the worker of a version that was just written. */
  const applyVersion = async (
    session: ManagedSession,
    added: StoredInstructions,
    event: Pick<Parameters<typeof book.record>[1], 'kind' | 'text' | 'evidence' | 'actor'>,
  ) => {
    book.reload(session);
    book.record(session, { level: 'info', ...event });
    await wake(parts, session);

    return { version: versionOf(session, added) };
  };

  return {
    prompt: ({ name, text, actor }) => {
      const session = book.get(name);
      const added = store.sessions.addInstructions(session.stored.id, text, actor ?? 'you', now());

      return applyVersion(session, added, {
        kind: 'instructions-changed',
        text: `instructions are version ${added.version} now`,
        evidence: { version: added.version },
        actor: actor ?? 'you',
      });
    },

    promptHistory: ({ name }) => {
      const session = book.get(name);
      const history = store.sessions.instructionsHistory(session.stored.id);

      return { versions: history.map((each) => versionOf(session, each)) };
    },

    promptRollback: ({ name, version: to, actor }) => {
      const session = book.get(name);
      const added = store.sessions.rollbackInstructions(session.stored.id, to, actor ?? 'you', now());

      return applyVersion(session, added, {
        kind: 'instructions-rolled-back',
        text: `instructions are back at version ${to}, as version ${added.version}`,
        evidence: { backTo: to, version: added.version },
        actor: actor ?? 'you',
      });
    },
  };
};
