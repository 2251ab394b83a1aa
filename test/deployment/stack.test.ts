import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseDiscovery } from '../../src/settings/discovery.ts';
import { secretNames, settingNames } from '../../src/settings/settings.ts';

/** What deployment/stack.yml has to say, because a fleet would be hurt by anything else. test/swarm deploys it on a real Swarm. */

// PM2's own: nothing else of ours reads YAML.
const requireFrom = createRequire(createRequire(import.meta.url).resolve('pm2'));
const { load } = requireFrom('js-yaml') as { load(text: string): unknown };

const root = resolve(import.meta.dirname, '../..');
const update = z.object({
  order: z.string(),
  parallelism: z.number(),
  delay: z.string().optional(),
  monitor: z.string(),
  failure_action: z.string(),
  max_failure_ratio: z.number(),
});
const stackSchema = z.object({
  services: z.strictObject({
    'zap-fleet': z.object({
      image: z.string(),
      hostname: z.string(),
      environment: z.record(z.string(), z.string()),
      secrets: z.array(z.object({ source: z.string(), target: z.string(), uid: z.string(), mode: z.number() })),
      volumes: z.array(z.string()),
      ports: z.array(z.object({ target: z.number(), published: z.number(), mode: z.string() })),
      networks: z.array(z.string()),
      cap_drop: z.array(z.string()),
      stop_grace_period: z.string(),
      healthcheck: z.object({
        test: z.array(z.string()),
        interval: z.string(),
        timeout: z.string(),
        retries: z.number(),
        start_period: z.string(),
      }),
      deploy: z.object({
        mode: z.string(),
        placement: z.object({ constraints: z.array(z.string()) }),
        resources: z.object({ limits: z.object({ memory: z.string() }) }),
        update_config: update,
        rollback_config: update,
      }),
    }),
  }),
  volumes: z.record(z.string(), z.null()),
  networks: z.record(z.string(), z.object({ driver: z.string() })),
  secrets: z.record(z.string(), z.object({ external: z.literal(true) })),
});

const stack = stackSchema.parse(load(readFileSync(join(root, 'deployment/stack.yml'), 'utf8')));
const fleet = stack.services['zap-fleet'];

test('one container on each machine that is labelled for it, named as its machine', () => {
  expect(fleet.deploy.mode).toBe('global');
  expect(fleet.deploy.placement.constraints).toEqual(['node.labels.zap == 1']);
  expect(fleet.environment['FLEET_NODE']).toBe('{{.Node.Hostname}}');
  expect(fleet.hostname).toBe('{{.Node.Hostname}}');
});

test('never two fleets on the same volumes: the old one ends first, one machine at a time, and a bad image is rolled back', () => {
  for (const each of [fleet.deploy.update_config, fleet.deploy.rollback_config])
    expect(each).toMatchObject({ order: 'stop-first', parallelism: 1, max_failure_ratio: 0 });
  // Without it Swarm may begin with the second machine in the moment in which the first one fails.
  expect(fleet.deploy.update_config.delay).toBe('20s');
  expect(fleet.deploy.update_config.failure_action).toBe('rollback');
  expect(fleet.deploy.rollback_config.failure_action).toBe('pause');
});

test('the volumes are those of docker-compose.yml, and the machine’s own', () => {
  const compose = z
    .object({ services: z.object({ 'zap-fleet': z.object({ volumes: z.array(z.string()) }) }) })
    .parse(load(readFileSync(join(root, 'docker-compose.yml'), 'utf8')));
  expect(fleet.volumes).toEqual(compose.services['zap-fleet'].volumes);
  expect(Object.keys(stack.volumes)).toEqual(fleet.volumes.map((volume) => volume.split(':')[0]));
});

test('every name in its environment is a setting or the file of a secret, and no secret stands there itself', () => {
  const files = secretNames.map((name) => `${name}_FILE`);
  const known = [...settingNames, ...files] as readonly string[];
  expect(Object.keys(fleet.environment).filter((name) => !known.includes(name))).toEqual([]);

  const named = Object.entries(fleet.environment).filter(([name]) => files.includes(name));
  expect(named.map(([, path]) => path).sort()).toEqual(
    fleet.secrets.map(({ target }) => `/run/secrets/${target}`).sort(),
  );
  // Of the user that the image runs as, and of nobody else. Docker reads YAML 1.1, where 0400 is octal; this reader YAML 1.2.
  for (const { uid, mode } of fleet.secrets) expect({ uid, mode }).toEqual({ uid: '1000', mode: 400 });
  expect(Object.keys(stack.secrets).sort()).toEqual(fleet.secrets.map(({ source }) => source).sort());
});

test('a request reaches the machine that was asked, and the fleets find each other by tasks.zap-fleet', () => {
  expect(fleet.ports).toEqual([expect.objectContaining({ target: 3000, published: 3000, mode: 'host' })]);
  expect(fleet.networks.every((name) => stack.networks[name]?.driver === 'overlay')).toBe(true);
  // The service's name is its name in DNS.
  const [service = ''] = Object.keys(stack.services);
  expect(fleet.environment['FLEET_DISCOVER']).toBe(`tasks.${service}`);
  expect(parseDiscovery(fleet.environment['FLEET_DISCOVER'] ?? '')).not.toBeNull();
  expect(Object.keys(fleet.environment)).toContain('FLEET_API_TOKEN_FILE');
});

test('what kills a container is slow: two minutes without a sign of life, and half a minute to end', () => {
  const { test: command, interval, retries } = fleet.healthcheck;
  expect(command).toEqual(['CMD', '/opt/zap-fleet/deployment/docker/healthcheck']);
  expect(Number.parseInt(interval, 10) * retries).toBeGreaterThanOrEqual(120);
  expect(Number.parseInt(fleet.stop_grace_period, 10)).toBeGreaterThanOrEqual(15);
  expect(fleet.cap_drop).toEqual(['ALL']);
  expect(fleet.deploy.resources.limits.memory).toBe(`\${FLEET_MEMORY:-4G}`);
});
