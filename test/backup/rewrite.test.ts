import { existsSync, readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { list } from 'tar';
import { afterEach, expect, it } from 'vitest';
import { createBackup } from '../../src/backup/create-backup.ts';
import { decrypt } from '../../src/backup/encryption.ts';
import { restoreBackup } from '../../src/backup/restore-backup.ts';
import { rewriteAside, rewriteBackup } from '../../src/backup/rewrite-backup.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { readAiKeys, writeAiKey } from '../../src/settings/ai-keys.ts';
import { isErased } from '../../src/store/guards.ts';
import { openStore } from '../../src/store/store.ts';
import { emptyHome, leftOvers, removeHomes, sampleFleet, usual } from './fleet-home.ts';

/** `--backups`: archives without a customer or a session, each swapped whole or left as it was. */

afterEach(removeHomes);
const padaria = parseSessionName('padaria-joao');
const passphrase = 'uma frase bem longa';
const phone = '5511987654321';
/** Their chat: the fleet of these tests knows no more of them. */
const chat = `${phone}@c.us`;

const erasureOf = (ids: Record<string, string>, who: string | null) => ({
  sessionName: 'padaria-joao',
  sessionIds: [ids['padaria-joao'] ?? ''],
  knownAs: [],
  who,
  at: Date.now(),
});

/** All bytes of an archive's files. */
const bytesOf = async (file: string, key?: string): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let plain = file;
  if (key !== undefined) {
    const whole = async function* () {
      yield readFileSync(file);
    };
    for await (const chunk of decrypt(whole(), key)) chunks.push(chunk);
    plain = `${file}.plain`;
    writeFileSync(plain, Buffer.concat(chunks));
  }
  const inside: Buffer[] = [];
  await list({ file: plain, onReadEntry: (entry) => entry.on('data', (chunk) => inside.push(chunk)) });
  return Buffer.concat(inside).toString('latin1');
};

it('a customer is in no page of an encrypted archive any more, and does not come back by a restore', async () => {
  const { paths, store, ids } = sampleFleet();
  writeAiKey(paths, ids['padaria-joao'], 'sk-padaria');
  store.close();
  const { file } = await createBackup({ ...usual(paths), passphrase });
  const made = new Date(1_700_000_000_000);
  utimesSync(file, made, made);
  expect(await bytesOf(file, passphrase)).toContain('padaria-secret-text');

  expect(await rewriteBackup({ ...usual(paths), file, passphrase, erasure: erasureOf(ids, chat) })).toBe('rewritten');
  const inside = await bytesOf(file, passphrase);
  expect(inside).not.toContain('padaria-secret-text');
  for (const kept of ['studio-secret-text', 'login-of-padaria', 'sk-padaria']) expect(inside).toContain(kept);
  expect(statSync(file).mtimeMs).toBe(made.getTime());
  expect(leftOvers(paths)).toEqual([]);
  expect(await rewriteBackup({ ...usual(paths), file, passphrase, erasure: erasureOf(ids, chat) })).toBe('untouched');

  const target = emptyHome();
  await restoreBackup({ paths: target, file, passphrase, yes: false });
  const restored = openStore(target.database);
  expect(restored.sessions.list()).toHaveLength(2);
  const old = { id: 'x', fromMe: false, phone, chatId: chat, author: null, timestamp: 1000 };
  expect(isErased(restored.database, ids['padaria-joao'], old)).toBe(true);
  restored.close();
});

it('a session is in no archive any more: of the fleet it is taken out, its own are removed', async () => {
  const { paths, store, ids } = sampleFleet();
  writeAiKey(paths, ids['padaria-joao'], 'sk-padaria');
  writeAiKey(paths, ids['studio-bela'], 'sk-studio');
  store.close();
  const fleet = await createBackup({ ...usual(paths), passphrase });
  const own = await createBackup({ ...usual(paths), session: padaria });
  const erasure = erasureOf(ids, null);
  expect(await rewriteBackup({ ...usual(paths), file: fleet.file, passphrase, erasure })).toBe('rewritten');
  expect(await rewriteBackup({ ...usual(paths), file: own.file, passphrase, erasure })).toBe('removed');
  expect(existsSync(own.file)).toBe(false);
  expect(await bytesOf(fleet.file, passphrase)).not.toMatch(/padaria/);

  const target = emptyHome();
  await restoreBackup({ paths: target, file: fleet.file, passphrase, yes: false });
  expect(readdirSync(target.tokens).filter((name) => !name.startsWith('.'))).toEqual(['studio-bela']);
  expect(readAiKeys(target)).toEqual({ [ids['studio-bela']]: 'sk-studio' });
});

it('an archive that does not open is left as it was, and says why', async () => {
  const { paths, store, ids } = sampleFleet();
  store.close();
  const { file } = await createBackup({ ...usual(paths), passphrase: 'another one' });
  const before = readFileSync(file);
  const erasure = erasureOf(ids, chat);
  await expect(rewriteBackup({ ...usual(paths), file, passphrase, erasure })).rejects.toThrow(/passphrase is wrong/);
  await expect(rewriteBackup({ paths, file, erasure })).rejects.toThrow(/BACKUP_PASSPHRASE/);
  expect(readFileSync(file).equals(before)).toBe(true);
  writeFileSync(file, before.subarray(0, before.length - 10));
  await expect(rewriteBackup({ paths, file, passphrase: 'another one', erasure })).rejects.toThrow(/damaged/);
  expect(leftOvers(paths)).toEqual([]);
});

it('a store that a restore set aside is erased in its place', async () => {
  const { paths, store, ids } = sampleFleet();
  store.close();
  const aside = join(paths.backups, 'before-restore-20260101T000000Z');
  const { file } = await createBackup({ ...usual(paths), to: join(paths.home, 'x.tar.gz') });
  const { movedAside } = await restoreBackup({ paths, file, yes: true });
  renameSync(movedAside.find((directory) => directory.startsWith(paths.backups)) ?? '', aside);
  expect(await rewriteAside(aside, erasureOf(ids, chat))).toBe('rewritten');
  const bytes = readFileSync(join(aside, 'fleet.db'), 'latin1');
  expect(bytes).not.toContain('padaria-secret-text');
  expect(bytes).toContain('studio-secret-text');
});
