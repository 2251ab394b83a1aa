import { setTimeout as delay } from 'node:timers/promises';
import type { HomePaths } from '../home/home-paths.ts';
import type { Fleet } from '../protocol/door.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { settingsFingerprint } from '../settings/settings-fingerprint.ts';
import { createRemoteFleet, type RemoteFleet } from './remote-fleet.ts';
import { socketWay } from './socket-way.ts';

export interface ConnectOptions {
  /** Starts a master and resolves when its socket is open; null: one that does not run is an error. `again`: the fleet ran before. */
  readonly launch: ((again: boolean) => Promise<unknown>) | null;
  /** Of this program, to tell when the master runs another one. */
  readonly version?: string;
  /** The settings as they are now, where they may change while the door is open; default: as given. */
  readonly current?: () => Pick<LoadedSettings, 'settings' | 'secrets'>;
  /** As for `createSnapshotMirror`. */
  readonly compareAfter?: Milliseconds;
}

/** The door of a master that runs, after one try; null: nobody listens there. Throws `unavailable` when it refuses. */
export const connectRunning = async (paths: HomePaths, version: string): Promise<Fleet | null> => {
  const remote = createRemoteFleet({ way: socketWay(paths.socket), version, fingerprint: () => null, relaunch: null });
  const result = await remote.open();
  if (result === 'open') return remote.fleet;

  await remote.fleet.close();
  if (result !== 'nobody') throw new FleetError('unavailable', result.refused);
  return null;
};

const connectWithin: Milliseconds = 10_000;
const retryEvery: Milliseconds = 100;

/**
 * The door over the master's socket. No master: starts one and waits for it. Afterwards a lost master is looked for (and, when it does
 * not come back, started) until `close`. Throws `unavailable`, `timeout`, or why the master could not be started.
 */
export const connectFleet = async (
  loaded: Pick<LoadedSettings, 'paths'> & Partial<Pick<LoadedSettings, 'settings' | 'secrets'>>,
  options: ConnectOptions,
): Promise<Fleet> => {
  const paths: HomePaths = loaded.paths;
  const { launch } = options;
  const fingerprint = (): string | null => {
    const { settings, secrets } = options.current?.() ?? loaded;
    return settings === undefined ? null : settingsFingerprint(settings, secrets ?? {});
  };
  const remote: RemoteFleet = createRemoteFleet({
    way: socketWay(paths.socket),
    version: options.version ?? null,
    fingerprint,
    ...(options.compareAfter === undefined ? {} : { compareAfter: options.compareAfter }),
    relaunch: launch === null ? null : () => launch(true),
  });
  try {
    const deadline = performance.now() + connectWithin;
    let launched = false;
    for (;;) {
      const result = await remote.open();
      if (result === 'open') return remote.fleet;
      if (result !== 'nobody') throw new FleetError('unavailable', result.refused);
      if (launch === null) {
        throw new FleetError('unavailable', 'no master runs for this fleet. Start it with: zap-fleet');
      }
      if (!launched) {
        launched = true;
        await launch(false);
      } else {
        if (performance.now() > deadline) {
          throw new FleetError(
            'timeout',
            `the master was started and does not answer on ${paths.socket}. See: zap-fleet doctor`,
          );
        }
        await delay(retryEvery);
      }
    }
  } catch (error) {
    await remote.fleet.close();
    throw error;
  }
};
