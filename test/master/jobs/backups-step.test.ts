import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { homePaths, prepareHome } from '../../../src/home/home-paths.ts';
import type { PurgeContext, PurgeSubject } from '../../../src/master/jobs/purge-steps.ts';
import { createReceiptBook } from '../../../src/master/jobs/receipt-book.ts';
import { backupsStep, type RewriteBackup } from '../../../src/master/jobs/steps/backups-step.ts';
import { archivesStep } from '../../../src/master/jobs/steps/trace-steps.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import type { JobFields } from '../../../src/store/job-store.ts';

/** `--backups` as a step of a purge: every archive once, over any number of masters, and honest about those that do not open. */

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

const subject: PurgeSubject = {
  kind: 'session',
  sessionName: 'padaria-joao',
  sessionIds: ['one'],
  knownAs: [],
  who: null,
  backups: true,
  actor: 'you',
  at: 1,
};
const fleet1 = 'fleet-20260101T000000Z.tar.gz';
const fleet2 = 'fleet-20260102T000000Z.tar.gz.enc';
const own = 'session-padaria-joao-20260101T000000Z.tar.gz';
const aside = 'before-restore-20260101T000000Z';

const homeWithArchives = () => {
  const home = mkdtempSync(join(tmpdir(), 'zf-bs-'));
  homes.push(home);
  const paths = homePaths(home);
  prepareHome(paths);
  for (const name of [fleet1, fleet2, own, 'session-studio-bela-20260101T000000Z.tar.gz', 'mine.tar.gz'])
    writeFileSync(join(paths.backups, name), '');
  mkdirSync(join(paths.backups, aside));
  return paths;
};

const run = async (
  paths: ReturnType<typeof homePaths>,
  kept: { fields: JobFields },
  rewrite: RewriteBackup,
): Promise<ReturnType<typeof createReceiptBook>> => {
  const receipt = createReceiptBook(kept.fields, (fields) => {
    kept.fields = fields;
  });
  const parts = { paths, settings: { BACKUP_KEEP: 7 } } as PurgeContext['parts'];
  const context: PurgeContext = { subject, parts, signal: new AbortController().signal, receipt, marks: () => [] };
  const work = backupsStep(rewrite).run(context);
  if (Symbol.asyncIterator in work) for await (const _ of work);
  await archivesStep(() => []).run(context);
  return receipt;
};

it('rewrites what may hold it, and leaves named what does not open', async () => {
  const paths = homeWithArchives();
  const seen: string[] = [];
  const receipt = await run(paths, { fields: {} }, async (file) => {
    seen.push(file.slice(paths.backups.length + 1));
    if (file.endsWith(fleet2)) throw new FleetError('usage', 'the passphrase is wrong');
    return file.endsWith(own) ? 'removed' : 'rewritten';
  });
  expect(seen.sort()).toEqual([aside, fleet1, fleet2, own].sort());
  const { erased, left } = receipt.result();
  expect(erased).toEqual({ backups: 3 });
  expect(left.map(({ file, note }) => [file, note])).toEqual([
    [join(paths.backups, fleet2), 'the passphrase is wrong'],
  ]);
});

it('names the damaged database that a repair kept, which nothing rewrites', async () => {
  const paths = homeWithArchives();
  const damaged = join(paths.backups, 'damaged-20260101T000000Z-0a1b2c');
  mkdirSync(damaged);
  const receipt = await run(paths, { fields: {} }, async () => 'rewritten');
  expect(receipt.result().left).toEqual([
    {
      what: 'backup',
      file: damaged,
      until: null,
      note: 'the damaged database that a repair kept: remove it by hand',
    },
  ]);
});

it('goes on after a restart of the master with those that are left', async () => {
  const paths = homeWithArchives();
  const kept: { fields: JobFields } = { fields: {} };
  let first = 0;
  const killed = run(paths, kept, async () => {
    first += 1;
    if (first === 3) throw new Error('the master was killed');
    return 'rewritten';
  });
  await expect(killed).rejects.toThrow(/killed/);
  let second = 0;
  const receipt = await run(paths, kept, async () => {
    second += 1;
    return 'rewritten';
  });
  expect([first, second]).toEqual([3, 2]);
  expect(receipt.result()).toEqual({ erased: { backups: 4 }, left: [] });
});

it('is no step of a purge without --backups', () => {
  expect(backupsStep(async () => 'untouched').of({ ...subject, backups: false })).toBe(false);
});
