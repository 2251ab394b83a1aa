import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dropSendFiles } from '../../../home/send-files.ts';
import { eraseMentioningLines, otherLogs, removeSessionLogs } from '../../../log/erase-session.ts';
import { removeLogin, removeLoginArchives } from '../../../orchestrator/profile/login-archive.ts';
import { messageOf } from '../../../session/fleet-error.ts';
import { type Mentions, mentionsOf } from '../../../session/mentions.ts';
import { parseSessionName } from '../../../session/session-name.ts';
import { forgetAiKeys } from '../../../settings/ai-keys.ts';
import { forgetHookSecrets } from '../../../settings/hook-secrets.ts';
import { forgetToolSecrets } from '../../../settings/tool-secrets.ts';
import { eraseToldOfSession, forgetErasures, forgetReplicaName } from '../../../store/retention/erase-told.ts';
import { replicaNote } from '../purge-job.ts';
import type { PurgeContext, PurgeStep, PurgeSubject } from '../purge-steps.ts';

/** What an erased session left outside of its own rows: login, key, logs, and what others tell of it. */

const isSession: PurgeStep['of'] = ({ kind }) => kind === 'session';

const mentionsIn = ({ sessionName, sessionIds, knownAs }: PurgeSubject): Mentions =>
  mentionsOf(sessionName, [...sessionIds, ...knownAs]);

/** The profile itself went when the session was removed; a master that ended in between left it. */
export const loginStep: PurgeStep = {
  id: 'login',
  of: isSession,
  run: async ({ parts, subject, receipt }) => {
    const { paths, book } = parts;
    const name = parseSessionName(subject.sessionName);
    if (book.byName(name) === null) await removeLogin(paths, name);
    receipt.count('login-archives', removeLoginArchives(paths, name));
  },
};

/** Its bundles in Supabase Storage: of its login, its tools and its files. */
export const bundlesStep: PurgeStep = {
  id: 'login-bundles',
  of: isSession,
  run: async ({ parts, subject, receipt }) => {
    const notes: string[] = [];
    for (const id of subject.sessionIds) {
      const note = await parts.forgetLogin({ id, name: subject.sessionName }, subject.actor, { erased: true });
      if (note !== null) notes.push(note);
    }
    const [note] = notes;
    if (note !== undefined) receipt.leave({ what: 'login-bundle', file: null, until: null, note });
  },
};

export const ownKeyStep: PurgeStep = {
  id: 'own-key',
  of: isSession,
  run: async ({ parts, subject, receipt }) => {
    receipt.count(
      'keys',
      forgetAiKeys(parts.paths, subject.sessionIds) +
        forgetToolSecrets(parts.paths, subject.sessionIds) +
        forgetHookSecrets(parts.paths, subject.sessionIds),
    );
  },
};

/** What it could send. */
export const filesStep: PurgeStep = {
  id: 'files',
  of: isSession,
  run: async ({ parts, subject, receipt }) => {
    for (const id of subject.sessionIds)
      receipt.count('files', (await dropSendFiles(parts.paths, id, () => new Set())).length);
  },
};

export const toldStep: PurgeStep = {
  id: 'told',
  of: isSession,
  run: async function* ({ parts, subject, receipt, signal }: PurgeContext) {
    const { sessionName: name, sessionIds: ids } = subject;
    const told = eraseToldOfSession(
      parts.store.database,
      { name, ids, mentions: mentionsIn(subject) },
      { before: subject.at, signal, count: receipt.count },
    );
    for await (const _ of told) yield { done: 0, total: 0 };
  },
};

/** PM2's own log names each process that it starts and ends. */
const daemonLog = (directory: string): string => join(directory, 'pm2.log');

/** A log that cannot be read or written keeps the rest from nothing: it is named, for a person to look at. */
const eraseFromLog = async ({ receipt }: PurgeContext, file: string, mentions: Mentions): Promise<void> => {
  try {
    receipt.count('log-lines', await eraseMentioningLines(file, mentions));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    receipt.leave({
      what: 'log',
      file,
      until: null,
      note: `it could not be searched (${messageOf(error)}); remove it by hand`,
    });
  }
};

/** Its own logs go whole; from others its lines, also what was rotated away. */
export const logsStep: PurgeStep = {
  id: 'logs',
  of: isSession,
  run: async (context) => {
    const { parts, subject, receipt, signal } = context;
    const { paths } = parts;
    receipt.count('logs', removeSessionLogs(paths.logs, subject.sessionName));

    const mentions = mentionsIn(subject);
    for (const file of [...otherLogs(paths.logs, subject.sessionName), daemonLog(paths.pm2)]) {
      signal.throwIfAborted();
      await eraseFromLog(context, file, mentions);
    }
    receipt.leave({
      what: 'record',
      file: paths.database,
      until: null,
      note: 'only that it was erased: its name, when, by whom, and how much',
    });
  },
};

/** What was noted for a replica names customers: it goes when there is none, and by itself when the replica has erased them. */
export const forgetStep: PurgeStep = {
  id: 'forget-erasures',
  of: () => true,
  run: async ({ parts, subject, receipt, signal }) => {
    const { database } = parts.store;
    const replica = receipt.noted(replicaNote);
    const isGone =
      replica === 'erased' || (replica === undefined && (await forgetErasures(database, subject.sessionIds, signal)));
    if (isGone && subject.kind === 'session') forgetReplicaName(database, subject.sessionIds);
    if (!isGone && replica === undefined)
      receipt.leave({
        what: 'replica',
        file: null,
        until: null,
        note: 'Supabase was set up once and is not now: what it holds is erased when it is set up again, or by hand there',
      });
  },
};

/** Copies of a login that a restore set aside, of this session alone; what holds others, too, is named in the receipt. */
export const asideStep: PurgeStep = {
  id: 'aside',
  of: isSession,
  run: async ({ parts, subject, receipt }) => {
    const { tokens } = parts.paths;
    for (const entry of readdirSync(tokens).filter((one) => one.startsWith('.before-restore-'))) {
      const copy = join(tokens, entry, subject.sessionName);
      if (!existsSync(copy)) continue;

      await rm(copy, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
      receipt.count('logins-aside', 1);
    }
  },
};
