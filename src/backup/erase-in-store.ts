import { FleetError } from '../session/fleet-error.ts';
import { mentionsOf } from '../session/mentions.ts';
import { parseSessionName } from '../session/session-name.ts';
import type { EpochMs } from '../session/units.ts';
import { openDatabase } from '../store/database.ts';
import { markErased } from '../store/guards.ts';
import { emptyLog } from '../store/retention/empty-log.ts';
import { eraseToldOfSession } from '../store/retention/erase-told.ts';
import { type Store, storeOn } from '../store/store.ts';

/** Who is erased from an archive: a customer of a session, or a session with all that was said in it. */
export interface ArchiveErasure {
  readonly sessionName: string;
  readonly sessionIds: readonly string[];
  /** How others may tell of the session, beside its name. */
  readonly knownAs: readonly string[];
  /** The customer: digits with country code, or a chat id; null: the whole session. */
  readonly who: string | null;
  readonly at: EpochMs;
}

const drain = async (work: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of work);
};

/** Rows that were changed through this store since it was opened: also a sentence that names the customer is one. */
const changesOf = (store: Store): number => store.database.get<{ n: number }>('SELECT total_changes() AS n')?.n ?? 0;

const eraseCustomer = async (
  store: Store,
  { sessionName, at }: ArchiveErasure,
  who: string,
  ids: readonly string[],
): Promise<number> => {
  let erased = 0;
  for (const id of ids) {
    const found = store.retention.findCustomer(id, who);
    // A fleet that is restored from it takes nothing of theirs from the phone again.
    markErased(store.database, id, { phone: who, chatIds: found.chatIds }, at);
    const before = changesOf(store);
    await drain(store.retention.eraseCustomer({ id, name: sessionName }, found, { now: at }));
    erased += changesOf(store) - before;
  }
  return erased;
};

const eraseSession = async (store: Store, erasure: ArchiveErasure, ids: readonly string[]) => {
  const { sessionName: name, at } = erasure;
  let erased = 0;
  const count = (_what: string, howMany: number): void => {
    erased += howMany;
  };
  for (const id of ids) {
    if (store.sessions.byId(id) !== null) erased += 1;
    store.sessions.remove(id, at);
    await drain(store.retention.eraseSession({ id, name }, { now: at, count }));
  }
  const mentions = mentionsOf(name, [...ids, ...erasure.knownAs]);
  await drain(
    eraseToldOfSession(
      store.database,
      { name, ids, mentions },
      { before: at, signal: new AbortController().signal, count },
    ),
  );
  return erased;
};

/** Erases in the store at `path`, which nobody else has open; how many rows went. Nothing of them is left in the file. */
export const eraseInStore = async (path: string, erasure: ArchiveErasure): Promise<number> => {
  // Without the mark that a fleet's own store has beside it.
  const store = storeOn(openDatabase(path));
  try {
    const name = parseSessionName(erasure.sessionName);
    const own = store.sessions.get(name)?.id;
    const ids = [
      ...new Set([
        ...erasure.sessionIds,
        ...(own === undefined ? [] : [own]),
        ...store.conversations.sessionIdsOfName(name),
      ]),
    ];
    const { who } = erasure;
    const erased =
      who === null ? await eraseSession(store, erasure, ids) : await eraseCustomer(store, erasure, who, ids);
    if (!(await emptyLog(store.database)))
      throw new FleetError('unavailable', 'something else has it open. Try again later.');
    return erased;
  } finally {
    store.close();
  }
};
