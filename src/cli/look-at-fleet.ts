import { connectFleet, connectRunning } from '../client/connect-fleet.ts';
import { isMasterThere } from '../orchestrator/process/reach-socket.ts';
import type { Fleet } from '../protocol/door.ts';
import { draftIsGone } from '../session/draft-is-gone.ts';
import { FleetError } from '../session/fleet-error.ts';
import { unknownSession } from '../session/unknown-session.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { version } from '../settings/version.ts';

/** The whole store is loaded only where no master answers. */
const openStopped = async (loaded: LoadedSettings, options?: { readonly mayChange: boolean }) => {
  const { openStoppedFleet } = await import('./stopped-fleet.ts');
  return openStoppedFleet(loaded, options);
};

/**
 * The master's door; null: none runs. Not asked whether it has the settings of now: no command shows that, and the fingerprint costs as much as
 * to connect.
 */
const openRunning = async ({ paths }: LoadedSettings): Promise<Fleet | null> => {
  const fleet = await connectRunning(paths, version);
  if (fleet !== null) return fleet;
  return (await isMasterThere(paths)) ? connectFleet({ paths }, { launch: null, version }) : null;
};

/**
 * The door for whoever looks: the master's where one runs (also when its socket was removed a moment ago), else what lies in the store.
 * Starts nothing, also when a master is lost.
 */
export const lookAtFleet = async (loaded: LoadedSettings, warn: (text: string) => void): Promise<Fleet> => {
  const running = await openRunning(loaded);
  if (running !== null) return running;

  const { fleet, words } = await openStopped(loaded);
  warn(words);
  return fleet;
};

/**
 * The door for whoever says what a session does when it runs: without a master it is written where the next one reads it. Null: bots go on
 * without a master, and only one can tell them.
 */
export const reachFleet = async (loaded: LoadedSettings, warn: (text: string) => void): Promise<Fleet | null> => {
  const running = await openRunning(loaded);
  if (running !== null) return running;

  const { fleet, words, isWhole } = await openStopped(loaded, { mayChange: true });
  if (!isWhole) {
    await fleet.close();
    return null;
  }
  warn(`${words}; this counts when it runs`);
  return fleet;
};

/**
 * Throws `no-such-session` where no master runs and the store knows none of `names`: a typing mistake must not start a fleet. A store that
 * cannot be looked into says nothing; the master then does.
 */
export const refuseUnknownNames = async (loaded: LoadedSettings, names: readonly string[]): Promise<void> => {
  if (await isMasterThere(loaded.paths)) return;

  const known = await storedNames(loaded);
  if (known === null || names.some((name) => known.includes(name))) return;
  throw unknownSession(names[0] ?? '', known);
};

/** The master's door or the store; null where neither can be looked into: who asks it then says why. */
const openQuietly = async (loaded: LoadedSettings): Promise<Fleet | null> => {
  if (await isMasterThere(loaded.paths)) return connectFleet(loaded, { launch: null, version });
  try {
    return (await openStopped(loaded)).fleet;
  } catch (error) {
    if (error instanceof FleetError) return null;
    throw error;
  }
};

/**
 * Throws `no-such-session` where there is none of that name, with or without a master, before anybody is asked whether he means it. `kept`:
 * conversations that a deleted session left are enough.
 */
export const refuseUnknownName = async (loaded: LoadedSettings, name: string, kept: boolean): Promise<void> => {
  const fleet = await openQuietly(loaded);
  if (fleet === null) return;
  try {
    await fleet.request(kept ? 'totals' : 'session', { name });
  } finally {
    await fleet.close();
  }
};

/** Throws `refused-by-state` where no master runs and no draft of that number waits: nothing must start to say so. */
export const refuseUnknownDraft = async (loaded: LoadedSettings, outboxId: number): Promise<void> => {
  if (await isMasterThere(loaded.paths)) return;

  const fleet = await openQuietly(loaded);
  if (fleet === null) return;
  try {
    const { drafts } = await fleet.request('drafts', {});
    if (!drafts.some((draft) => draft.outboxId === outboxId)) throw draftIsGone();
  } finally {
    await fleet.close();
  }
};

const storedNames = async (loaded: LoadedSettings): Promise<readonly string[] | null> => {
  try {
    const { fleet } = await openStopped(loaded);
    const names = fleet.getSnapshot().sessions.map(({ name }) => name);
    await fleet.close();
    return names;
  } catch (error) {
    if (error instanceof FleetError) return null;
    throw error;
  }
};
