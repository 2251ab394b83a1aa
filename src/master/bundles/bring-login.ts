import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, type StoredBundle } from '../../bundles/bundle-name.ts';
import { swapLogin } from '../../bundles/swap-login.ts';
import { profileDir, profileLock } from '../../home/home-paths.ts';
import { waitForLock } from '../../home/lock.ts';
import { takeScratch } from '../../home/scratch.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import type { Why } from '../../orchestrator/state/session-journal.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { StaysBehind } from '../../session/group-node.ts';
import { loginAwayReason, loginFetchReason, loginRefusedReason } from '../../session/login-reasons.ts';
import { plainText } from '../../session/plain-text.ts';
import type { Milliseconds } from '../../session/units.ts';
import { writeAiKey } from '../../settings/ai-keys.ts';
import { BucketFailure } from '../../store/replica/bucket-failure.ts';
import { runArchiveWork } from '../archive-process.ts';
import { describeAge, fetchBundle, isDamaged, passes } from './fetch-bundle.ts';
import { type LoginWork, usableBundles } from './login-work.ts';

/** Brings the newest login of a session here, before it starts: fetched, unpacked beside, checked, and swapped in. */

/** Whoever closed the browser last has done so; a look at the profile holds its lock for a moment. */
const lockWithin: Milliseconds = 5000;

/** What its session had on the server that it came from. */
export type HadThere = StaysBehind & { readonly from: string };

/** Unpacks beside what is here, and swaps. Everything that can be wrong with it is met before anything is touched. */
const takeIn = async (work: LoginWork, session: ManagedSession, bundle: StoredBundle, file: string) => {
  const { paths, log } = work;
  const { id, name, engine } = session.stored;
  const scratch = takeScratch(paths);
  const staging = scratch.path(paths.tokens, 'restore');
  try {
    const unpacked = await work.inTurn(() =>
      runArchiveWork(
        {
          work: 'login-unpack',
          paths: { home: paths.home, pm2: paths.pm2, logs: paths.logs },
          session: { id, name, engine },
          epoch: bundle.epoch,
          madeAt: bundle.madeAt,
          file,
          staging,
          groupKey: work.groupKey,
        },
        { withClosedProfile: async () => ({ ran: false, reason: 'nothing is copied' }), signal: work.ending },
      ),
    );
    if (unpacked.kind !== 'login-unpacked') throw new FleetError('failed', 'the login was not unpacked. Try again.');

    const lock = await waitForLock(profileLock(paths, name), lockWithin);
    if (lock === null)
      throw new FleetError('unavailable', `something still uses the login of ${name}. See: zap-fleet doctor`);
    try {
      await swapLogin(paths, name, join(staging, 'tokens', name));
    } finally {
      lock.release();
    }
    if (unpacked.aiKey !== null) {
      log.addSecret(unpacked.aiKey);
      writeAiKey(paths, id, unpacked.aiKey);
    }
    return { madeAt: unpacked.madeAt, from: plainText(unpacked.host), stays: unpacked.stays };
  } finally {
    await scratch.release();
  }
};

/**
 * Fetches one bundle and makes it the login here; what the session had there, null where that server said nothing of it. Throws a sentence,
 * and what was here is as it was then.
 */
export const fetchLogin = async (
  work: LoginWork,
  session: ManagedSession,
  bundle: StoredBundle,
): Promise<HadThere | null> => {
  const { store, book, jobs, now } = work;
  const { id, name } = session.stored;
  const total = bytesOf(bundle);
  const shown = jobs.board.show('bundle-fetch', name);
  let file: string | null = null;
  try {
    file = await fetchBundle(work, name, bundle, {
      kind: 'in',
      called: 'login bundle',
      onBytes: (done) => shown.progress({ done, total, step: 'downloading' }),
    });
    const { madeAt, from, stays } = await takeIn(work, session, bundle, file);
    store.loginBundles.change(id, { fetched: { at: now(), madeAt, from, taken: null }, problem: null, skip: false });
    const age = describeAge(now() - madeAt);
    book.record(session, {
      level: 'info',
      kind: 'login-came',
      text: `its login came from ${from} (${age} old); the one that was here is kept until WhatsApp has taken it`,
      evidence: { from, madeAt, age, epoch: bundle.epoch },
    });
    rmSync(file, { force: true });
    return stays === null ? null : { ...stays, from };
  } catch (error) {
    // What came whole and is no good is not kept; what broke off is gone on with.
    if (file !== null && !(error instanceof BucketFailure)) rmSync(file, { force: true });
    throw error;
  } finally {
    shown.end();
  }
};

const skipHint = (name: string): string => `To start with the login that is here: zap-fleet bundle skip ${name}`;

/** Why a session does not start for want of its login: with what passes by itself it is tried again. */
const whyNot = (work: LoginWork, session: ManagedSession, error: unknown): Why => {
  const { id, name } = session.stored;
  const text = messageOf(error);
  work.store.loginBundles.change(id, { problem: { at: work.now(), text } });
  const end = /[.!?]$/.test(text) ? '' : '.';
  return passes(error)
    ? {
        code: loginAwayReason,
        words: `its login of another server could not be fetched: ${text}${end} It is tried again by itself. ${skipHint(name)}`,
      }
    : {
        code: loginRefusedReason,
        words: `its login of another server cannot be used: ${text}${end} ${skipHint(name)}`,
      };
};

const firstGood = async (
  work: LoginWork,
  session: ManagedSession,
  bundles: readonly StoredBundle[],
): Promise<HadThere | null> => {
  for (const [index, bundle] of bundles.entries()) {
    try {
      return await fetchLogin(work, session, bundle);
    } catch (error) {
      if (!isDamaged(error) || index === bundles.length - 1) throw error;
      const reason = messageOf(error);
      work.book.record(session, {
        level: 'warn',
        kind: 'bundle-damaged',
        text: `a login bundle cannot be used, the one before it is tried: ${reason}`,
        evidence: { reason, epoch: bundle.epoch },
      });
    }
  }
  return null;
};

/** `why`: it does not start, for its row. `had`: its login came, and so much was where it came from. */
export interface Brought {
  readonly why: Why | null;
  readonly had: HadThere | null;
}

/** The newest login is here, or why not. Where nobody else had the session since it last ran here, nothing is asked. */
export const createBringing =
  (work: LoginWork) =>
  async (session: ManagedSession, epoch: number): Promise<Brought> => {
    const { paths, store, book, now } = work;
    const { id, name } = session.stored;
    const known = store.loginBundles.get(id);
    const isHere = existsSync(profileDir(paths, name));
    // Each lease that is taken has the next epoch: one between says that another server had it.
    const isMine = isHere && known !== null && epoch - known.epoch <= 1;
    if (session.worker !== null || isMine || known?.skip === true) {
      store.loginBundles.change(id, { epoch, at: now(), skip: false });
      return { why: null, had: null };
    }

    let had: HadThere | null = null;
    try {
      const newer = (await usableBundles(work, name)).filter(
        ({ epoch: of, madeAt }) =>
          !isHere || known === null || of > known.epoch || (of === known.epoch && madeAt > known.at),
      );
      if (newer.length > 0) {
        book.move(session, 'starting', { code: loginFetchReason, words: 'its login is fetched from Supabase Storage' });
        had = await firstGood(work, session, newer);
      }
    } catch (error) {
      if (work.ending.aborted) throw error;
      const why = whyNot(work, session, error);
      book.record(session, {
        level: 'error',
        kind: 'login-not-here',
        text: why.words ?? '',
        evidence: { reason: messageOf(error), code: why.code },
      });
      return { why, had: null };
    }
    store.loginBundles.change(id, { epoch, at: now() });
    return { why: null, had };
  };
