import { z } from 'zod';
import { loginShelf } from '../../bundles/bundle-name.ts';
import { parseSessionName } from '../../session/session-name.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import type { LoginWork } from './login-work.ts';
import { createUploadJob, type UploadArgs, uploadArgs } from './upload-job.ts';

/** Takes the sealed login of a session to Storage. */

/** Says once why it is not there, and gives up. */
const giveUp = ({ store, book, now }: LoginWork, args: UploadArgs, text: string): void => {
  store.loginBundles.change(args.sessionId, { problem: { at: now(), text } });
  const session = book.byId(args.sessionId);
  if (session !== null)
    book.record(session, {
      level: 'error',
      kind: 'bundle-not-kept',
      text: `its login is not in Supabase Storage: ${text}`,
      evidence: { reason: text, epoch: args.epoch },
    });
};

const succeed = ({ store, book }: LoginWork, args: UploadArgs): void => {
  const { epoch, madeAt: at, bytes } = args;
  const session = book.byId(args.sessionId);
  // One that was deleted meanwhile leaves no trace of it here either.
  if (session === null) return;

  const linkedAt = store.loginBundles.get(args.sessionId)?.linkedAt ?? null;
  store.loginBundles.change(args.sessionId, {
    made: { epoch, at, bytes },
    problem: null,
    linkedAt: linkedAt !== null && linkedAt <= at ? null : linkedAt,
  });
  book.record(session, {
    level: 'info',
    kind: 'bundle-kept',
    text: `its login is in Supabase Storage, encrypted (${Math.ceil(bytes / 1e6)} MB)`,
    evidence: { epoch, bytes, megabytes: Math.ceil(bytes / 1e6) },
  });
};

export const createPushJob = (work: LoginWork): JobKind =>
  createUploadJob(work, {
    kind: 'bundle-push',
    lane: 'logins',
    args: z.object(uploadArgs),
    shelfOf: ({ sessionName }) => loginShelf(parseSessionName(sessionName)),
    kept: (args) => succeed(work, args),
    delayed: ({ sessionId }, text) =>
      void work.store.loginBundles.change(sessionId, { problem: { at: work.now(), text } }),
    gaveUp: (args, text) => giveUp(work, args, text),
  });
