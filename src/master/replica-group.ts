import { createHash, scrypt } from 'node:crypto';
import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { hasAlertChannel } from '../alerts/open-channels.ts';
import type { HomePaths } from '../home/home-paths.ts';
import type { Milliseconds } from '../session/units.ts';
import { groupKeyProblem } from '../settings/group-key.ts';
import type { Secrets, Settings } from '../settings/settings.ts';
import type { MetaStore } from '../store/meta-store.ts';
import { machineBootId } from '../store/replica/boot-id.ts';
import type { GroupFacts } from '../store/replica/group-watch.ts';
import { keepOtherKeys } from '../store/replica/other-keys.ts';
import { saidDoor } from './group/door-url.ts';

/**
 * This machine with this data directory. A copy lies elsewhere, or on another machine; after a boot it is another one, too, which costs the half
 * minute until the one before counts as silent.
 */
const instanceOf = ({ data }: HomePaths): string => {
  const { ino, birthtimeMs } = statSync(data);
  return createHash('sha256')
    .update(JSON.stringify([machineBootId() ?? hostname(), ino, birthtimeMs]))
    .digest('hex')
    .slice(0, 32);
};

/** As much work for each guess as 32 MiB of memory: the check lies where the bundles lie, and says no more than they do. */
const checkCost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 ** 2 } as const;
const checkBytes = 4;
const derive = promisify<string, string, number, typeof checkCost, Buffer>(scrypt);

/** What the group's key gives with this salt, made once. */
const createKeyCheck = (secrets: Secrets): GroupFacts['keyCheck'] => {
  let made: { readonly salt: string; readonly check: Promise<string> } | null = null;

  return async (salt) => {
    const { FLEET_GROUP_KEY: key } = secrets;
    if (key === undefined || groupKeyProblem(secrets) !== null) return null;

    if (made?.salt !== salt)
      made = {
        salt,
        check: derive(key, `zap-fleet group ${salt}`, checkBytes, checkCost).then((check) => check.toString('hex')),
      };
    return made.check;
  };
};

/** What this server says of itself to its group beside its beat. */
export const createReplicaGroup = (options: {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly paths: HomePaths;
  readonly graceMs: Milliseconds;
  readonly meta: MetaStore;
  readonly onGroup: GroupFacts['onGroup'];
}): GroupFacts => {
  const { settings, secrets } = options;

  return {
    instance: instanceOf(options.paths),
    doorUrl: saidDoor(settings),
    graceMs: options.graceMs,
    alerts: hasAlertChannel(settings, secrets),
    keyCheck: createKeyCheck(secrets),
    onOtherKeys: (names) => keepOtherKeys(options.meta, names),
    onGroup: options.onGroup,
  };
};
