import { existsSync, rmSync } from 'node:fs';
import { isSessionName } from '../../../session/session-name.ts';
import type { FoundCustomer } from '../../../store/retention/erase-customer.ts';
import { caseFilePath, removeCases } from '../../rehearsal/case-file.ts';
import type { PurgeStep } from '../purge-steps.ts';

/** Cases that were made of what an erased customer wrote. Names and numbers were taken out of them; his words go, too. */
export const casesStep: PurgeStep = {
  id: 'cases',
  of: () => true,
  // Before his turns are gone: by them a case is known whose chat became one with another.
  whileStopped: true,
  run: async ({ parts, subject, receipt }) => {
    const { paths, store } = parts;
    const { sessionName: name } = subject;
    if (!isSessionName(name)) return;
    const path = caseFilePath(paths, name);
    if (!existsSync(path)) return;

    if (subject.kind === 'session') {
      rmSync(path);
      receipt.count('case-files', 1);
      return;
    }
    const found = receipt.noted('found') as Readonly<Record<string, FoundCustomer>>;
    const chats = new Set(Object.values(found).flatMap(({ conversationIds }) => conversationIds));
    const chatOfTurn = (turn: number): number | null =>
      store.database.get<{ id: number }>('SELECT conversation_id AS id FROM turns WHERE id = ?', turn)?.id ?? null;
    try {
      const removed = await removeCases(paths, name, ({ turn, chat }) => {
        const now = turn === null ? null : chatOfTurn(turn);
        return (chat !== null && chats.has(chat)) || (now !== null && chats.has(now));
      });
      receipt.count('cases', removed);
    } catch {
      receipt.leave({
        what: 'cases',
        file: path,
        until: null,
        note: 'it could not be read: take out by hand what was made of this customer',
      });
    }
  },
};
