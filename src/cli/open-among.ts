import { existsSync } from 'node:fs';
import { openMerged } from '../client/merged/open-merged.ts';
import { readNodeList } from '../client/node-list.ts';
import { nodeListFile } from '../home/home-paths.ts';
import type { Fleet } from '../protocol/door.ts';
import { mayFindOthers } from '../settings/discovery.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { version } from '../settings/version.ts';

/** This machine's fleet among the nodes that a person listed, for dashboard and commands. */

/** A dashboard shows what is there, and the others as they come. */
const firstFrameWithin = 1000;
/** A command says its answer once: it waits for whoever may still come. */
const answerWithin = 5000;

/** Whether there is a fleet here at all: where only others are looked at none is made. */
const isFleetHere = ({ paths }: LoadedSettings): boolean => existsSync(paths.database);

const open = (
  loaded: LoadedSettings,
  home: () => Promise<Fleet>,
  waitMs: number,
  warn?: (text: string) => void,
): Promise<Fleet> => {
  const listed = readNodeList(nodeListFile(loaded.paths));
  const finds = isFleetHere(loaded) && mayFindOthers(loaded.settings);
  if (listed.length === 0 && !finds) return home();
  return openMerged(isFleetHere(loaded) ? home() : null, listed, {
    version,
    waitMs,
    ...(warn === undefined ? {} : { warn }),
    ...(finds ? { foundToken: loaded.secrets.FLEET_API_TOKEN ?? null } : {}),
  });
};

export const openDashboardAmong = (loaded: LoadedSettings, home: () => Promise<Fleet>): Promise<Fleet> =>
  open(loaded, home, firstFrameWithin);

/** Says of each node that does not answer that nothing of it is told. */
export const openCommandAmong = async (
  loaded: LoadedSettings,
  home: () => Promise<Fleet>,
  warn: (text: string) => void,
): Promise<Fleet> => {
  const fleet = await open(loaded, home, answerWithin, warn);
  for (const { state, name, reason } of fleet.getSnapshot().nodes ?? [])
    if (state === 'lost') warn(`nothing of ${name} is shown: ${reason ?? ''}`);
  return fleet;
};
