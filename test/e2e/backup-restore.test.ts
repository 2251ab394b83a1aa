import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { until } from '../support/until.ts';
import { placeBrowser } from '../whatsapp-web/test-browser.ts';
import { startWhatsAppWeb } from '../whatsapp-web/whatsapp-web.ts';

/**
 * An old server with a linked session in a real Chromium, a backup of it while it runs, and an empty machine that comes up logged in. The
 * old server went on after the backup: nothing of what it may have answered is answered again.
 */

const name = 'padaria-joao';
const phone = '5511987654321';
const ana = '5521912345678';
const bia = '5531988887777';

let web: Awaited<ReturnType<typeof startWhatsAppWeb>>;
let old: BuiltFleet;
let fresh: BuiltFleet;
const archive = join(tmpdir(), `zf-e2e-${process.pid}.tar.gz.enc`);

const sentTexts = async (): Promise<string[]> =>
  (await web.sent({ phone })).filter((one) => one.outcome === 'delivered').map((one) => one.text);
const isSent = (text: string) =>
  until(async () => (await sentTexts()).includes(text), { within: 40_000, every: 200, what: `the answer to ${text}` });
const becomes = (fleet: BuiltFleet, wanted: string) => fleet.becomes(name, wanted, 60_000);
const done = async (fleet: BuiltFleet, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await fleet.run(...args);
  // Only what must run starts the fleet, and says so; where the machine is busy, long work says how far it is.
  const unsaid = stderr
    .replace(/^zap-fleet: the fleet is stopped; this starts it\n/, '')
    .replace(/^(?:Unpacking file \d+ of \d+|Checking the database|Putting the fleet in its place)\n/gm, '');
  expect([args.join(' '), code, unsaid]).toEqual([args.join(' '), 0, '']);
  return stdout;
};
interface ExportLine {
  readonly type: string;
  readonly chat: string;
  readonly text?: string;
  readonly outcome?: string | null;
}
const exported = async (fleet: BuiltFleet): Promise<ExportLine[]> =>
  (await done(fleet, 'export', name))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExportLine);
const outcomeOf = async (fleet: BuiltFleet, text: string): Promise<string | null | undefined> =>
  (await exported(fleet)).find((line) => line.type === 'message' && line.text === text)?.outcome;

beforeAll(async () => {
  web = await startWhatsAppWeb({ syncMs: 200, qr: { firstMs: 60_000, nextMs: 20_000, count: 5 } });
  const env = { BROWSER_ARGS: JSON.stringify(web.browserArgs), BACKUP_PASSPHRASE: 'uma frase bem longa' };
  old = builtFleet(env);
  fresh = builtFleet(env);
  await placeBrowser(old.paths);
}, 120_000);
afterAll(async () => {
  rmSync(archive, { force: true });
  await old.end();
  await fresh.end();
  await web.close();
}, 60_000);

test('a linked session answers on the old server', async () => {
  await done(old, 'create', name, '--ai', 'echo');
  await done(old, 'config', name, 'set', 'timing_config.quietMs', '300');
  await done(old, 'config', name, 'set', 'timing_config.readingDelayMs', '0');
  await done(old, 'start', name);
  const { payload } = await old.json<{ payload: string }>('qr', name);
  await web.scan({ code: payload, phone, name: 'Padaria' });
  await becomes(old, 'connected');
  await web.deliver({ phone, from: ana, text: 'antes', name: 'Ana' });
  await isSent('antes');
});

test('a backup of the running fleet holds its login, and the session goes on', async () => {
  const before = (await old.row(name)).pid;
  const report = await old.json<{ sessions: { profile: string }[]; encrypted: boolean }>('backup', '--to', archive);
  expect(report).toMatchObject({ encrypted: true, sessions: [{ name, profile: 'copied' }] });
  expect(readFileSync(archive).includes('5511987654321')).toBe(false);
  await becomes(old, 'connected');
  expect((await old.row(name)).pid).not.toBe(before);
  // What the old server does after the backup is in no archive.
  await web.deliver({ phone, from: ana, text: 'depois do backup' });
  await isSent('depois do backup');
});

test('restore refuses while a fleet runs, and works on an empty machine', async () => {
  expect(await old.run('restore', archive)).toMatchObject({ code: 4, stderr: expect.stringMatching(/fleet runs/) });
  await done(old, 'master', 'stop');
  await web.deliver({ phone, from: bia, text: 'ninguem escuta', name: 'Bia' });
  expect((await old.run('restore', archive)).code).toBe(4);
  const said = await done(fresh, 'restore', archive);
  expect(said).toMatch(/old server is off/);
  expect(await fresh.row(name)).toMatchObject({ state: 'stopped', desiredState: 'stopped' });
});

test('the restored session comes up logged in, without a QR', async () => {
  await done(fresh, 'start', name);
  await becomes(fresh, 'connected');
  expect(await fresh.row(name)).toMatchObject({ phone });
});

test('what came between backup and restore is shown to a person, not answered a second time', async () => {
  await until(async () => (await outcomeOf(fresh, 'ninguem escuta')) === 'unknown', {
    within: 30_000,
    every: 250,
    what: 'the message that nobody heard',
  });
  await web.deliver({ phone, from: bia, text: 'agora' });
  await isSent('agora');
  expect((await sentTexts()).sort()).toEqual(['agora', 'antes', 'depois do backup']);
});

test('one customer is erased everywhere, with a receipt, and does not come back from the phone', async () => {
  await done(fresh, 'backup');
  expect((await exported(fresh)).some((line) => line.chat?.includes(ana))).toBe(true);
  expect((await fresh.run('purge', name, '21 91234-5678')).code).toBe(2);
  const receipt = await fresh.json<{ messages: number; lastExpiresAt: string; archives: { file: string }[] }>(
    'purge',
    name,
    '21 91234-5678',
    '--yes',
  );
  expect(receipt.messages).toBeGreaterThanOrEqual(2);
  expect(Date.parse(receipt.lastExpiresAt)).toBeGreaterThan(Date.now());
  expect(receipt.archives).toHaveLength(1);
  await becomes(fresh, 'connected');
  await web.deliver({ phone, from: bia, text: 'ainda aqui' });
  await isSent('ainda aqui');
  const left = (await exported(fresh)).map((line) => JSON.stringify(line)).join('\n');
  expect(left).not.toMatch(new RegExp(`${ana}|antes|depois do backup`));
  expect(left).toContain('ninguem escuta');
  for (const file of readdirSync(fresh.paths.logs).filter((entry) => entry.includes('.log')))
    expect(readFileSync(join(fresh.paths.logs, file), 'utf8')).not.toMatch(new RegExp(`${ana}|21 ?91234`));
  expect((await sentTexts()).sort()).toEqual(['agora', 'ainda aqui', 'antes', 'depois do backup']);
});
