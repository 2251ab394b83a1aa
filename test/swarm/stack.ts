import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { dockerOn, type Machine, machines, mustDockerOn, mustDockerWith, nodeNameOf } from './engines.ts';

/** deployment/stack.yml on the three machines, as docs/many-machines.md deploys it. */

const file = join(import.meta.dirname, '../../deployment/stack.yml');
const stack = 'zap';
export const service = 'zap_zap-fleet';

export const secrets = {
  'zap-supabase-service-role-key': 'sb_secret_test',
  'zap-fleet-group-key': 'the key of this group, long enough for any',
  'zap-fleet-api-token': 'a-token-of-the-whole-group-0123456789',
  'zap-ai-key': 'none-is-asked-here-0123456789',
};
export const token = secrets['zap-fleet-api-token'];

export const makeSecrets = async (): Promise<void> => {
  for (const [name, value] of Object.entries(secrets))
    await mustDockerWith(1, { input: value }, 'secret', 'create', name, '-');
};

/**
 * `docker stack deploy`, also over a stack that runs. Comes back when Swarm has the file, not when it is carried out. `internet`: what a fleet
 * asks to find out whether it is the network that keeps it from WhatsApp.
 */
export const deployStack = async (
  image: string,
  environment: Readonly<Record<string, string>>,
  internet: string,
): Promise<void> => {
  const more = { version: '3.8', services: { 'zap-fleet': { environment: { ZAP_TEST_PROBE_URL: internet } } } };
  const folder = mkdtempSync('/tmp/zft-swarm-stack-');
  try {
    const moreFile = join(folder, 'internet.yml');
    writeFileSync(moreFile, JSON.stringify(more));
    await mustDockerWith(
      1,
      { env: { ...environment, ZAP_FLEET_IMAGE: image, FLEET_LANG: 'en', AI_SELECTED: '' } },
      'stack',
      'deploy',
      '--resolve-image',
      'never',
      '--compose-file',
      file,
      '--compose-file',
      moreFile,
      stack,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** The fleet's container on that machine; null: none runs. */
export const containerOn = async (machine: Machine): Promise<string | null> => {
  const { stdout } = await dockerOn(
    machine,
    'ps',
    '--quiet',
    '--filter',
    `label=com.docker.swarm.service.name=${service}`,
  );
  return stdout.split('\n')[0] || null;
};

export interface Container {
  readonly image: string;
  readonly startedAt: string;
  readonly health: string;
}

export const inspectOn = async (machine: Machine): Promise<Container | null> => {
  const id = await containerOn(machine);
  if (id === null) return null;
  const { code, stdout } = await dockerOn(
    machine,
    'inspect',
    '--format',
    '{{.Config.Image}} {{.State.StartedAt}} {{.State.Health.Status}}',
    id,
  );
  const [image = '', startedAt = '', health = ''] = stdout.split(' ');
  return code === 0 ? { image, startedAt, health } : null;
};

export const allHealthy = async (which: readonly Machine[], within: number): Promise<void> => {
  await until(
    async () => {
      const found = await Promise.all(which.map(inspectOn));
      return found.every((each) => each?.health === 'healthy');
    },
    { within, every: 500, what: `a healthy container on ${which.join(', ')}` },
  ).catch(async (error: unknown) => {
    throw new Error(await tasks(), { cause: error });
  });
};

/** Every task of the service that Swarm remembers, for a failure's own words. */
export const tasks = async (): Promise<string> =>
  (
    await dockerOn(
      1,
      'service',
      'ps',
      service,
      '--no-trunc',
      '--format',
      '{{.Node}} {{.Image}} {{.CurrentState}} {{.Error}}',
    )
  ).stdout;

/** Until Swarm itself wants one task on each of these machines, and says of each that it runs: a machine that came back gets a new one. */
export const allSettled = async (which: readonly Machine[], within: number): Promise<void> => {
  const wanted = which.map(nodeNameOf).sort().join(' ');
  await until(
    async () => {
      const filter = ['--filter', 'desired-state=running', '--format', '{{.Node}} {{.CurrentState}}'];
      const lines = (await dockerOn(1, 'service', 'ps', service, ...filter)).stdout.split('\n');
      const running = lines.filter((line) => line.includes(' Running ')).map((line) => line.split(' ')[0] ?? '');
      return running.length === lines.length && running.sort().join(' ') === wanted;
    },
    { within, every: 500, what: `Swarm to run one task on each of ${wanted}` },
  ).catch(async (error: unknown) => {
    throw new Error(await tasks(), { cause: error });
  });
};

/** How the last update of the service went, in Swarm's words: `completed`, `rollback_completed`, … */
export const updateState = async (): Promise<string> =>
  (await dockerOn(1, 'service', 'inspect', service, '--format', '{{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}'))
    .stdout;

/** Removes stack, secrets and volumes, so that the next one begins with nothing. */
export const removeStack = async (): Promise<void> => {
  await dockerOn(1, 'stack', 'rm', stack);
  for (const machine of machines) {
    await until(async () => (await containerOn(machine)) === null, {
      within: 60_000,
      every: 500,
      what: `no container on ${machine}`,
    });
    // Dead containers of the service hold its volumes. Swarm may be about to remove one of them itself.
    await until(
      async () => {
        const dead = (await mustDockerOn(machine, 'ps', '--all', '--quiet')).split('\n').filter(Boolean);
        if (dead.length > 0) await dockerOn(machine, 'rm', '--force', ...dead);
        return dead.length === 0;
      },
      { within: 60_000, every: 500, what: `no dead container on ${machine}` },
    );
    const volumes = (await mustDockerOn(machine, 'volume', 'ls', '--quiet')).split('\n').filter(Boolean);
    if (volumes.length > 0) await mustDockerOn(machine, 'volume', 'rm', ...volumes);
  }
  await dockerOn(1, 'secret', 'rm', ...Object.keys(secrets));
};
