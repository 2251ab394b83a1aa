import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { npmBrowser } from '../../../../workers/whatsapp/browser.ts';
import { until } from '../../../support/until.ts';
import { testBrowser, testBrowserDirectory } from '../../../whatsapp-web/test-browser.ts';
import { startWhatsAppWeb, type WhatsAppWeb } from '../../../whatsapp-web/whatsapp-web.ts';
import { makeProfile, processesNaming, realClient } from './real-client.ts';

let web: WhatsAppWeb;
let profile: Awaited<ReturnType<typeof makeProfile>>;

beforeAll(async () => {
  web = await startWhatsAppWeb();
});
afterAll(() => web.close());
beforeEach(async () => {
  profile = await makeProfile();
});
afterEach(async () => {
  await until(() => processesNaming(profile.directory).length === 0, { what: 'no process to be left' });
  await profile.remove();
});

it('leaves no browser when its process is killed', async () => {
  const program = fileURLToPath(new URL('./run-client.ts', import.meta.url));
  const child = spawn(process.execPath, [program, profile.directory, JSON.stringify(web.browserArgs)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  await until(() => printed === 'qr\n', {
    within: 20_000,
    what: 'the QR in the other process, and nothing else printed',
  });
  expect(processesNaming(profile.directory).length).toBeGreaterThan(1);
  child.kill('SIGKILL');
  await until(() => processesNaming(profile.directory).length === 0, { what: 'the browser to end' });
});

it('starts although another host left its lock in the profile', async () => {
  for (const name of ['SingletonLock', 'SingletonCookie'])
    await symlink('another-host-1', join(profile.directory, name));
  const { client, reach } = realClient(web, profile.directory);
  await client.open();
  await reach('qr');
  await client.close(5_000);
  await client.close(5_000);
});

it('starts with the libraries that npm brings and no other, as on a slim machine', async () => {
  const browser = npmBrowser(
    { unpackDirectory: testBrowserDirectory, browserArgs: web.browserArgs },
    { nss: true, sqlite: true },
  );
  if (browser === null) throw new Error('the browser from npm is not installed');
  await browser.prepare();
  const { client, events, reach } = realClient(web, profile.directory, { browser });
  await client.open();
  await reach('qr');
  const pid = events.flatMap((event) => (event.type === 'browser' && event.pid !== null ? [event.pid] : [])).at(-1);
  const loaded = readFileSync(`/proc/${pid}/maps`, 'utf8');
  expect(loaded).toContain('/lib/libnss3.so');
  expect(loaded).toContain('/lib-sqlite/libsqlite3.so.0');
  expect(loaded).not.toMatch(/ \/(usr\/)?lib\S*\/lib(nss3|sqlite3)\./);
  await client.close(5_000);
});

it('rotates its QR codes and counts them', async () => {
  const quick = await startWhatsAppWeb({ qr: { firstMs: 600, nextMs: 300, count: 2 } });
  const { client, events } = realClient(quick, profile.directory);
  await client.open();
  // The page goes idle after two codes; the library asks for more by itself.
  await until(() => events.filter((event) => event.type === 'qr').length >= 4, { what: 'four codes' });
  const codes = events.flatMap((event) => (event.type === 'qr' ? [event] : []));
  expect(codes.map((code) => code.attempt).slice(0, 4)).toEqual([1, 2, 3, 4]);
  expect(new Set(codes.map((code) => code.payload)).size).toBe(codes.length);
  await client.close(5_000);
  await quick.close();
});

it('says that the network is missing, and leaves no browser', async () => {
  const nowhere = { ...web, browserArgs: ['--host-resolver-rules=MAP * ~NOTFOUND'] };
  const { client, events } = realClient(nowhere, profile.directory);
  await expect(client.open()).rejects.toMatchObject({
    code: 'dns',
    message: 'names are not resolved (no internet, or no DNS) (ERR_NAME_NOT_RESOLVED): check the network',
  });
  expect(events).toContainEqual(expect.objectContaining({ type: 'browser', pid: expect.any(Number) }));
});

it.each([
  ['takes the connection and says nothing', 'hold'],
  ['closes it at once', 'close'],
])('says that WhatsApp is not reached when its host %s', async (_what, how) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (how === 'close') socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  const nowhere = { ...web, browserArgs: [`--host-resolver-rules=MAP * 127.0.0.1:${port}`] };
  const { client } = realClient(nowhere, profile.directory, { startMs: 8000 });
  await expect(client.open()).rejects.toMatchObject({ code: 'whatsapp-unreachable' });
  server.close();
});

it('gives up a start that takes too long, and leaves no browser', async () => {
  const { client } = realClient(web, profile.directory, { startMs: 400 });
  // How far it came in that time is the machine's: nothing of the page yet, or a page that was not up.
  await expect(client.open()).rejects.toMatchObject({
    code: expect.stringMatching(/^(timeout|whatsapp-unreachable)$/),
  });
});

it('says that the browser died when it is none', async () => {
  const browser = { ...testBrowser(web), path: '/bin/false', prepare: async () => undefined };
  const { client } = realClient(web, profile.directory, { browser });
  await expect(client.open()).rejects.toMatchObject({ code: 'browser-died' });
  expect(existsSync(profile.directory)).toBe(true);
});
