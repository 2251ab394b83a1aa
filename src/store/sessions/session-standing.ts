import type { StoredRestriction } from '../../session/restriction.ts';
import type { SessionState } from '../../session/session-state.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { createHookNotes } from '../hooks/hook-notes.ts';

export interface StateChange {
  readonly state: SessionState;
  readonly since: EpochMs;
  readonly reasonCode: string | null;
  readonly reason: string | null;
}

/** However often a person asks, WhatsApp is not asked sooner than this after it refused. */
const soonestMs = 30_000;

/** Another reason for the same state is no move. A QR code itself is told to nobody: whoever has it links a phone. */
const noteMove = (
  database: Database,
  id: string,
  { state, since: at, reasonCode: code, reason }: StateChange,
): void => {
  const before = database.get<{ state: string }>('SELECT state FROM sessions WHERE id = ?', id)?.state ?? null;
  if (before === state) return;
  const note = createHookNotes(database);
  note({ sessionId: id, type: 'session.state', at, subject: null, facts: { state, before, code, reason } });
  if (state === 'qr') note({ sessionId: id, type: 'session.qr_needed', at, subject: null, facts: {} });
};

/** What was seen of a session, not what is wanted: its revision stays. */
export const createSessionStanding = (database: Database) => ({
  /** What was seen, not what is wanted: the revision stays. `connected` also keeps since when. */
  setState: (id: string, change: StateChange): void =>
    database.transaction(() => {
      noteMove(database, id, change);
      database.run(
        `UPDATE sessions SET state = ?1, state_since = ?2, reason_code = ?3, reason = ?4,
           connected_since = CASE WHEN ?1 = 'connected' THEN coalesce(connected_since, ?2) WHEN ?1 = 'stopped' OR ?1 = 'logged_out' THEN NULL ELSE connected_since END
         WHERE id = ?5`,
        change.state,
        change.since,
        change.reasonCode,
        change.reason,
        id,
      );
    }),

  /**
   * It lives on another server from now on, and nothing here wants to run it. No change of its configuration: that is its new server's, and
   * a revision of ours beside one of theirs would lose theirs.
   */
  leave: (id: string): void => {
    database.run("UPDATE sessions SET desired_state = 'stopped' WHERE id = ?", id);
  },

  /** Called by the worker when a phone links; the first link's time is kept until the session is reset. */
  setAccount: (
    id: string,
    account: { phone: string; lid: string | null; pushName: string | null },
    now: EpochMs,
  ): void => {
    database.run(
      'UPDATE sessions SET phone = ?, lid = ?, push_name = ?, first_linked_at = coalesce(first_linked_at, ?) WHERE id = ?',
      account.phone,
      account.lid,
      account.pushName,
      now,
      id,
    );
  },

  /** After a logout or reset: a new link starts a new history limit. */
  clearAccount: (id: string): void => {
    database.run(
      'UPDATE sessions SET phone = NULL, lid = NULL, push_name = NULL, first_linked_at = NULL, connected_since = NULL, restriction = NULL WHERE id = ?',
      id,
    );
  },

  /** WhatsApp refuses what this number sends; null: it takes messages again. */
  setRestriction: (id: string, restriction: StoredRestriction | null): void => {
    database.run(
      'UPDATE sessions SET restriction = ? WHERE id = ?',
      restriction === null ? null : JSON.stringify(restriction),
      id,
    );
  },

  /** A person wants to know whether WhatsApp takes messages again: the next careful try is due. */
  tryRestrictionNow: (id: string, now: EpochMs): void => {
    database.run(
      `UPDATE sessions SET restriction = json_set(restriction, '$.nextTryAt', max(?1, json_extract(restriction, '$.askedAt') + ${soonestMs}))
         WHERE id = ?2 AND json_extract(restriction, '$.nextTryAt') > max(?1, json_extract(restriction, '$.askedAt') + ${soonestMs})`,
      now,
      id,
    );
  },

  setPort: (id: string, port: number | null): void => {
    database.run('UPDATE sessions SET port = ? WHERE id = ?', port, id);
  },

  countRestart: (id: string): void => {
    database.run('UPDATE sessions SET restarts = restarts + 1 WHERE id = ?', id);
  },
});
