import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../store.ts';
import type { Values } from './page-rows.ts';

/**
 * What was under way in a session when it comes from another server: messages that wait for their answer, turns, parts that are not sent.
 * `whole`: that server had stopped it, and sent all that it knew before it gave it away, so what waits goes on waiting here. `in-doubt`: it
 * may have sent what it told nobody of, so nothing of it is sent by a machine again. `stays`: it is this server's own, and what is here is newer
 * than what stands there.
 */
export type Coming = 'whole' | 'in-doubt' | 'stays';

/** Where it is kept how a session that has arrived came, until its history is here. */
export const comingKey = (sessionId: string): string => `moving:${sessionId}`;
export const comingValue = { whole: 'whole', 'in-doubt': '1' } as const;
export const comingOf = (kept: string | null): Coming => (kept === comingValue.whole ? 'whole' : 'in-doubt');

/** Where it is kept that a session left this store whole, for another server. */
export const leftWholeKey = (sessionId: string): string => `left:${sessionId}`;

const movedReason = 'the session came from another server, and nobody can say whether this went out there';

export const isOpenMessage = (values: Values): boolean =>
  values['outcome'] === 'pending' || values['outcome'] === 'held';
export const isOpenPart = (values: Values): boolean => values['status'] === 'queued' || values['status'] === 'sending';

/** How a row stands; who it belongs to and where it lies is each store's own. */
const standing = {
  turns: ['outcome', 'finished_at', 'reason_code', 'reason', 'raw_answer', 'filtered', 'parts', 'attempts', 'steps'],
  outbox: ['status', 'message_id', 'life', 'attempts', 'lookups', 'reason', 'ack', 'sending_at', 'done_at', 'sent_to'],
  messages: ['outcome', 'outcome_code', 'outcome_reason', 'outcome_at', 'pending_since', 'held_until'],
} as const;

export const lostTurn = (now: EpochMs): Values => ({
  outcome: 'interrupted',
  finished_at: now,
  reason_code: 'moved',
  reason: movedReason,
});
export const lostPart = (now: EpochMs): Values => ({ status: 'unknown', reason: movedReason, done_at: now });
export const lostMessage = (now: EpochMs): Values => ({
  outcome: 'unknown',
  outcome_code: 'moved',
  outcome_reason: movedReason,
  outcome_at: now,
  held_until: null,
});

/** A part that was being sent may have gone out whoever stopped it. */
export const staysPart = (values: Values, coming: Coming): boolean =>
  coming === 'whole' && values['status'] === 'queued';

const turnsInDoubt = `SELECT id FROM turns WHERE session_id = ? AND finished_at IS NULL
  AND EXISTS (SELECT 1 FROM outbox o WHERE o.turn_id = turns.id AND o.status = 'unknown')`;
const partsLeft = `SELECT id FROM outbox WHERE turn_id = ? AND status = 'queued'`;
const waitingFor = `SELECT seq, conversation_id AS conversation, at FROM messages
  WHERE turn_id = ? AND sender = 'customer' AND outcome IN ('pending', 'held') ORDER BY seq`;
interface Waiting {
  readonly seq: number;
  readonly conversation: number;
  readonly at: EpochMs;
}

/** Brings rows of this store to how they stand elsewhere. */
export const createOpenRows = (store: Store, now: () => EpochMs) => {
  const { database } = store;

  const set = (table: keyof typeof standing, id: number, values: Values): void => {
    const names = Object.keys(values);
    const key = table === 'messages' ? 'seq' : 'id';
    database.run(
      `UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE ${key} = ?`,
      ...Object.values(values),
      id,
    );
  };
  const standingOf = (table: keyof typeof standing, values: Values): Values =>
    Object.fromEntries(standing[table].map((name) => [name, values[name] ?? null]));

  /** A customer who waited when his session came over: a person sees him until somebody answers. */
  const leave = (sessionId: string, conversationId: number, since: EpochMs): void => {
    store.silences.leave({ sessionId, conversationId, since, code: 'moved', reason: movedReason }, now());
  };

  return {
    leave,

    /** Of a row that was open here when the session went away: as it stands there. Its id when it became something else here than it is there. */
    settleTurn: (id: number, values: Values, coming: Coming): number | null => {
      const isOpen = database.get('SELECT 1 FROM turns WHERE id = ? AND finished_at IS NULL', id) !== undefined;
      if (!isOpen || coming === 'stays') return null;

      const isKnown = values['finished_at'] !== null || coming === 'whole';
      set('turns', id, isKnown ? standingOf('turns', values) : lostTurn(now()));
      return isKnown ? null : id;
    },
    settlePart: (id: number, values: Values, coming: Coming): number | null => {
      const here = database.get<{ status: string }>('SELECT status FROM outbox WHERE id = ?', id);
      if (here === undefined || !isOpenPart({ status: here.status }) || coming === 'stays') return null;

      const isKnown = !isOpenPart(values) || (staysPart(values, coming) && here.status === 'queued');
      set('outbox', id, isKnown ? standingOf('outbox', values) : lostPart(now()));
      return isKnown ? null : id;
    },
    settleMessage: (
      at: {
        readonly sessionId: string;
        readonly conversation: number;
        readonly key: string;
        readonly turn: number | null;
      },
      values: Values,
      coming: Coming,
    ): number | null => {
      const here = database.get<{ seq: number; outcome: string; at: number }>(
        'SELECT seq, outcome, at FROM messages WHERE session_id = ? AND message_key = ?',
        at.sessionId,
        at.key,
      );
      if (here === undefined || !isOpenMessage({ outcome: here.outcome }) || coming === 'stays') return null;

      const isKnown = !isOpenMessage(values) || coming === 'whole';
      set('messages', here.seq, isKnown ? { ...standingOf('messages', values), turn_id: at.turn } : lostMessage(now()));
      if (isKnown) return null;
      leave(at.sessionId, at.conversation, here.at);
      return here.seq;
    },

    /**
     * Of a session that another server took: it answered who waited here, and did not know what this one was about to send. Nothing of that
     * goes out, however the session comes back.
     */
    abandonParts: (sessionId: string): void =>
      database.transaction(() => {
        const parts = database.all<{ id: number }>(
          `SELECT id FROM outbox WHERE session_id = ? AND status IN ('queued', 'sending')`,
          sessionId,
        );
        for (const { id } of parts) set('outbox', id, { ...lostPart(now()), updated_at: now() });
      }),

    /**
     * Of a session that came whole: a part that was being sent may have gone out, and with it its turn is in doubt. What is left of that turn
     * does not go out, and its customer is a person's.
     */
    settleDoubt: (sessionId: string): void =>
      database.transaction(() => {
        for (const { id } of database.all<{ id: number }>(turnsInDoubt, sessionId)) {
          const changed = { updated_at: now() };
          for (const part of database.all<{ id: number }>(partsLeft, id))
            set('outbox', part.id, { ...lostPart(now()), status: 'dropped', ...changed });
          for (const { seq, conversation, at } of database.all<Waiting>(waitingFor, id)) {
            set('messages', seq, { ...lostMessage(now()), ...changed });
            leave(sessionId, conversation, at);
          }
          set('turns', id, { ...lostTurn(now()), ...changed });
        }
      }),
  };
};

/** Since when something of a session is open here, by the time that the pages of each table are ordered by; null: nothing is. */
export const oldestOpen = ({ database }: Store, sessionId: string) => {
  const least = (query: string): EpochMs | null => database.get<{ at: number | null }>(query, sessionId)?.at ?? null;
  return {
    turns: least('SELECT min(started_at) AS at FROM turns WHERE session_id = ? AND finished_at IS NULL'),
    outbox: least(`SELECT min(created_at) AS at FROM outbox WHERE session_id = ? AND status IN ('queued', 'sending')`),
    messages: least(
      `SELECT min(stored_at) AS at FROM messages WHERE session_id = ? AND outcome IN ('pending', 'held')`,
    ),
  };
};
