import { connectFleet } from './client/connect-fleet.ts';
import type { Fleet } from './protocol/fleet.ts';
import type { LoadedSettings } from './settings/load-settings.ts';

/** The door to the fleet of these settings; starts its master when there is none. */
export const openDoor = (loaded: LoadedSettings): Promise<Fleet> => connectFleet(loaded);
