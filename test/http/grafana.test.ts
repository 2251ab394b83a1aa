import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { closeServers, serve } from './serve.ts';

afterEach(closeServers);

it('the Grafana dashboard asks only for metrics that exist', async () => {
  const dashboard = readFileSync(new URL('../../deployment/grafana-dashboard.json', import.meta.url), 'utf8');
  const { get } = await serve();
  const text = await (await get('/metrics')).text();
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const asked = new Set([...dashboard.matchAll(/zapfleet_\w+/g)].map(([name]) => name));
  expect(asked.size).toBeGreaterThan(20);
  for (const name of asked) expect(known).toContain(name);
});
