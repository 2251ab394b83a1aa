import { logSalt, logSaltFile } from '../../log/log-salt.ts';
import { phoneTag } from '../../log/redact.ts';
import type { MethodsOf } from '../../orchestrator/door/handlers.ts';
import type { SessionEraser } from '../../orchestrator/door/removal-methods.ts';
import { refuseWhileBusy } from '../../orchestrator/door/session-waits.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { formatPhone, parsePhone, phoneProblem, phoneSpellings } from '../../session/phone.ts';
import { plainText } from '../../session/plain-text.ts';
import { erasureSchema, purgeReceipt } from '../../session/purge-receipt.ts';
import type { StoredSession } from '../../store/sessions/session-rows.ts';
import type { MasterParts } from '../open-parts.ts';
import { allPurgeSteps, type PurgeSources } from './all-purge-steps.ts';
import { createPurgeJob } from './purge-job.ts';
import type { PurgeStep, PurgeSubject } from './purge-steps.ts';

/** What is promised with `delete --purge` and `purge`: written into the store at once, and kept by a job however often the master ends. */

/**
 * How logs and events call it beside its name: numbers as they are written, and the tags that stand for them. Not its label: `Loja` stands
 * in what is told of others.
 */
const knownAs = (stored: StoredSession, salt: Uint8Array): readonly string[] => {
  const numbers = [stored.phone, stored.expectedPhone].filter((number) => number !== null);
  const spelled = numbers.flatMap((number) => phoneSpellings(number));
  const digits = stored.lid === null ? spelled : [...spelled, stored.lid.replace(/\D.*$/, '')];

  return [...new Set([...digits, ...digits.map((one) => phoneTag(salt, one)), ...spelled.map(formatPhone)])];
};

export const createSessionEraser = ({ store, jobs, paths, now }: MasterParts): SessionEraser => ({
  begin: (session, { actor, backups }) => {
    const { id, name } = session.stored;
    const subject: PurgeSubject = {
      kind: 'session',
      sessionName: name,
      // A name that was given anew: what its sessions before have left goes, too.
      sessionIds: [...new Set([id, ...store.conversations.sessionIdsOfName(name)])],
      knownAs: knownAs(session.stored, logSalt(logSaltFile(paths.data))),
      who: null,
      backups,
      actor,
      at: now(),
    };
    // Removed and promised in one: whoever is killed after this has a session that is gone and a job that erases what it left.
    return store.database.transaction(() => {
      store.sessions.remove(id);
      return jobs.add({ kind: 'delete', args: { ...subject }, actor }).id;
    });
  },
  ended: async (job) => erasureSchema.parse(await jobs.ended(job)),
});

export const createPurgeMethods = (parts: MasterParts): MethodsOf<'purge'> => {
  const { store, book, jobs, now } = parts;

  return {
    purge: async ({ name, phone, backups, actor }) => {
      const isChatId = phone.includes('@');
      const number = isChatId ? null : parsePhone(phone);
      if (!isChatId && number === null) throw new FleetError('usage', plainText(phoneProblem(phone) ?? ''));

      const session = book.byName(name);
      // A session that was deleted may have left its history.
      const ids = session === null ? store.conversations.sessionIdsOfName(name) : [session.stored.id];
      if (ids.length === 0) book.get(name);
      if (session !== null) refuseWhileBusy(session);

      const subject: PurgeSubject = {
        kind: 'customer',
        sessionName: name,
        sessionIds: ids,
        knownAs: [],
        who: number ?? phone,
        backups: backups === true,
        actor: actor ?? 'you',
        at: now(),
      };
      const job = jobs.add({ kind: 'purge', args: { ...subject }, actor: subject.actor });
      return purgeReceipt(subject, erasureSchema.parse(await jobs.ended(job.id)));
    },
  };
};

/** Tells the job runner how erasures are done, and the event log when one was. */
export const serveErasures = (parts: MasterParts, sources: PurgeSources): void => {
  const steps: readonly PurgeStep[] = allPurgeSteps(sources);
  const { book, jobs } = parts;

  jobs.serve(
    createPurgeJob('delete', parts, steps, ({ sessionName, actor }, { erased, left }) =>
      book.record(null, {
        level: 'info',
        kind: 'session-erased',
        text: `${sessionName} was erased with ${erased['messages'] ?? 0} messages`,
        evidence: { session: sessionName, ...erased, left: left.length },
        actor,
      }),
    ),
  );
  jobs.serve(
    createPurgeJob('purge', parts, steps, (subject, result) => {
      const receipt = purgeReceipt(subject, result);
      book.record(book.byName(subject.sessionName), {
        level: 'info',
        kind: 'customer-erased',
        text: `a customer was erased, receipt ${receipt.receiptId}`,
        evidence: {
          receiptId: receipt.receiptId,
          conversations: receipt.conversations,
          messages: receipt.messages,
          logLines: receipt.logLines,
          archives: receipt.archives.length,
          replica: receipt.replica,
        },
        actor: subject.actor,
      });
    }),
  );
};
