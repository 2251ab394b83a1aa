import { z } from 'zod';
import { belongingNames } from '../session/belongings.ts';
import { engines } from '../session/engine.ts';
import { isSessionName } from '../session/session-name.ts';

/**
 * What the master and the process that works on archives for it say to each other. The first message is the request: passphrases come with
 * it, never in the environment or the arguments, which others can read.
 */

const sessionName = z.string().refine(isSessionName);
const homeSchema = z.strictObject({ home: z.string(), pm2: z.string(), logs: z.string() });

const loginSession = z.strictObject({ id: z.string(), name: sessionName, engine: z.enum(engines) });

/** What does not travel with a login. */
const stays = z.strictObject({ tools: z.number(), files: z.number(), sends: z.number(), hooks: z.number() });

const owner = z.strictObject({ id: z.string(), name: sessionName });
const what = z.enum(belongingNames);

export const archiveRequestSchema = z.discriminatedUnion('work', [
  z.strictObject({
    work: z.literal('backup'),
    paths: homeSchema,
    session: sessionName.nullable(),
    to: z.string().nullable(),
    passphrase: z.string().nullable(),
    keep: z.number(),
    version: z.string(),
  }),
  z.strictObject({
    work: z.literal('rewrite'),
    paths: homeSchema,
    /** A backup, or a directory that a restore set aside. */
    file: z.string(),
    passphrase: z.string().nullable(),
    erasure: z.strictObject({
      sessionName: z.string(),
      sessionIds: z.array(z.string()),
      knownAs: z.array(z.string()),
      who: z.string().nullable(),
      at: z.number(),
    }),
  }),
  /** The login of one session, packed for Storage (src/bundles/). */
  z.strictObject({
    work: z.literal('login-pack'),
    paths: homeSchema,
    session: loginSession,
    epoch: z.number(),
    madeAt: z.number(),
    host: z.string(),
    version: z.string(),
    to: z.string(),
    groupKey: z.string(),
    log2N: z.number().optional(),
    stays,
  }),
  z.strictObject({
    work: z.literal('login-unpack'),
    paths: homeSchema,
    session: loginSession,
    epoch: z.number(),
    /** As its name says, in whole seconds. */
    madeAt: z.number(),
    file: z.string(),
    staging: z.string(),
    groupKey: z.string(),
  }),
  /** What its bot has in its hands besides, a bundle a kind (src/bundles/belongings/). */
  z.strictObject({
    work: z.literal('belongings-pack'),
    paths: homeSchema,
    session: owner,
    host: z.string(),
    version: z.string(),
    groupKey: z.string(),
    log2N: z.number().optional(),
    bundles: z.array(z.strictObject({ what, epoch: z.number(), madeAt: z.number(), to: z.string() })),
  }),
  z.strictObject({
    work: z.literal('belongings-unpack'),
    paths: homeSchema,
    session: owner,
    groupKey: z.string(),
    bundles: z.array(
      z.strictObject({ what, epoch: z.number(), madeAt: z.number(), file: z.string(), staging: z.string() }),
    ),
  }),
]);
export type ArchiveRequest = z.infer<typeof archiveRequestSchema>;

/** What the master answers: a browser is closed now, or cannot be. */
export const toArchiveWorkSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('request'), request: archiveRequestSchema }),
  z.strictObject({ kind: z.literal('closed'), name: sessionName }),
  z.strictObject({ kind: z.literal('not-closed'), name: sessionName, reason: z.string() }),
]);
export type ToArchiveWork = z.infer<typeof toArchiveWorkSchema>;

const backupReport = z.strictObject({
  file: z.string(),
  bytes: z.number(),
  encrypted: z.boolean(),
  sessions: z.array(
    z.strictObject({
      name: sessionName,
      profile: z.enum(['copied', 'skipped', 'none']),
      reason: z.string().nullable(),
      ownKey: z.boolean().optional(),
    }),
  ),
  keysLeftOut: z.array(z.string()),
  problem: z.string().nullable(),
  pruned: z.array(z.string()),
});

/** Why one of several was not packed or unpacked. */
const failure = z.strictObject({ ok: z.literal(false), code: z.string(), message: z.string() });
const digest = z.string().nullable();

export const fromArchiveWorkSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), step: z.string(), done: z.number(), total: z.number() }),
  /** Asks for a login's browser to be closed, and says when its login is copied or could not be. */
  z.strictObject({ kind: z.literal('close'), name: sessionName }),
  z.strictObject({ kind: z.literal('copied'), name: sessionName }),
  z.strictObject({ kind: z.literal('backed-up'), report: backupReport }),
  z.strictObject({ kind: z.literal('rewritten'), outcome: z.enum(['rewritten', 'removed', 'untouched']) }),
  z.strictObject({ kind: z.literal('login-packed'), bytes: z.number(), files: z.number(), ownKey: z.boolean() }),
  /** Its own AI key travels on here, and is written where keys lie by the master alone. */
  z.strictObject({
    kind: z.literal('login-unpacked'),
    madeAt: z.number(),
    host: z.string(),
    program: z.string(),
    stays: stays.nullable(),
    aiKey: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('belongings-packed'),
    bundles: z.array(
      z.strictObject({
        what,
        outcome: z.discriminatedUnion('ok', [
          z.strictObject({ ok: z.literal(true), bytes: z.number(), count: z.number(), digest }),
          failure,
        ]),
      }),
    ),
  }),
  z.strictObject({
    kind: z.literal('belongings-unpacked'),
    bundles: z.array(
      z.strictObject({
        what,
        outcome: z.discriminatedUnion('ok', [
          z.strictObject({ ok: z.literal(true), madeAt: z.number(), host: z.string(), digest, count: z.number() }),
          failure,
        ]),
      }),
    ),
  }),
  z.strictObject({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type FromArchiveWork = z.infer<typeof fromArchiveWorkSchema>;
