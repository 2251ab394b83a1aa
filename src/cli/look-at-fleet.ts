import { connectFleet } from '../client/connect-fleet.ts';
import { isMasterThere } from '../orchestrator/process/reach-socket.ts';
import type { Fleet } from '../protocol/door.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { version } from '../settings/version.ts';

/** The whole store is loaded only where no master answers. */
const openStopped = async (loaded: LoadedSettings, options?: { readonly mayChange: boolean }) => {
  const { openStoppedFleet } = await import('./stopped-fleet.ts');
  return openStoppedFleet(loaded, options);
};

/**
 * The door for whoever looks: the master's where one runs (also when its socket was removed a moment ago), else what lies in the store.
 * Starts nothing, also when a master is lost.
 */
export const lookAtFleet = async (loaded: LoadedSettings, warn: (text: string) => void): Promise<Fleet> => {
  if (await isMasterThere(loaded.paths)) return connectFleet(loaded, { launch: null, version });

  const { fleet, words } = await openStopped(loaded);
  warn(words);
  return fleet;
};

/**
 * The door for whoever says what a session does when it runs: without a master it is written where the next one reads it. Null: bots go on
 * without a master, and only one can tell them.
 */
export const reachFleet = async (loaded: LoadedSettings, warn: (text: string) => void): Promise<Fleet | null> => {
  if (await isMasterThere(loaded.paths)) return connectFleet(loaded, { launch: null, version });

  const { fleet, words, isWhole } = await openStopped(loaded, { mayChange: true });
  if (!isWhole) {
    await fleet.close();
    return null;
  }
  warn(`${words}; this counts when it runs`);
  return fleet;
};
