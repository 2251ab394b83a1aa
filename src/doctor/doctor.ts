import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { isListening, isMasterLocked } from '../orchestrator/process/reach-socket.ts';
import { daemonPid } from '../orchestrator/watch/daemon-watch.ts';
import { descriptorUseOf } from '../resources/descriptor-limit.ts';
import { createMachineSampler } from '../resources/machine.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { version } from '../settings/version.ts';
import type { Finding, Patient } from './finding.ts';
import { checkLeftovers, checkPermissions, checkStore } from './home-checks.ts';
import { checkBrowser, checkDescriptors, checkMachine, checkNode, checkPort, checkTerminal } from './machine-checks.ts';
import { checkSettings } from './settings-checks.ts';
import { checkLoginBucket } from './storage-checks.ts';

export type FindBrowser = Parameters<typeof checkBrowser>[0];

/** Runs every check; starts no master and changes nothing. */
export const examine = async (
  loaded: LoadedSettings,
  findBrowser: FindBrowser,
  cwd: string,
  env: Patient['env'] = process.env,
): Promise<readonly Finding[]> => {
  const { paths, settings } = loaded;
  const patient: Patient = {
    env,
    nodeVersion: process.versions.node,
    version,
    loaded,
    // One whose socket was removed runs, too: its port is not another program's.
    masterRuns: (await isListening(paths.socket)) || isMasterLocked(paths),
  };
  let disk = paths.home;
  while (!existsSync(disk)) disk = dirname(disk);
  const machine = await createMachineSampler({ diskPath: disk }).sample();
  return [
    checkNode(patient),
    ...checkTerminal(patient),
    ...checkSettings(patient, cwd),
    await checkBrowser(findBrowser),
    ...checkMachine(machine, settings.MAX_SESSIONS, disk),
    ...checkDescriptors(descriptorUseOf(daemonPid(paths) ?? 'self')?.limit ?? null, settings.MAX_SESSIONS),
    ...(await checkPort(patient)),
    ...checkPermissions(patient),
    ...checkStore(patient),
    ...(await checkLeftovers(patient)),
    ...(await checkLoginBucket(patient)),
  ];
};
