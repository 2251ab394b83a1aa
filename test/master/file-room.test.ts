import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBackup, whenUnlocked } from '../../src/backup/create-backup.ts';
import { restoreBackup } from '../../src/backup/restore-backup.ts';
import { rewriteBackup } from '../../src/backup/rewrite-backup.ts';
import { homePaths, prepareHome } from '../../src/home/home-paths.ts';
import { sessionFilesDir } from '../../src/home/send-files.ts';
import { createFileRoom } from '../../src/master/file-room.ts';
import { defaultConfig } from '../../src/session/session-config.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { openStoreAt } from '../support/empty-database.ts';

/** Files come in, take the place of former ones in one step, and go with their session: into backups, out of them, away. */

const name = parseSessionName('padaria');
const noon = Date.parse('2026-11-30T12:00:00Z');

const newHome = () => {
  const paths = homePaths(mkdtempSync(join(tmpdir(), 'zf-files-')));
  onTestFinished(() => rmSync(paths.home, { recursive: true, force: true }));
  prepareHome(paths);
  return paths;
};
type Paths = ReturnType<typeof newHome>;

const fleetIn = (paths: Paths) => {
  const store = openStoreAt(paths.database);
  onTestFinished(() => store.close());
  const config = defaultConfig();
  const wanted = {
    name,
    label: '',
    engine: 'simulated',
    expectedPhone: null,
    config,
    instructions: null,
    author: 'you',
  };
  const stored =
    store.sessions.get(name) ?? store.sessions.create(wanted as Parameters<typeof store.sessions.create>[0], noon);
  const told: string[] = [];
  const session = { stored, worker: null };
  const quiet = () => undefined;
  const parts = {
    store,
    paths,
    now: () => noon,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    orchestrator: {},
    book: { get: () => session, reload: quiet, record: (_: unknown, { text }: { text: string }) => told.push(text) },
  } as unknown as Parameters<typeof createFileRoom>[0];
  const { methods } = createFileRoom(parts);
  const add = async (fileName: string, bytes: Buffer, more: Record<string, unknown> = {}) => {
    let upload: string | undefined;
    for (let at = 0; at < bytes.length; at += 300_000) {
      const part = bytes.subarray(at, at + 300_000).toString('base64');
      ({ upload } = await methods.fileUpload({ name, part, ...(upload === undefined ? {} : { upload }) }));
    }
    return methods.fileAdd({ name, fileName, upload: upload ?? 'none', ...more });
  };
  return { store, id: stored.id, methods, add, told };
};

const pdf = (words: string): Buffer => Buffer.from(`%PDF-1.7 ${words} ${'x'.repeat(700_000)}`);
const onDisk = (paths: Paths, id: string): string[] => {
  try {
    return readdirSync(sessionFilesDir(paths, id));
  } catch {
    return [];
  }
};

test('a file is taken whole, replaced in one step, and refused in one line', async () => {
  const paths = newHome();
  const { add, methods, id, store, told } = fleetIn(paths);
  const first = await add('Cardápio.pdf', pdf('one'), { description: 'Our menu' });
  expect(first.file).toMatchObject({ name: 'cardapio', version: 1, kind: 'document', description: 'Our menu' });
  expect(readFileSync(join(sessionFilesDir(paths, id), first.file.hash)).equals(pdf('one'))).toBe(true);
  expect(store.sessions.byId(id)?.files).toBe(1);

  const second = await add('novo.pdf', pdf('two'), { file: 'cardapio' });
  expect(second.file).toMatchObject({ version: 2, fileName: 'novo.pdf', description: 'Our menu' });
  expect(onDisk(paths, id)).toEqual([second.file.hash]);
  rmSync(join(sessionFilesDir(paths, id), second.file.hash));
  expect((await methods.files({ name })).files).toMatchObject([{ name: 'cardapio', isThere: false, sent: 0 }]);
  await add('novo.pdf', pdf('two'), { file: 'cardapio' });

  await expect(add('vírus.pdf', Buffer.from('MZ....'))).rejects.toMatchObject({
    code: 'usage',
    message: 'vírus.pdf is a Windows program.',
  });
  await expect(add('a.pdf', pdf('a'), { file: 'Menu!' })).rejects.toMatchObject({ code: 'usage' });
  await expect(methods.fileAdd({ name, fileName: 'a.pdf', upload: 'none' })).rejects.toMatchObject({
    code: 'refused-by-state',
  });
  await expect(methods.fileRemove({ name, file: 'nothing' })).rejects.toMatchObject({ code: 'refused-by-state' });
  expect(onDisk(paths, id)).toEqual([second.file.hash]);
  expect(readdirSync(join(paths.data, '.files-arriving'))).toEqual([]);
  await methods.fileRemove({ name, file: 'cardapio' });
  expect([onDisk(paths, id), store.sessions.byId(id)?.files]).toEqual([[], 0]);
  expect(told.at(-1)).toBe('it does not send cardapio any more');
});

test('files are in backups of the fleet and of their session, come back with them, and leave them when the session is erased', async () => {
  const paths = newHome();
  const { add, id, store } = fleetIn(paths);
  const { file } = await add('menu.pdf', pdf('menu'));
  store.close();
  const backup = (session: typeof name | null) =>
    createBackup({ paths, version: '1', keep: 9, session, withClosedProfile: whenUnlocked(paths) });
  const whole = await backup(null);
  const alone = await backup(name);

  const elsewhere = newHome();
  await restoreBackup({ paths: elsewhere, file: whole.file, yes: false });
  expect(onDisk(elsewhere, id)).toEqual([file.hash]);
  rmSync(sessionFilesDir(elsewhere, id), { recursive: true });
  await restoreBackup({ paths: elsewhere, file: alone.file, yes: true });
  expect(readFileSync(join(sessionFilesDir(elsewhere, id), file.hash)).equals(pdf('menu'))).toBe(true);

  const erasure = { sessionName: name, sessionIds: [id], knownAs: [], who: null, at: noon };
  expect(await rewriteBackup({ paths, file: alone.file, erasure })).toBe('removed');
  expect(await rewriteBackup({ paths, file: whole.file, erasure })).toBe('rewritten');
  const empty = newHome();
  await restoreBackup({ paths: empty, file: whole.file, yes: false });
  expect(onDisk(empty, id)).toEqual([]);
});
