import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loginShelf, partPath } from '../../../src/bundles/bundle-name.ts';
import { profileDir } from '../../../src/home/home-paths.ts';
import { openLogins } from '../../../src/master/bundles/open-logins.ts';
import { createJobBoard } from '../../../src/master/jobs/job-board.ts';
import { createJobRunner } from '../../../src/master/jobs/job-runner.ts';
import type { ManagedSession } from '../../../src/orchestrator/state/managed-session.ts';
import { createSessionBook } from '../../../src/orchestrator/state/session-book.ts';
import { session as bundled, cheap, contents, emptyHome, forge, groupKey, padaria } from '../../bundles/login-files.ts';
import { addSession } from '../../store/support.ts';
// Processes that pack are the built program's (vitest.config.ts).
import '../../support/built-program.ts';
import type { LocalStorage } from '../../supabase/local-storage.ts';
import { openStoreAt } from '../../support/empty-database.ts';

/** A server of a group, as far as logins concern it. */
export const server = (
  storage: LocalStorage,
  options: {
    readonly groupKey?: string;
    readonly paths?: ReturnType<typeof emptyHome>;
    readonly startWithinMs?: number;
    readonly now?: () => number;
    /** Packs with as much work for each guess of the key as users have; else with little: a fifth of a second for each bundle, twice. */
    readonly asUsers?: boolean;
  } = {},
) => {
  const paths = options.paths ?? emptyHome();
  const store = openStoreAt(paths.database);
  if (store.sessions.get(padaria) === null) {
    const { id } = addSession(store, padaria);
    // The same session on every server of the group.
    store.database.run('UPDATE sessions SET id = ?', bundled.id);
    store.database.run('DELETE FROM sessions WHERE id = ? AND id <> ?', id, bundled.id);
  }
  const now = options.now ?? Date.now;
  const book = createSessionBook(store, now);
  const session: ManagedSession = book.get(padaria);
  session.stored = { ...session.stored, phone: '5511987654321' };
  const logged: string[] = [];
  const log = (_: string, text: string): void => void logged.push(text);
  const jobs = createJobRunner({
    store,
    board: createJobBoard(() => undefined, now),
    now,
    log,
    retry: { firstMs: 20, maxMs: 20, jitter: 0 },
  });
  const lease = { epoch: 0 as number | null };
  const elsewhere = { is: false };
  const secrets: string[] = [];
  const say = (text: string): void => void logged.push(text);
  const logins = openLogins(
    { ready: true, url: storage.url, key: storage.key, groupKey: options.groupKey ?? groupKey },
    {
      host: 'vps-1',
      paths,
      store,
      book,
      jobs,
      log: { info: say, warn: say, error: say, addSecret: (secret) => void secrets.push(secret) },
      now,
      epochOf: () => lease.epoch,
      isElsewhere: () => elsewhere.is,
      ...(options.asUsers === true ? {} : { log2N: cheap }),
      // A busy machine takes its time.
      startWithinMs: options.startWithinMs ?? 120_000,
    },
  );
  jobs.begin();
  let isOpen = true;
  const end = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await jobs.close();
    await logins.close();
    store.close();
  };
  onTestFinished(end);

  return {
    paths,
    store,
    book,
    session,
    jobs,
    secrets,
    logged,
    travel: logins.travel,
    belongings: logins.belongings,
    work: logins.work,
    lease,
    elsewhere,
    end,
    profile: () => contents(profileDir(paths, padaria)),
    /** As when its lease of that epoch is won. */
    bring: async (epoch: number) => {
      lease.epoch = epoch;
      return logins.travel.bring(session, epoch);
    },
    /** As at a clean stop. */
    keep: () => logins.travel.keep(session),
    moves: (...states: ManagedSession['state'][]): void => {
      for (const state of states) book.move(session, state);
    },
    events: (kind: string) => store.events.list({ limit: 200 }).filter((event) => event.kind === kind),
    known: () => store.loginBundles.get(bundled.id),
  };
};
export type TestServer = ReturnType<typeof server>;

export const mark = 'aaaaaaaa';
export const stamp = Date.UTC(2026, 10, 29, 3);

/** Puts a bundle into the bucket that another server made, in so many parts. */
export const storeBundle = async (
  storage: LocalStorage,
  options: {
    readonly epoch: number;
    readonly madeAt?: number;
    readonly parts?: number;
    readonly entries?: Parameters<typeof forge>[1];
    readonly manifest?: Record<string, unknown>;
    readonly change?: (sealed: Buffer) => Buffer;
  },
): Promise<void> => {
  const { epoch, madeAt = stamp, parts = 1 } = options;
  const entries = options.entries ?? [{ path: 'tokens/padaria/Local State', bytes: Buffer.from(`of epoch ${epoch}`) }];
  const file = await forge(emptyHome(), entries, { epoch, madeAt, host: 'vps-2', ...options.manifest });
  const read = readFileSync(file);
  const sealed = options.change?.(read) ?? read;
  const size = Math.ceil(sealed.length / parts);
  for (let part = 1; part <= parts; part += 1)
    storage.files.set(
      `zap-fleet-logins/${partPath(loginShelf(padaria), { epoch, madeAt, mark }, part, parts)}`,
      sealed.subarray((part - 1) * size, part * size),
    );
};

export const inBucket = (storage: LocalStorage): readonly string[] =>
  [...storage.files.keys()].map((path) => path.replace('zap-fleet-logins/', '')).sort();

/** Work for each guess of the key, of what lies in Storage: from the headers (c2sp.org/age). */
export const workInBucket = (storage: LocalStorage): readonly string[] => [
  ...new Set(
    [...storage.files.values()].map(
      (sealed) => /^-> scrypt \S+ (\d+)$/m.exec(sealed.toString('latin1'))?.[1] ?? 'none',
    ),
  ),
];

export const localStateOf = (paths: ReturnType<typeof emptyHome>): string =>
  readFileSync(join(profileDir(paths, padaria), 'Local State'), 'utf8');
