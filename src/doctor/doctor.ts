import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { isListening } from '../orchestrator/process/reach-socket.ts';
import { createMachineSampler } from '../resources/machine.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { version } from '../settings/version.ts';
import type { Finding, Patient } from './finding.ts';
import { checkLeftovers, checkPermissions, checkStore } from './home-checks.ts';
import { checkBrowser, checkMachine, checkNode, checkPort, checkTerminal } from './machine-checks.ts';
import { checkSettings } from './settings-checks.ts';

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
    masterRuns: await isListening(paths.socket),
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
    ...(await checkPort(patient)),
    ...checkPermissions(patient),
    ...checkStore(patient),
    ...(await checkLeftovers(patient)),
  ];
};
