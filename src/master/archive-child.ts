import process from 'node:process';
import type { BackupProgress, WithClosedProfile } from '../backup/backup-options.ts';
import { homePaths } from '../home/home-paths.ts';
import { removeOwnScratch } from '../home/scratch.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import {
  type ArchiveRequest,
  type FromArchiveWork,
  type ToArchiveWork,
  toArchiveWorkSchema,
} from './archive-messages.ts';

/**
 * The process that makes and rewrites archives for a master: hashing, encryption, SQLite's checks and VACUUM keep a loop for seconds, and
 * this one serves nobody. It ends with its master, and takes what it had begun along.
 */

const endNow = (): never => {
  removeOwnScratch();
  process.exit(1);
};

const say = (message: FromArchiveWork): Promise<void> =>
  new Promise((done, fail) => {
    if (process.send === undefined) fail(new Error('started by no master'));
    else process.send(message, undefined, undefined, (error) => (error === null ? done() : fail(error)));
  });

const createAnswers = () => {
  const waiting = new Set<(message: ToArchiveWork) => void>();
  process.on('message', (raw) => {
    const message = toArchiveWorkSchema.parse(raw);
    for (const hear of waiting) hear(message);
  });

  return {
    next: <T>(pick: (message: ToArchiveWork) => T | null): Promise<T> =>
      new Promise((done) => {
        const hear = (message: ToArchiveWork): void => {
          const picked = pick(message);
          if (picked === null) return;
          waiting.delete(hear);
          done(picked);
        };
        waiting.add(hear);
      }),
  };
};

const closedByMaster =
  (answers: ReturnType<typeof createAnswers>): WithClosedProfile =>
  async (name, copy) => {
    const answer = answers.next((message) => (message.kind !== 'request' && message.name === name ? message : null));
    await say({ kind: 'close', name });
    const said = await answer;
    if (said.kind === 'not-closed') return { ran: false, reason: said.reason };

    try {
      return { ran: true, value: await copy() };
    } catch (error) {
      return { ran: false, reason: messageOf(error) };
    } finally {
      await say({ kind: 'copied', name });
    }
  };

type Progress = Omit<BackupProgress, 'step'> & { readonly step: string };

/** Ten times a second is more than a screen shows. */
const tellEveryMs = 100;
const progressTeller = (): ((progress: Progress) => void) => {
  let told = { step: '', at: 0 };
  return ({ step, done, total }) => {
    const at = performance.now();
    if (step === told.step && at - told.at < tellEveryMs) return;
    told = { step, at };
    // Whoever does not hear it any more has gone, and ends this process.
    say({ kind: 'progress', step, done, total }).catch(() => endNow());
  };
};

type LoginRequest = Extract<ArchiveRequest, { work: 'login-pack' | 'login-unpack' }>;

/** What comes out is a sentence, or a login: the master decides what becomes of either. */
const runLoginWork = async (request: LoginRequest, withClosedProfile: WithClosedProfile): Promise<FromArchiveWork> => {
  const paths = homePaths(request.paths.home, request.paths);
  const onProgress = progressTeller();
  const { session, epoch, groupKey } = request;
  if (request.work === 'login-pack') {
    const { packLogin } = await import('../bundles/pack-login.ts');
    const { madeAt, host, version, to, stays, log2N } = request;
    const packed = await packLogin({
      paths,
      session,
      epoch,
      madeAt,
      host,
      version,
      to,
      groupKey,
      log2N,
      stays,
      withClosedProfile,
      onProgress,
    });
    return { kind: 'login-packed', ...packed };
  }

  const { unpackLogin } = await import('../bundles/unpack-login.ts');
  const { file, staging, madeAt: namedAt } = request;
  const { manifest, aiKey } = await unpackLogin({
    file,
    staging,
    groupKey,
    expected: { ...session, epoch, madeAt: namedAt },
    onProgress,
  });
  const { madeAt, host, program, stays } = manifest;
  return { kind: 'login-unpacked', madeAt, host, program, stays: stays ?? null, aiKey };
};

const run = async (request: ArchiveRequest, withClosedProfile: WithClosedProfile): Promise<FromArchiveWork> => {
  if (request.work === 'login-pack' || request.work === 'login-unpack') return runLoginWork(request, withClosedProfile);
  const paths = homePaths(request.paths.home, request.paths);
  if (request.work === 'belongings-pack' || request.work === 'belongings-unpack') {
    const { runBelongingsWork } = await import('./archive-belongings.ts');
    return runBelongingsWork(request, paths, progressTeller());
  }
  const passphrase = request.passphrase ?? undefined;
  if (request.work === 'rewrite') {
    const { rewriteAside, rewriteBackup } = await import('../backup/rewrite-backup.ts');
    const { statSync } = await import('node:fs');
    const { file, erasure } = request;
    const outcome = statSync(file).isDirectory()
      ? await rewriteAside(file, erasure)
      : await rewriteBackup({ paths, file, passphrase, erasure });
    return { kind: 'rewritten', outcome };
  }

  const { createBackup } = await import('../backup/create-backup.ts');
  const { session, to, keep, version } = request;
  const report = await createBackup({
    paths,
    session,
    to: to ?? undefined,
    passphrase,
    keep,
    version,
    withClosedProfile,
    onProgress: progressTeller(),
  });
  return {
    kind: 'backed-up',
    report: {
      ...report,
      sessions: [...report.sessions],
      keysLeftOut: [...report.keysLeftOut],
      pruned: [...report.pruned],
    },
  };
};

/** Belongings and logins come one after another: the master says when it has no more of them. */
const staysAfter = ({ kind }: FromArchiveWork): boolean => /^(login|belongings)-/.test(kind);

export const runArchiveChild = async (): Promise<void> => {
  process.once('disconnect', endNow);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, endNow);
  const answers = createAnswers();
  const nextRequest = () => answers.next((message) => (message.kind === 'request' ? message.request : null));

  let asked = nextRequest();
  for (;;) {
    const result = await resultOf(await asked, closedByMaster(answers));
    // Heard from before the answer goes: the next may come at once.
    asked = nextRequest();
    await say(result);
    if (!staysAfter(result)) process.exit(0);
  }
};

const resultOf = async (request: ArchiveRequest, withClosedProfile: WithClosedProfile): Promise<FromArchiveWork> => {
  try {
    return await run(request, withClosedProfile);
  } catch (error) {
    const code = error instanceof FleetError ? error.code : 'failed';
    return { kind: 'failed', code, message: messageOf(error) };
  }
};
