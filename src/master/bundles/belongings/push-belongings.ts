import { z } from 'zod';
import { belongingShelf, byRank } from '../../../bundles/bundle-name.ts';
import { belongingNames } from '../../../session/belongings.ts';
import { parseSessionName } from '../../../session/session-name.ts';
import type { StoredJob } from '../../../store/job-store.ts';
import type { JobKind } from '../../jobs/job-kind.ts';
import type { LoginWork } from '../login-work.ts';
import { createUploadJob, uploadArgs } from '../upload-job.ts';
import { type BelongingLook, called } from './belonging-looks.ts';

/** Takes a sealed bundle of belongings to Storage. */

const argsSchema = z.object({
  ...uploadArgs,
  what: z.enum(belongingNames),
  /** Of what is in it. */
  digest: z.string().nullable(),
  count: z.number(),
});
export type BelongingArgs = z.infer<typeof argsSchema>;

/** The job that takes exactly this to Storage, or (without a digest) any of that kind; null: there is none. */
export const pushUnderWay = (
  { store }: Pick<LoginWork, 'store'>,
  sessionId: string,
  { what, digest }: { readonly what: string; readonly digest?: string | null },
): StoredJob | null =>
  store.jobs
    .open()
    .find(
      ({ kind, args }) =>
        kind === 'belongings-push' &&
        args['sessionId'] === sessionId &&
        args['what'] === what &&
        (digest === undefined || args['digest'] === digest),
    ) ?? null;

/** What has to go there and is not on its way. */
export const isToPush = (work: Pick<LoginWork, 'store'>, sessionId: string, look: BelongingLook): boolean =>
  look.isChanged && pushUnderWay(work, sessionId, look) === null;

const succeed = ({ store, book }: LoginWork, args: BelongingArgs): void => {
  const { sessionId, what, epoch, madeAt: at, bytes, digest, count } = args;
  const session = book.byId(sessionId);
  // One that was deleted meanwhile leaves no trace of it here either.
  if (session === null) return;

  const base = store.belongings.get(sessionId)?.kinds[what]?.base ?? null;
  // A newer one may have come from elsewhere while this one was on its way.
  const isNewest = base === null || byRank(args, { epoch: base.epoch, madeAt: base.at, mark: '' }) <= 0;
  if (isNewest)
    store.belongings.changeKind(sessionId, what, {
      base: { epoch, at, digest },
      made: { epoch, at, bytes },
      missing: null,
    });
  store.belongings.change(sessionId, { problem: null });
  book.record(session, {
    level: 'info',
    kind: 'belongings-kept',
    text: `${called(what)} are in Supabase Storage, encrypted: ${count} (${Math.ceil(bytes / 1e6)} MB)`,
    evidence: { what, count, epoch, bytes, megabytes: Math.ceil(bytes / 1e6) },
  });
};

const giveUp = ({ store, book, now }: LoginWork, { sessionId, what, epoch }: BelongingArgs, reason: string): void => {
  store.belongings.change(sessionId, { problem: { at: now(), text: reason } });
  const session = book.byId(sessionId);
  if (session !== null)
    book.record(session, {
      level: 'error',
      kind: 'belongings-not-kept',
      text: `${called(what)} are not in Supabase Storage: ${reason}`,
      evidence: { what, reason, epoch },
    });
};

export const createBelongingsPush = (work: LoginWork): JobKind =>
  createUploadJob(work, {
    kind: 'belongings-push',
    // Long files keep no login back.
    lane: 'belongings',
    args: argsSchema,
    shelfOf: ({ sessionName, what }) => belongingShelf(parseSessionName(sessionName), what),
    kept: (args) => succeed(work, args),
    delayed: ({ sessionId }, text) => work.store.belongings.change(sessionId, { problem: { at: work.now(), text } }),
    gaveUp: (args, text) => giveUp(work, args, text),
  });
