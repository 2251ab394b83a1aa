import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { backupKind } from '../backup/backup-format.ts';
import type { HomePaths } from '../home/home-paths.ts';
import { eraseLines } from '../log/erase-lines.ts';
import { logSalt, logSaltFile } from '../log/log-salt.ts';
import { phoneTag } from '../log/redact.ts';
import type { FleetParts } from '../orchestrator/door/fleet-parts.ts';
import type { MethodsOf } from '../orchestrator/door/handlers.ts';
import { keepArchivesFor } from '../orchestrator/profile/login-archive.ts';
import { FleetError } from '../session/fleet-error.ts';
import { parsePhone, phoneProblem, phoneSpellings } from '../session/phone.ts';
import { plainText } from '../session/plain-text.ts';
import type { PurgeResult } from '../session/records.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { markErased } from '../store/guards.ts';
import type { ErasedCustomer } from '../store/retention.ts';
import { whileStopped } from './while-closed.ts';

/** `purge`: erases one customer of a session from store, logs and turns, and says which archives still hold them until when. */

/** Shorter names stand in too many lines. */
const shortestName = 3;
/** The person waits for the receipt; an absent replica does it later by itself. */
const replicaWithin: Milliseconds = 10_000;

/** Every archive that was made while the customer was known; a session's own backups are removed by hand only. */
const archivesOf = (
  parts: FleetParts,
  sessionName: string,
  upcoming: (count: number) => readonly EpochMs[],
): PurgeResult['archives'] => {
  const { paths, settings } = parts;
  const entries = readdirSync(paths.backups).sort().reverse();
  const fleet = entries.filter((entry) => backupKind(entry) === 'fleet');
  const runs = upcoming(settings.BACKUP_KEEP);
  const archives = entries.flatMap((entry) => {
    const file = join(paths.backups, entry);
    const index = fleet.indexOf(entry);
    // The newest stays until BACKUP_KEEP newer ones were made, the one before until one less.
    if (index !== -1) return [{ file, expiresAt: runs[Math.max(0, settings.BACKUP_KEEP - index - 1)] ?? null }];
    if (backupKind(entry) === `session-${sessionName}` || entry.startsWith('before-restore-'))
      return [{ file, expiresAt: null }];
    if (new RegExp(`^login-${sessionName}-\\d{8}T\\d{6}Z\\.tar\\.gz$`).test(entry))
      return [{ file, expiresAt: statSync(file).mtimeMs + keepArchivesFor }];
    return [];
  });
  const aside = readdirSync(paths.tokens).filter((entry) => entry.startsWith('.before-restore-'));
  return [...archives, ...aside.map((entry) => ({ file: join(paths.tokens, entry), expiresAt: null }))];
};

const eraseFromLogs = async (paths: HomePaths, sessionName: string, marks: readonly string[]): Promise<number> => {
  const isTheirs = (entry: string): boolean =>
    new RegExp(`^(?:${sessionName}|${sessionName}\\.out|master)\\.log(?:\\.\\d+)?$`).test(entry);
  let lines = 0;
  for (const entry of readdirSync(paths.logs).filter(isTheirs))
    lines += await eraseLines(join(paths.logs, entry), (line) => marks.some((mark) => line.includes(mark)));
  return lines;
};

export const createPurgeMethods = (
  parts: FleetParts,
  options: {
    readonly upcomingBackups: (count: number) => readonly EpochMs[];
    /** Whether what was erased here is erased in the replica by then; null: there is none. */
    readonly replicaErased: (within: Milliseconds) => Promise<boolean | null>;
  },
): MethodsOf<'purge'> => {
  const { paths, store, book, now } = parts;

  return {
    purge: async ({ name, phone, actor }) => {
      const isChatId = phone.includes('@');
      const number = isChatId ? null : parsePhone(phone);
      if (!isChatId && number === null) {
        throw new FleetError('usage', plainText(phoneProblem(phone) ?? ''));
      }
      const session = book.byName(name);
      // A session that was deleted may have left its history.
      const ids = session === null ? store.conversations.sessionIdsOfName(name) : [session.stored.id];
      if (ids.length === 0) book.get(name);
      const at = now();
      const who = number ?? phone;

      const erase = async (): Promise<Omit<PurgeResult, 'replica'>> => {
        const marks = new Set<string>();
        const salt = logSalt(logSaltFile(paths.data));
        const mark = (digits: string): void => {
          marks.add(phoneTag(salt, digits));
          marks.add(digits);
        };
        if (number !== null) for (const form of phoneSpellings(number)) mark(form);
        const erased: ErasedCustomer[] = ids.map((id) => {
          const chats = store.conversations.byPhone(id, who);
          for (const { chatId, name: called } of chats) {
            const digits = /^(\d{8,20})@/.exec(chatId)?.[1];
            if (digits !== undefined) mark(digits);
            if (called !== null && called.trim().length >= shortestName) marks.add(plainText(called.trim()));
          }
          markErased(store.database, id, { phone: who, chatIds: chats.map(({ chatId }) => chatId) }, at);
          return store.retention.purgeCustomer({ id, name }, who, actor ?? 'you', at);
        });
        const sum = (of: (one: ErasedCustomer) => number): number => erased.reduce((total, one) => total + of(one), 0);
        const archives = archivesOf(parts, name, options.upcomingBackups);
        return {
          receiptId: erased.at(-1)?.receiptId ?? 0,
          at,
          sessionName: name,
          conversations: sum((one) => one.conversations),
          messages: sum((one) => one.messages),
          turns: sum((one) => one.turns),
          parts: sum((one) => one.parts),
          logLines: await eraseFromLogs(paths, name, [...marks]),
          archives,
          lastExpiresAt: archives.reduce<EpochMs | null>(
            (last, { expiresAt }) => (expiresAt === null ? last : Math.max(last ?? 0, expiresAt)),
            null,
          ),
        };
      };
      // A bot in the middle of an answer to them would write it into the store after all.
      const here = session === null ? await erase() : await whileStopped(parts, session, erase);
      const there = await options.replicaErased(replicaWithin);
      const result: PurgeResult = { ...here, replica: there === null ? 'none' : there ? 'erased' : 'waits' };
      book.record(session, {
        level: 'info',
        kind: 'customer-erased',
        text: `a customer was erased, receipt ${result.receiptId}`,
        evidence: {
          receiptId: result.receiptId,
          conversations: result.conversations,
          messages: result.messages,
          logLines: result.logLines,
          archives: result.archives.length,
          replica: result.replica,
        },
        actor: actor ?? 'you',
      });
      return result;
    },
  };
};
