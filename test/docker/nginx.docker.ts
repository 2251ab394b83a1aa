import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { until } from '../support/until.ts';
import { createVolumes, docker, type FleetContainer, mustDocker, runFleet, type Volumes } from './docker.ts';

/** deployment/nginx.conf as it stands, in front of a real fleet: TLS, the stream of events, and a log without keys. */

const root = resolve(import.meta.dirname, '../..');
const host = 'bots.example.com';
let folder = '';
let volumes: Volumes;
let container: FleetContainer;
let proxy = '';
let port = 0;
let token = '';

const ask = (
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> =>
  new Promise((done, fail) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, servername: host, rejectUnauthorized: false, headers: { host, ...headers } },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.once('end', () => done({ status: response.statusCode ?? 0, body, headers: response.headers }));
      },
    );
    outgoing.once('error', fail);
    outgoing.end();
  });

beforeAll(async () => {
  folder = mkdtempSync('/tmp/zft-nginx-');
  const pair = await generate([{ name: 'commonName', value: host }], { keySize: 2048 });
  writeFileSync(join(folder, 'fullchain.pem'), pair.cert);
  writeFileSync(join(folder, 'privkey.pem'), pair.private);
  writeFileSync(join(folder, 'zap-fleet.conf'), readFileSync(join(root, 'deployment/nginx.conf')));
  writeFileSync(
    join(folder, 'Dockerfile'),
    [
      'FROM node:24-bookworm-slim',
      'RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/*',
      `COPY fullchain.pem privkey.pem /etc/letsencrypt/live/${host}/`,
      'COPY zap-fleet.conf /etc/nginx/conf.d/zap-fleet.conf',
      'CMD ["nginx", "-g", "daemon off;"]',
    ].join('\n'),
  );
  await mustDocker('build', '--quiet', '--tag', 'zap-fleet-nginx:test', folder);
  volumes = await createVolumes();
  container = await runFleet({
    volumes,
    flags: ['--publish', '127.0.0.1::443'],
    environment: { PUBLIC_URL: `https://${host}`, TRUST_PROXY: '1' },
  });
  await container.ready();
  // On one server, the proxy finds the fleet at 127.0.0.1:3000: here by sharing its network.
  proxy = await mustDocker('run', '--detach', '--network', `container:${container.id}`, 'zap-fleet-nginx:test');
  port = Number((await mustDocker('port', container.id, '443/tcp')).split(':').at(-1));
  token = (await container.fleet('token')).stdout;
  await until(async () => (await ask('/healthz')).status === 200, { within: 30_000, every: 300, what: 'nginx' });
});
afterAll(async () => {
  await docker('rm', '--force', proxy);
  await container?.remove();
  await volumes.remove();
  rmSync(folder, { recursive: true });
});

test('nginx accepts the file', async () => {
  const { code, stderr } = await docker('exec', proxy, 'nginx', '-t');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).not.toContain('[warn]');
});

test('the API answers through it, with its token and not without', async () => {
  expect((await ask('/api/sessions')).status).toBe(401);
  const answer = await ask('/api/sessions', { authorization: `Bearer ${token}` });
  expect(answer.status).toBe(200);
  expect(answer.headers['strict-transport-security']).toBeDefined();
});

test('the stream of events passes as a WebSocket', async () => {
  const socket = new WebSocket(`wss://127.0.0.1:${port}/api/events`, {
    rejectUnauthorized: false,
    headers: { host, authorization: `Bearer ${token}` },
  });
  const first = await new Promise<string>((done, fail) => {
    socket.once('message', (data) => done(String(data)));
    socket.once('error', fail);
  });
  socket.close();
  expect(first).toContain('"sessions"');
});

test("no token and no link's code gets into its logs", async () => {
  const made = await container.fleet('create', 'padaria-joao', '--engine', 'simulated', '--start');
  expect(made.code).toBe(0);
  const { stdout } = await container.fleet('link', 'padaria-joao', '--json');
  const code = /\/link\/([\w-]{16,})/.exec(stdout)?.[1] ?? '';
  expect(code).not.toBe('');
  expect((await ask(`/link/${code}`)).status).toBe(200);
  await ask(`/link/${code}?again=${code}`, { referer: `https://${host}/link/${code}` });
  await ask('/api/sessions', { authorization: `Bearer ${token}` });
  const logs = await until(
    async () => {
      const text = await mustDocker('exec', proxy, 'sh', '-c', 'cat /var/log/nginx/*.log');
      return text.includes('"GET /link/-"') ? text : null;
    },
    { within: 10_000, what: 'the line of the link' },
  );
  expect(logs).not.toContain(code);
  expect(logs).not.toContain(token);
  expect(await container.logs()).not.toContain(token);
});

test('metrics are for the server itself', async () => {
  const { stdout } = await promisify(execFile)('docker', [
    'exec',
    proxy,
    'sh',
    '-c',
    'grep -c "deny  all" /etc/nginx/conf.d/zap-fleet.conf',
  ]);
  expect(stdout.trim()).toBe('1');
  // The request comes from outside of the proxy's own loopback.
  expect((await ask('/metrics', { authorization: `Bearer ${token}` })).status).toBe(403);
});
