import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createBackup, whenUnlocked } from '../../src/backup/create-backup.ts';
import { verifyBackup } from '../../src/backup/verify-backup.ts';
import { removeDeadScratch } from '../../src/home/scratch.ts';
import type { ArchiveRequest } from '../../src/master/archive-messages.ts';
import { runArchiveWork } from '../../src/master/archive-process.ts';
import { masterScript } from '../../src/orchestrator/process/entry-scripts.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { leftOvers, removeHomes, sampleFleet, usual } from '../backup/fleet-home.ts';
// As the program is built (vitest.config.ts).
import '../support/built-program.ts';
import { until } from '../support/until.ts';

/** Backups in a process of their own. */

afterEach(removeHomes);

const fleet = () => {
  const { paths, store, ids } = sampleFleet();
  store.close();
  const request: ArchiveRequest = {
    work: 'backup',
    paths: { home: paths.home, pm2: paths.pm2, logs: paths.logs },
    session: null,
    to: null,
    passphrase: 'uma frase bem longa',
    keep: 3,
    version: '1.0.0',
  };
  return { paths, ids, request };
};
const never = new AbortController().signal;

it('makes a backup, closing each browser by its master, and tells how far it is', async () => {
  const { paths, request } = fleet();
  const closed: string[] = [];
  const steps = new Set<string>();
  const result = await runArchiveWork(request, {
    withClosedProfile: async (name, copy) => {
      closed.push(name);
      if (name === 'studio-bela') return { ran: false, reason: 'its browser does not close' };
      return whenUnlocked(paths)(name, copy);
    },
    onProgress: ({ step }) => steps.add(step),
    signal: never,
  });
  if (result.kind !== 'backed-up') return expect.unreachable();
  expect(result.report.sessions.map(({ name, profile, reason }) => [name, profile, reason])).toEqual([
    ['padaria-joao', 'copied', null],
    ['studio-bela', 'skipped', 'its browser does not close'],
  ]);
  expect(closed).toEqual(['padaria-joao', 'studio-bela']);
  expect([...steps]).toEqual(expect.arrayContaining(['database', 'logins', 'packing', 'checking']));
  const { manifest } = await verifyBackup({ file: result.report.file, passphrase: 'uma frase bem longa', paths });
  expect(manifest.sessions).toHaveLength(2);
  expect(leftOvers(paths)).toEqual([]);
});

it('erases in an archive, and says no as the work did', async () => {
  const { paths, ids, request } = fleet();
  const options = { withClosedProfile: whenUnlocked(paths), signal: never };
  const to = join(paths.backups, 'fleet-20260101T000000Z.tar.gz');
  const { file } = await createBackup({ ...usual(paths), to });
  await expect(runArchiveWork({ ...request, to }, options)).rejects.toMatchObject({ code: 'already-exists' });

  const erasure = {
    sessionName: 'padaria-joao',
    sessionIds: [ids['padaria-joao']],
    knownAs: [],
    who: null,
    at: Date.now(),
  };
  const result = await runArchiveWork(
    { work: 'rewrite', paths: request.paths, file, passphrase: null, erasure },
    options,
  );
  expect(result).toEqual({ kind: 'rewritten', outcome: 'rewritten' });
  expect((await verifyBackup({ file, paths })).manifest.sessions.map(({ name }) => name)).toEqual(['studio-bela']);
});

it('ends with its master, in the middle of a login, and leaves nothing', async () => {
  const { paths, request } = fleet();
  const ending = new AbortController();
  let isCopying = false;
  const work = runArchiveWork(request, {
    withClosedProfile: async () => {
      isCopying = true;
      return new Promise(() => undefined);
    },
    signal: ending.signal,
  });
  work.catch(() => undefined);
  await until(() => isCopying, { what: 'the first login', within: 30_000 });
  expect(readdirSync(paths.backups).some((name) => name.startsWith('.staging-'))).toBe(true);
  ending.abort();
  await expect(work).rejects.toMatchObject({ code: 'unavailable' });
  expect(await removeDeadScratch(paths, Date.now())).toBe(0);
  expect(readdirSync(paths.backups)).toEqual([]);
});

it('ends by itself when its master was killed, and takes what it had begun along', async () => {
  const { paths, request } = fleet();
  const child = spawn(process.execPath, [masterScript(), 'archive'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  try {
    const asks = once(child, 'message');
    child.send({ kind: 'request', request });
    await asks;
    await until(() => readdirSync(paths.backups).some((name) => name.startsWith('.staging-')), { what: 'its work' });
    // What a killed master leaves of the channel.
    child.disconnect();
    await exited;
  } finally {
    child.kill('SIGKILL');
  }
  expect(readdirSync(paths.backups)).toEqual([]);
});

it('that says nothing for too long is ended', async () => {
  const { paths, request } = fleet();
  const work = runArchiveWork(request, {
    withClosedProfile: () => new Promise(() => undefined),
    silentAtMost: 1,
    signal: never,
  });
  await expect(work).rejects.toThrow(/says nothing any more/);
  await removeDeadScratch(paths, Date.now());
  expect(leftOvers(paths)).toEqual([]);
});

const packs = (home: ReturnType<typeof fleet>, to: string): ArchiveRequest => ({
  work: 'belongings-pack',
  paths: home.request.paths,
  session: { id: home.ids['padaria-joao'], name: parseSessionName('padaria-joao') },
  host: 'here',
  version: '1.0.0',
  groupKey: 'uma chave que o grupo tem',
  log2N: 10,
  bundles: [{ what: 'tools', epoch: 1, madeAt: 1_700_000_000_000, to }],
});

it('one process packs several things, is replaced when it dies between two, and does not stay', async () => {
  const home = fleet();
  const pack = async (name: string): Promise<void> => {
    const to = join(home.paths.backups, name);
    const made = await runArchiveWork(packs(home, to), { withClosedProfile: whenUnlocked(home.paths), signal: never });
    expect(made).toMatchObject({ kind: 'belongings-packed', bundles: [{ what: 'tools', outcome: { ok: true } }] });
    rmSync(to);
  };
  const children = (): readonly number[] =>
    readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  const others = children();
  const archivers = (): readonly number[] => children().filter((pid) => !others.includes(pid));

  await pack('one');
  const [first = expect.unreachable()] = archivers();
  await pack('two');
  expect(archivers()).toEqual([first]);

  process.kill(first, 'SIGKILL');
  await pack('three');
  await until(() => !archivers().includes(first), { what: 'the killed one to be gone' });
  expect(archivers()).toHaveLength(1);
  await until(() => archivers().length === 0, { within: 20_000, what: 'none to stay' });
  expect(leftOvers(home.paths)).toEqual([]);
});
