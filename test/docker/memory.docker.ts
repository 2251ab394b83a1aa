import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { createVolumes, type FleetContainer, hardened, image, mustDocker, runFleet } from './docker.ts';
import { linkSession, nameOf, phoneOf } from './linked-fleet.ts';
import { openPhoneNetwork, type PhoneNetwork } from './phone-network.ts';

/**
 * What 1, 3 and 10 sessions cost, as the table of docs/operations.md. Measures and prints; asserts only that the sessions live.
 * The 150 MB of a page are an assumption until a canary on the real service measures them.
 */

const stockImage = 'zap-fleet-stock:test';
const pageMegabytes = 150;
const counts = [1, 3, 10];
const results: string[] = [];

let network: PhoneNetwork;

beforeAll(async () => {
  network = await openPhoneNetwork();
  const stock = fileURLToPath(new URL('./stock', import.meta.url));
  await mustDocker('build', '--quiet', '--build-arg', `IMAGE=${image}`, '--tag', stockImage, stock);
});
afterAll(async () => {
  await network.close();
  const bytes = Number(await mustDocker('image', 'inspect', '--format', '{{.Size}}', image));
  results.push(`image: ${megabytes(bytes)} MB`);
  console.log(`\n${results.join('\n')}\n`);
});

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

/** Memory that the kernel cannot take back, of the whole container: what counts against --memory in the end. */
const heldByContainer = async (container: FleetContainer): Promise<number> => {
  const text = await container.sh(
    'cat /sys/fs/cgroup/memory.stat 2>/dev/null || cat /sys/fs/cgroup/memory/memory.stat',
  );
  const value = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return text.includes('total_rss ') ? value('total_rss') + value('total_shmem') : value('anon') + value('shmem');
};

/** The figure once it has stopped moving: the last of samples that lie within 3 %. */
const settled = async (container: FleetContainer): Promise<number> => {
  let last = 0;
  return until(
    async () => {
      const now = await heldByContainer(container);
      const still = Math.abs(now - last) < 0.03 * now;
      last = now;
      return still ? now : 0;
    },
    { within: 90_000, every: 5000, what: 'memory that stays' },
  );
};

const measure = async (container: FleetContainer, names: readonly string[]): Promise<{ held: number; pss: number }> => {
  const held = await settled(container);
  const rows = (await container.rows()).filter((row) => names.includes(row.name));
  return { held, pss: rows.reduce((sum, row) => sum + (row.memoryBytes ?? 0), 0) };
};

const fill = async (index: number): Promise<void> => {
  await network.web.allocate({ phone: phoneOf(index), megabytes: pageMegabytes });
};

const measureAll = async (label: string, used: string, browserPath: string | null): Promise<void> => {
  const volumes = await createVolumes();
  const container = await runFleet({
    volumes,
    image: used,
    flags: [...hardened, '--network', network.name, '--memory', '12g'],
    environment: {
      BROWSER_ARGS: JSON.stringify(network.browserArgs),
      ...(browserPath === null ? {} : { BROWSER_PATH: browserPath }),
    },
  });
  const indexes = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
  const row = async (page: string, count: number): Promise<void> => {
    const { held, pss } = await measure(container, indexes(count).map(nameOf));
    results.push(
      `${label}, ${page}: ${count} sessions, the container holds ${megabytes(held)} MB (ls adds up to ${megabytes(pss)} MB)`,
    );
  };
  try {
    await container.ready();
    let linked = 0;
    for (const count of counts) {
      for (; linked < count; linked += 1) await linkSession(container, network, linked + 1);
      await row('bare', count);
    }
    // The same sessions again, with pages as large as a real inbox may make them.
    expect((await container.fleet('stop', '--all')).code).toBe(0);
    let started = 0;
    for (const count of counts) {
      for (; started < count; started += 1) {
        expect((await container.fleet('start', nameOf(started + 1))).code).toBe(0);
        await container.become([nameOf(started + 1)], 'connected');
        await fill(started + 1);
      }
      await row(`+${pageMegabytes} MB`, count);
    }
  } finally {
    await container.remove();
    await volumes.remove();
  }
};

test('stock settings', { timeout: 840_000 }, () =>
  measureAll('Chromium, stock', stockImage, '/usr/local/bin/stock-chromium'),
);
test('our settings', { timeout: 840_000 }, () => measureAll('zap-fleet', image, null));

test('what fits in --memory 2g: sessions are admitted until the next one would not fit, and none is killed', {
  timeout: 840_000,
}, async () => {
  for (const page of [0, pageMegabytes]) {
    const volumes = await createVolumes();
    const container = await runFleet({
      volumes,
      flags: [...hardened, '--network', network.name, '--memory', '2g', '--memory-swap', '2g'],
      environment: { BROWSER_ARGS: JSON.stringify(network.browserArgs) },
    });
    try {
      await container.ready();
      let running = 0;
      let refusal = '';
      for (let index = 1; index <= 10; index += 1) {
        const name = nameOf(index + 20);
        await container.sh(`zap-fleet create ${name} --ai echo && zap-fleet start ${name} --no-wait`);
        const row = await until(
          async () => {
            const one = await container.row(name);
            return one.state === 'qr' || one.state === 'queued' ? one : null;
          },
          { within: 90_000, every: 500, what: `${name} to run or to wait` },
        );
        if (row.state === 'queued') {
          refusal = row.reason ?? '';
          break;
        }
        const { payload } = JSON.parse((await container.fleet('qr', name, '--json')).stdout) as { payload: string };
        await network.web.scan({ code: payload, phone: phoneOf(index + 20), name });
        await container.become([name], 'connected');
        if (page > 0) await fill(index + 20);
        running += 1;
        // The next decision rests on what this one really costs.
        await settled(container);
      }
      const held = await settled(container);
      expect(await mustDocker('inspect', '--format', '{{.State.OOMKilled}}', container.id)).toBe('false');
      const rows = await container.rows();
      expect(rows.filter((one) => one.state === 'connected')).toHaveLength(running);
      expect(rows.every((one) => one.restarts === 0)).toBe(true);
      results.push(
        `--memory 2g, pages ${page === 0 ? 'bare' : `+${page} MB`}: ${running} of 10 run, ${megabytes(held)} MB held${refusal === '' ? '' : `; the next one waits: ${refusal}`}`,
      );
    } finally {
      await container.remove();
      await volumes.remove();
    }
  }
});
