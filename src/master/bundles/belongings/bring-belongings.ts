import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, type StoredBundle } from '../../../bundles/bundle-name.ts';
import { type Scratch, takeScratch } from '../../../home/scratch.ts';
import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { FleetError, messageOf } from '../../../session/fleet-error.ts';
import { plainText } from '../../../session/plain-text.ts';
import type { Milliseconds } from '../../../session/units.ts';
import { describeAge, fetchBundle, isDamaged, passes } from '../fetch-bundle.ts';
import type { LoginWork } from '../login-work.ts';
import { partBytes } from '../upload-job.ts';
import { type BelongingLook, called, lookAtBelonging, lookAtBelongings } from './belonging-looks.ts';
import { type NewerBelonging, newerBelongings } from './newer-belongings.ts';
import { putBelonging } from './put-belonging.ts';
import { type Came, cameOf, type Unpacked, unpackBelongings } from './unpack-belongings.ts';

/** Brings what other servers changed of a bot's belongings, each kind by itself: fetched, unpacked beside, looked through, and put in place. */

/** What passes by itself is tried again so soon. */
const againSoon: Milliseconds = 60_000;
/** What a person has to mend, or nobody can, is looked at again so often. */
export const againLate: Milliseconds = 3_600_000;

interface Bringing {
  readonly work: LoginWork;
  readonly session: ManagedSession;
  readonly signal: AbortSignal;
  /** Told of a session whose worker runs while what it uses was replaced. */
  readonly onPut: (session: ManagedSession) => Promise<void>;
}

/** One kind with the bundle that is tried, and those before it. */
interface Try {
  readonly newer: NewerBelonging;
  readonly bundle: StoredBundle;
  readonly older: readonly StoredBundle[];
}

const tryNext = (newer: NewerBelonging, [bundle, ...older]: readonly StoredBundle[]): readonly Try[] =>
  bundle === undefined ? [] : [{ newer, bundle, older }];

/** How much is free, or which part broke off, is no news. */
const withoutFigures = (text: string): string => text.replace(/\d+/g, '0');

/** It is not here, and why; people are told once of each reason. */
const miss = ({ work, session }: Bringing, what: BelongingLook['what'], error: unknown): boolean => {
  const { store, now } = work;
  const { id } = session.stored;
  const { digest, known } = lookAtBelonging(work, id, what);
  const text = messageOf(error);
  const again = now() + (passes(error) ? againSoon : againLate);
  store.belongings.changeKind(id, what, { missing: { digest, text, again } });
  return known.missing === null || withoutFigures(known.missing.text) !== withoutFigures(text);
};

/** As a part of a longer sentence. */
const reasonOf = (error: unknown): string => messageOf(error).replace(/\.$/, '');

const tellMissed = ({ work, session }: Bringing, what: BelongingLook['what'], error: unknown): void => {
  const reason = reasonOf(error);
  work.book.record(session, {
    level: 'warn',
    kind: 'belongings-not-here',
    text: `${called(what)} of another server could not be brought: ${reason}. It goes on with those that are here; it is tried again by itself`,
    evidence: { what, reason },
  });
};

const missAndTell = (bringing: Bringing, what: BelongingLook['what'], error: unknown): void => {
  bringing.signal.throwIfAborted();
  if (miss(bringing, what, error)) tellMissed(bringing, what, error);
};

/** Nobody can say whether there is anything newer: nothing of here is taken for the newest until it is known. */
const missAll = (bringing: Bringing, error: unknown): void => {
  const { work, session, signal } = bringing;
  signal.throwIfAborted();
  const all = lookAtBelongings(work, session.stored.id);
  const isNews = all.map(({ what }) => miss(bringing, what, error)).some(Boolean);
  if (!isNews) return;
  const reason = reasonOf(error);
  work.book.record(session, {
    level: 'warn',
    kind: 'belongings-not-asked',
    text: `whether another server has newer tools and files of it could not be asked: ${reason}. It goes on with those that are here; it is asked again by itself`,
    evidence: { reason },
  });
};

const tellCame = (
  { work, session }: Bringing,
  { newer: { look }, bundle }: Try,
  came: Came & { readonly isAside: boolean },
): void => {
  const { what } = look;
  const from = plainText(came.host);
  const age = describeAge(work.now() - came.madeAt);
  const { name } = session.stored;
  if (came.isAside)
    work.book.record(session, {
      level: 'warn',
      kind: 'belongings-replaced',
      text: `${called(what)} were changed here, too, and those of ${from} are newer: they count (${came.count}). What was here is kept; to go back to it: zap-fleet bundle undo ${name}`,
      evidence: { what, from, count: came.count, epoch: bundle.epoch, name },
    });
  else
    work.book.record(session, {
      level: 'info',
      kind: 'belongings-came',
      text: `${called(what)} came from ${from} (${age} old): ${came.count}`,
      evidence: { what, from, age, count: came.count, epoch: bundle.epoch },
    });
};

const takeIn = async (bringing: Bringing, one: Try, came: Came, directory: string): Promise<void> => {
  const { work, session, signal, onPut } = bringing;
  const { look } = one.newer;
  const { id } = session.stored;
  const { digest, madeAt } = came;
  const { kind, isAside, ...now } = await putBelonging(work, session, look, {
    directory,
    digest,
    keeps: look.isOwn,
    signal,
  });
  if (kind === 'changed') {
    work.store.belongings.changeKind(id, look.what, { missing: null });
    work.book.record(session, {
      level: 'warn',
      kind: 'belongings-changed-first',
      text: `${called(look.what)} were changed here before those of another server had come: the ones here count`,
      evidence: { what: look.what },
    });
    return;
  }

  const { epoch, madeAt: at } = one.bundle;
  work.store.belongings.changeKind(id, look.what, { base: { epoch, at, digest: now.digest }, missing: null });
  if (kind === 'same') return;
  work.store.belongings.change(id, { fetched: { at: work.now(), madeAt, from: plainText(came.host) } });
  tellCame(bringing, one, { ...came, isAside });
  if (session.worker !== null) await onPut(session);
};

/** Fetches them; each that cannot be had is told of. With the files of those that are here. */
const fetchAll = async (bringing: Bringing, batch: readonly Try[]) => {
  const { work, session, signal } = bringing;
  const { name } = session.stored;
  const total = batch.reduce((sum, { bundle }) => sum + bytesOf(bundle), 0);
  const shown = work.jobs.board.show('belongings-fetch', name);
  const fetched: { readonly one: Try; readonly file: string }[] = [];
  let before = 0;
  try {
    for (const one of batch) {
      const { what } = one.newer.look;
      try {
        const file = await fetchBundle(work, name, one.bundle, {
          kind: `${what}-in`,
          called: 'bundle',
          onBytes: (done) => shown.progress({ done: before + done, total, step: 'downloading' }),
          signal,
        });
        fetched.push({ one, file });
      } catch (error) {
        missAndTell(bringing, what, error);
      }
      before += bytesOf(one.bundle);
    }
    return fetched;
  } finally {
    shown.end();
  }
};

/** What one of a batch became: it is put in place, passed over for the one before it, or told of as missing. */
const settleOne = async (
  bringing: Bringing,
  one: Try,
  unpacked: Unpacked | undefined,
  directory: string,
): Promise<readonly Try[]> => {
  const { what } = one.newer.look;
  try {
    await takeIn(bringing, one, cameOf(unpacked), directory);
    return [];
  } catch (error) {
    const next = isDamaged(error) ? tryNext(one.newer, one.older) : [];
    if (next.length === 0) missAndTell(bringing, what, error);
    else {
      const reason = messageOf(error);
      bringing.work.book.record(bringing.session, {
        level: 'warn',
        kind: 'belongings-damaged',
        text: `a bundle of ${called(what)} cannot be used, the one before it is tried: ${reason}`,
        evidence: { what, reason, epoch: one.bundle.epoch },
      });
    }
    return next;
  }
};

const bringBatch = async (bringing: Bringing, batch: readonly Try[], scratch: Scratch): Promise<readonly Try[]> => {
  const fetched = await fetchAll(bringing, batch);
  if (fetched.length === 0) return [];
  const root = scratch.path(bringing.work.paths.data, 'restore');
  const stagingOf = (what: string): string => join(root, what);
  const again: Try[] = [];
  try {
    const sealed = fetched.map(({ one: { newer, bundle }, file }) => {
      const { what } = newer.look;
      return { what, epoch: bundle.epoch, madeAt: bundle.madeAt, file, staging: stagingOf(what) };
    });
    const unpacked = await unpackBelongings(bringing.work, bringing.session, sealed, bringing.signal);
    for (const { one } of fetched) {
      const { what } = one.newer.look;
      const found = unpacked.find((each) => each.what === what);
      again.push(...(await settleOne(bringing, one, found, stagingOf(what))));
    }
    return again;
  } catch (error) {
    for (const { one } of fetched) missAndTell(bringing, one.newer.look.what, error);
    return [];
  } finally {
    // What came whole is not needed twice; what broke off is gone on with, and is none of these.
    for (const { file } of fetched) rmSync(file, { force: true });
    rmSync(root, { recursive: true, force: true });
  }
};

/** What is short comes together, in one process; what is long comes after it, one at a time. */
const batchesOf = (tries: readonly Try[]): readonly (readonly Try[])[] => {
  const isShort = ({ bundle }: Try): boolean => bytesOf(bundle) <= partBytes;
  const short = tries.filter(isShort);
  const long = tries.filter((one) => !isShort(one)).sort((one, other) => bytesOf(one.bundle) - bytesOf(other.bundle));
  return [...(short.length === 0 ? [] : [short]), ...long.map((one) => [one])];
};

/**
 * Everything newer is here afterwards, or told of as missing. `lease`: the epoch under which what is here was last in use. Rejects with the
 * signal's reason, and has left what was here as it was then.
 */
export const bringNewer = async (bringing: Bringing, lease: number | null): Promise<void> => {
  const { work, session, signal } = bringing;
  const { id } = session.stored;
  let newer: readonly NewerBelonging[];
  try {
    newer = await newerBelongings(work, session, lease);
  } catch (error) {
    missAll(bringing, error);
    return;
  }
  signal.throwIfAborted();
  for (const { what, known } of lookAtBelongings(work, id))
    if (known.missing !== null && !newer.some(({ look }) => look.what === what))
      work.store.belongings.changeKind(id, what, { missing: null });

  for (let tries = newer.flatMap((one) => tryNext(one, one.bundles)); tries.length > 0; ) {
    const again: Try[] = [];
    for (const batch of batchesOf(tries)) {
      const scratch = takeScratch(work.paths);
      try {
        again.push(...(await bringBatch(bringing, batch, scratch)));
      } finally {
        await scratch.release();
      }
    }
    tries = again;
  }

  const onItsWay = new FleetError('unavailable', 'a newer bundle is still on its way to Supabase Storage');
  for (const { look, isComing } of newer) if (isComing) missAndTell(bringing, look.what, onItsWay);
};
