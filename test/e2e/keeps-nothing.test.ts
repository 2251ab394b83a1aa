import {
  appendFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decrypt } from '../../src/backup/encryption.ts';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import type { LeftBehind } from '../../src/session/records.ts';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { until } from '../support/until.ts';

/** `delete --purge` of a session that was used: whatever its home is searched for afterwards, only what the receipt names is found. */

// Names of no example: the compile cache lies in this home, too.
const gone = 'confeitaria-lua';
const stays = 'confeitaria-lua-2';
const phones = { [gone]: '5511987654321', [stays]: '5511912344321' } as const;
const customer = '5521912345678';
const customerName = 'Clementina Quinze';
const key = 'sk-propria-da-casa-0001';
const label = 'Confeitaria da Esquina';
const said = 'vocês abrem no domingo de ramos';
const passphrase = 'uma frase que só o dono sabe';

let fleet: BuiltFleet;
let door: Fleet;

beforeAll(async () => {
  fleet = builtFleet({ NO_COLOR: '1', BACKUP_PASSPHRASE: passphrase, LOG_LEVEL: 'debug', LOG_MAX_BYTES: '20000' });
  for (const [name, phone] of Object.entries(phones)) {
    const folder = join(fleet.paths.tokens, name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const script = { scenario: 'manual', script: { linked: true, phone } };
    writeFileSync(join(folder, 'simulated.json'), JSON.stringify(script));
  }
  for (const name of [gone, stays]) {
    const made = await fleet.run('create', name, '--engine', 'simulated', '--ai', 'echo', '--label', label);
    expect(made.code, made.stderr).toBe(0);
  }
  door = await connectFleet({ paths: fleet.paths }, { launch: null });
}, 120_000);
afterAll(async () => {
  await door?.close();
  await fleet?.end();
}, 60_000);

const become = (name: string, state: string) =>
  until(() => door.getSnapshot().sessions.find((row) => row.name === name)?.state === state, {
    within: 40_000,
    what: `${name} ${state}`,
  });

/** A customer writes and is answered; a draft, a key, logs, a backup and an archived login come into being. */
const live = async (name: string): Promise<void> => {
  for (const [setting, to] of Object.entries({ quietMs: 100, readingDelayMs: 0, typing: false, jitter: 0 }))
    await door.request('setConfig', { name, key: `timing_config.${setting}`, value: to });
  await door.request('setConfig', { name, key: 'ai_key', value: `${key}-${name}` });
  await door.request('prompt', { name, text: `Fale só do pão de ${name}` });
  await door.request('start', { name });
  await become(name, 'connected');
  const hand = await controlPhone(join(fleet.paths.tokens, name));
  const chatId = `${customer}@c.us`;
  await hand.ask({
    do: 'deliver',
    messages: [{ chatId, text: `${said} ${name}`, phone: customer, pushName: customerName }],
  });
  hand.close();
  await until(
    async () => {
      const { messages } = await door.request('messages', { name, chat: chatId });
      return messages.some(({ outcome }) => outcome === 'answered');
    },
    { within: 40_000, what: 'an answer' },
  );
  await door.request('watch', { name, on: true });
};

const filesUnder = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Files of the home that hold one of these texts, as they lie on the disk. */
const holding = (texts: readonly string[]): string[] =>
  filesUnder(fleet.home)
    .filter((file) => {
      const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
      return texts.some((text) => bytes.includes(text));
    })
    .map((file) => relative(fleet.home, file))
    .sort();

test('what is archived without --purge is encrypted, and opens with the passphrase', async () => {
  await live(gone);
  await live(stays);
  const { archived } = await door.request('delete', { name: gone });
  expect(archived).toMatch(/login-confeitaria-lua-\d{8}T\d{6}Z\.tar\.gz\.age$/);
  expect(statSync(archived ?? '').mode & 0o777).toBe(0o600);
  expect(
    readFileSync(archived ?? '')
      .subarray(0, 19)
      .toString(),
  ).toBe('age-encryption.org/');
  expect(readFileSync(archived ?? '').includes(phones[gone])).toBe(false);
  let bytes = 0;
  for await (const piece of decrypt(createReadStream(archived ?? ''), passphrase)) bytes += piece.length;
  expect(bytes).toBeGreaterThan(100);
  await expect(async () => {
    for await (const _ of decrypt(createReadStream(archived ?? ''), 'outra'));
  }).rejects.toThrow(/passphrase is wrong/);
});

test('a session that is purged leaves what the receipt names, and takes nothing of its neighbour with it', async () => {
  // The name is given anew: the history and the archived login of the one before go with it, too.
  const folder = join(fleet.paths.tokens, gone);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const script = { scenario: 'manual', script: { linked: true, phone: phones[gone] } };
  writeFileSync(join(folder, 'simulated.json'), JSON.stringify(script));
  await door.request('create', { name: gone, engine: 'simulated', ai: 'echo', label });
  await live(gone);
  await door.request('backup', {});
  await door.request('backup', { name: gone });
  // Rotated logs of every kind, and a line that is none of ours.
  const logs = fleet.paths.logs;
  appendFileSync(join(logs, `${gone}.log.3`), `{"at":"x","level":"info","text":"${said}"}\n`);
  appendFileSync(join(logs, `${gone}.out.log.1`), `${said}\n`);
  appendFileSync(join(logs, 'master.log.4'), `Error: session:${gone} ${phones[gone]}\n{"text":"of ${stays} only"}\n`);
  appendFileSync(join(logs, `${stays}.log.2`), `{"text":"told of ${gone} and ${key}-${gone}","level":"info"}\n`);
  // What cannot be searched is named, and keeps the rest from nothing.
  mkdirSync(join(logs, 'odd.log'));
  const texts = [said, phones[gone], `${key}-${gone}`, `pão de ${gone}`];
  expect(holding(texts).length).toBeGreaterThan(5);

  const { code, stdout } = await fleet.run('delete', gone, '--purge', '--yes', '--json');
  expect(code).toBe(0);
  const receipt = JSON.parse(stdout) as {
    archived: string | null;
    erased: Record<string, number>;
    left: readonly LeftBehind[];
  };
  expect(receipt.archived).toBeNull();
  expect(receipt.erased).toMatchObject({ keys: 1, 'login-archives': 1 });
  const files = receipt.left.map(({ file }) => relative(fleet.home, file ?? ''));
  expect(files).toContain('data/fleet.db');
  expect(receipt.left.filter(({ what }) => what === 'log')).toEqual([
    expect.objectContaining({ file: join(logs, 'odd.log'), note: expect.stringContaining('remove it by hand') }),
  ]);
  expect(files.filter((file) => file.startsWith('data/backups/'))).toHaveLength(2);

  // What was said, the number, the key and the instructions are nowhere; its neighbour's are where they were.
  expect(
    holding([`${said} ${gone}\n`, `"${said} ${gone}"`, phones[gone], `${key}-${gone}"`, `pão de ${gone}"`]),
  ).toEqual([]);
  const { messages } = await door.request('messages', { name: stays, chat: `${customer}@c.us` });
  expect(messages.some(({ text }) => text === `${said} ${stays}`)).toBe(true);
  expect(readFileSync(join(logs, 'master.log.4'), 'utf8')).toContain(`{"text":"of ${stays} only"}`);
  expect(existsSync(join(fleet.paths.data, 'session-keys.json'))).toBe(true);
  expect(readFileSync(join(fleet.paths.data, 'session-keys.json'), 'utf8')).toContain(`${key}-${stays}`);

  // Its name: in the record of the erasure, which the receipt names, and in the log of that record.
  const named = new RegExp(`(?<![\\w-])${gone}(?![\\w-])`);
  const naming: string[] = [];
  for (const file of filesUnder(fleet.home)) {
    if (files.includes(relative(fleet.home, file))) continue;
    for await (const line of createInterface({ input: createReadStream(file, 'latin1') }))
      if (named.test(line)) naming.push(`${relative(fleet.home, file)}: ${line.slice(0, 300)}`);
  }
  expect(naming.filter((line) => !/erase|delete/i.test(line))).toEqual([]);
  expect(readdirSync(fleet.paths.tokens)).not.toContain(gone);
  expect(readdirSync(logs).filter((file) => file.startsWith(`${gone}.`))).toEqual([]);
  const { events } = await door.request('events', { limit: 1000 });
  expect(events.filter(({ sessionName }) => sessionName === gone).map(({ kind }) => kind)).toEqual(['session-deleted']);
});

test('the command says what is left, in lines', async () => {
  const { stdout } = await fleet.run('delete', stays, '--purge', '--yes');
  expect(stdout).toMatch(/messages erased, and with them its login, its logs, its drafts and its own AI key/);
  expect(stdout).toMatch(
    /still be in: backup .*fleet-\d{8}T\d{6}Z\.tar\.gz\.enc: removed by itself on \d{4}-\d\d-\d\d/,
  );
  expect(stdout).toContain('Not erased: the chats on the phone');
  // Nobody else knew this customer.
  expect(holding([phones[stays], `${key}-${stays}`, said, label, customer, customerName])).toEqual([]);
});
