import { logSalt, logSaltFile } from '../../../log/log-salt.ts';
import { phoneTag } from '../../../log/redact.ts';
import { parsePhone, phoneSpellings } from '../../../session/phone.ts';
import { plainText } from '../../../session/plain-text.ts';
import { markErased } from '../../../store/guards.ts';
import { emptyLog } from '../../../store/retention/empty-log.ts';
import type { FoundCustomer } from '../../../store/retention/erase-customer.ts';
import { marksNote, receiptNote } from '../purge-job.ts';
import type { PurgeContext, PurgeProgress, PurgeStep } from '../purge-steps.ts';

/** What a purge erases from the store. */

/** Shorter names stand in too many lines. */
const shortestName = 3;

const isSession: PurgeStep['of'] = ({ kind }) => kind === 'session';
const isCustomer: PurgeStep['of'] = ({ kind }) => kind === 'customer';

/** What texts may call the customer: numbers in every spelling, chat ids' digits, names, and the tags that logs have instead. */
const marksOf = ({ parts, subject }: PurgeContext): readonly string[] => {
  const { store, paths } = parts;
  const who = subject.who ?? '';
  const salt = logSalt(logSaltFile(paths.data));
  const marks = new Set<string>();
  const mark = (digits: string): void => {
    marks.add(phoneTag(salt, digits));
    marks.add(digits);
  };

  const number = who.includes('@') ? null : (parsePhone(who) ?? who);
  if (number !== null) for (const form of phoneSpellings(number)) mark(form);
  for (const id of subject.sessionIds) {
    for (const { chatId, name } of store.conversations.byPhone(id, who)) {
      const digits = /^(\d{8,20})@/.exec(chatId)?.[1];
      if (digits !== undefined) mark(digits);
      if (name !== null && name.trim().length >= shortestName) marks.add(plainText(name.trim()));
    }
  }
  return [...marks];
};

/** Looks up all that the customer is known by, once, and before anything of it is gone. */
export const findStep: PurgeStep = {
  id: 'find',
  of: isCustomer,
  whileStopped: true,
  run: async (context) => {
    const { parts, subject, receipt } = context;
    const { store } = parts;
    const who = subject.who ?? '';
    const found = subject.sessionIds.map((id) => [id, store.retention.findCustomer(id, who)] as const);
    store.database.transaction(() => {
      for (const [id, { chatIds }] of found) markErased(store.database, id, { phone: who, chatIds }, parts.now());
      receipt.note(marksNote, marksOf(context));
      receipt.note('found', Object.fromEntries(found));
    });
  },
};

export const customerStep: PurgeStep = {
  id: 'customer',
  of: isCustomer,
  whileStopped: true,
  run: async function* ({ parts, subject, receipt, signal }): AsyncGenerator<PurgeProgress> {
    const found = receipt.noted('found') as Readonly<Record<string, FoundCustomer>>;
    for (const [id, customer] of Object.entries(found))
      yield* parts.store.retention.eraseCustomer({ id, name: subject.sessionName }, customer, {
        now: subject.at,
        signal,
        count: receipt.count,
      });
  },
};

export const historyStep: PurgeStep = {
  id: 'history',
  of: isSession,
  run: async function* ({ parts, subject, receipt, signal }): AsyncGenerator<PurgeProgress> {
    for (const id of subject.sessionIds)
      yield* parts.store.retention.eraseSession(
        { id, name: subject.sessionName },
        { now: subject.at, signal, count: receipt.count },
      );
  },
};

/** That it was done, without who it was; written once. */
export const receiptStep: PurgeStep = {
  id: 'receipt',
  of: isCustomer,
  run: async ({ parts, subject, receipt }) => {
    if (receipt.noted(receiptNote) !== undefined) return;
    const { store } = parts;
    const counts = {
      conversations: receipt.counted('conversations'),
      messages: receipt.counted('messages'),
      turns: receipt.counted('turns'),
      parts: receipt.counted('parts'),
    };
    store.database.transaction(() => {
      const [id = ''] = subject.sessionIds.slice(-1);
      const session = { id, name: subject.sessionName };
      const number = store.retention.writeReceipt(session, subject.who ?? '', counts, subject.actor, subject.at);
      receipt.note(receiptNote, number);
    });
  },
};

/** Old pages of the rows that are gone leave the write-ahead log; in the database itself they are overwritten already. */
export const overwriteStep: PurgeStep = {
  id: 'overwrite',
  of: () => true,
  run: async ({ parts, signal }) => {
    if (await emptyLog(parts.checkpointer, signal)) return;
    parts.log.warn('something reads the store all the time: its log is emptied later by itself');
  },
};
