import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';
import { firstIssue } from '../../../src/words/first-issue.ts';
import { type Script, type SimulatedConfig, scriptOf, simulatedConfigSchema } from './scenario.ts';
import { seedOf } from './seeded-random.ts';

const simulatedConfigFile = (profileDir: string): string => join(profileDir, 'simulated.json');

/** Says what the simulated phone of a profile does; before its worker starts. */
export const writeSimulatedConfig = (profileDir: string, config: SimulatedConfig): void => {
  mkdirSync(profileDir, { recursive: true, mode: 0o700 });
  writeFileSync(simulatedConfigFile(profileDir), JSON.stringify(config), { mode: 0o600 });
};

/** The script and seed of a profile; without `simulated.json`: somebody scans after a while. Throws `usage` with what is wrong in it. */
export const readSimulatedConfig = (profileDir: string, sessionName: string): { script: Script; seed: number } => {
  const path = simulatedConfigFile(profileDir);
  let raw: unknown = {};
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      throw new FleetError('usage', `cannot read ${path}: ${messageOf(error)}. Mend or remove it.`, { cause: error });
  }
  const parsed = simulatedConfigSchema.safeParse(raw);
  if (!parsed.success)
    throw new FleetError('usage', `${path}: ${firstIssue('', parsed.error)}. Mend or remove it.`, {
      cause: parsed.error,
    });
  // zod fills defaults into `script`; only what the file really says may change the scenario.
  const changed = z.object({ script: z.record(z.string(), z.unknown()).default({}) }).parse(raw).script;
  return { script: scriptOf(parsed.data, changed), seed: parsed.data.seed ?? seedOf(sessionName) };
};
