import { connectFleet } from '../client/connect-fleet.ts';
import type { Fleet } from '../protocol/door.ts';
import type { Milliseconds } from '../session/units.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { version } from '../settings/version.ts';

/** The door to the fleet of these settings; starts its master when there is none. `current`: settings that may change while it is open. */
export const openDoor = (
  loaded: LoadedSettings,
  options: {
    readonly demo?: boolean;
    readonly current?: () => LoadedSettings;
    /** Told before a master is started. */
    readonly onLaunch?: () => void;
    /** Told when the process that starts it was begun. */
    readonly onLaunched?: () => void;
    /** As for `createSnapshotMirror`. */
    readonly compareAfter?: Milliseconds;
  } = {},
): Promise<Fleet> => {
  const current = options.current ?? (() => loaded);
  return connectFleet(loaded, {
    launch: async (again) => {
      if (!again) options.onLaunch?.();
      // Who finds a master needs nothing of what starts one.
      const { launchRequest, spawnLaunch } = await import('../master/spawn-launch.ts');
      const launched = spawnLaunch(
        launchRequest(current(), { again, ...(options.demo === undefined ? {} : { demo: options.demo }) }),
      );
      options.onLaunched?.();
      return launched;
    },
    version,
    current,
    ...(options.compareAfter === undefined ? {} : { compareAfter: options.compareAfter }),
  });
};
