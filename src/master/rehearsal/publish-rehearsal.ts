import { type FleetParts, wake } from '../../orchestrator/door/fleet-parts.ts';
import { createPromptMethods } from '../../orchestrator/door/prompt-methods.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { isRunElsewhere } from '../../session/verdict.ts';
import type { StoredRehearsal } from '../../store/rehearsal-store.ts';
import { changedSession } from './changed-session.ts';

/** What was rehearsed becomes what customers meet, as a person would have changed it. */
export type PublishParts = Pick<FleetParts, 'book' | 'store' | 'orchestrator' | 'now'>;

export const createPublisher = (parts: PublishParts) => {
  const { book, store, now } = parts;
  const prompts = createPromptMethods(parts);

  /** All of the change in one: instructions as a new version, settings with them. */
  return async (session: ManagedSession, rehearsal: StoredRehearsal, actor: string) => {
    const { stored } = session;
    const { change, baseVersion } = rehearsal;
    if (isRunElsewhere(session.reasonCode))
      throw new FleetError('refused-by-state', `${stored.name} runs on another server: it is changed there.`);
    if (stored.instructionsVersion !== baseVersion)
      throw new FleetError(
        'refused-by-state',
        `the instructions of ${stored.name} are version ${stored.instructionsVersion ?? 0} now; they were rehearsed against version ${baseVersion ?? 0}. Rehearse again.`,
      );
    const changed = changedSession(stored, change, store.sessions);
    const keys = Object.keys(change.settings).concat(change.model === null ? [] : ['ai_config.model']);
    if (keys.length > 0) {
      store.sessions.change(stored.id, { config: { ...stored.config, ai: changed.ai, timing: changed.timing } }, now());
      book.reload(session);
      for (const key of keys)
        book.record(session, {
          level: 'info',
          kind: 'config-changed',
          text: `${key} was changed`,
          evidence: { key },
          actor,
        });
    }
    const version =
      change.instructions === null
        ? null
        : (await prompts.prompt({ name: stored.name, text: change.instructions, actor })).version.version;
    if (version === null) await wake(parts, session);
    return { version, settings: keys };
  };
};
