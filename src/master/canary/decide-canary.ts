import type { FleetParts } from '../../orchestrator/door/fleet-parts.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { isOnBase, waitsForPerson, withCanary } from '../../session/canary.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { isRunElsewhere } from '../../session/verdict.ts';
import type { StoredCanary } from '../../store/canary-store.ts';

/** What a person makes of a canary. Each in one transaction with what it changes; of two who press at once the second is told. */

type DecideParts = Pick<FleetParts, 'book' | 'store' | 'now'>;

const refuseDecided = (canary: StoredCanary): never => {
  const { sessionName, state, decidedBy } = canary;
  const how = state === 'promoted' ? 'was promoted' : 'was rolled back';
  throw new FleetError('refused-by-state', `the canary of ${sessionName} ${how} already, by ${decidedBy ?? 'itself'}.`);
};

/** Its newest one, as it was looked at. */
export const canaryToDecide = ({ store }: DecideParts, { stored }: ManagedSession, id: string): StoredCanary => {
  const newest = store.canaries.newest(stored.id);
  if (newest === null)
    throw new FleetError(
      'refused-by-state',
      `no canary of ${stored.name} runs. Begin one with: zap-fleet canary ${stored.name} --instructions FILE`,
    );
  if (newest.id !== id)
    throw new FleetError('refused-by-state', `another canary of ${stored.name} was begun since. Look at it first.`);
  return newest;
};

export interface Promoted {
  readonly version: number | null;
  readonly settings: readonly string[];
}

/** Its change becomes the session's. Throws `refused-by-state`. */
export const promoteCanary = (parts: DecideParts, session: ManagedSession, id: string, actor: string): Promoted => {
  const { store, now } = parts;

  return store.database.transaction(() => {
    const canary = canaryToDecide(parts, session, id);
    const { sessionName } = canary;
    if (canary.state === 'rolled-back' && waitsForPerson(canary))
      throw new FleetError(
        'refused-by-state',
        `the canary of ${sessionName} rolled itself back: nothing is promoted. If you want it nevertheless, begin another one.`,
      );
    if (canary.state !== 'running' && !waitsForPerson(canary)) refuseDecided(canary);
    if (isRunElsewhere(session.reasonCode))
      throw new FleetError('refused-by-state', `${sessionName} runs on another server: it is changed there.`);
    const stored = store.sessions.byId(canary.sessionId);
    if (stored === null || !isOnBase(stored, canary))
      throw new FleetError(
        'refused-by-state',
        `what the canary of ${sessionName} was held against has been changed since: nothing is promoted. Begin another one.`,
      );

    const settings = Object.keys(canary.settings);
    if (settings.length > 0)
      store.sessions.change(stored.id, { config: withCanary(stored, { ...canary, version: null }).config }, now());
    const version =
      canary.version === null
        ? null
        : (store.sessions.promoteInstructions(stored.id, canary.version, actor, now())?.version ?? null);
    const done =
      canary.state === 'running'
        ? store.canaries.finish(
            canary.id,
            { state: 'promoted', end: 'promoted', evidence: null, decidedBy: actor },
            now(),
          )
        : store.canaries.decide(canary.id, 'promoted', actor, now());
    if (!done) refuseDecided(store.canaries.get(canary.id) ?? canary);
    return { version, settings };
  });
};

/** The session is as it was, for everybody. Of one that has ended by itself: somebody has seen it. */
export const rollBackCanary = (parts: DecideParts, session: ManagedSession, id: string, actor: string): void => {
  const { store, now } = parts;

  store.database.transaction(() => {
    const canary = canaryToDecide(parts, session, id);
    if (canary.state !== 'running' && !waitsForPerson(canary)) refuseDecided(canary);
    const done =
      canary.state === 'running'
        ? store.canaries.finish(
            canary.id,
            { state: 'rolled-back', end: 'person', evidence: null, decidedBy: actor },
            now(),
          )
        : store.canaries.decide(canary.id, 'rolled-back', actor, now());
    if (!done) refuseDecided(store.canaries.get(canary.id) ?? canary);
  });
};
