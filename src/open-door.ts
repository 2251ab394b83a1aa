import { connectFleet } from './client/connect-fleet.ts';
import { launchRequest, spawnLaunch } from './master/spawn-launch.ts';
import type { Fleet } from './protocol/fleet.ts';
import type { LoadedSettings } from './settings/load-settings.ts';
import { version } from './version.ts';

/** The door to the fleet of these settings; starts its master when there is none. */
export const openDoor = (loaded: LoadedSettings, options: { readonly demo?: boolean } = {}): Promise<Fleet> =>
  connectFleet(loaded, { launch: () => spawnLaunch(launchRequest(loaded, options)), version });
