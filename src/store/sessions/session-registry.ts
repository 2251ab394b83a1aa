import { randomUUID } from 'node:crypto';
import type { Failover } from '../../session/failover.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { SessionConfig } from '../../session/session-config.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { DesiredState } from '../../session/session-state.ts';
import type { EpochMs } from '../../session/units.ts';
import type { RepliesMode } from '../../session/verdict.ts';
import { addTombstone } from '../changes.ts';
import type { Database } from '../database.ts';
import type { InstructionsStore } from './instructions-store.ts';
import { type SessionRow, type StoredSession, sessionFromRow } from './session-rows.ts';

export interface NewSession {
  readonly name: SessionName;
  readonly label: string;
  readonly engine: StoredSession['engine'];
  readonly expectedPhone: string | null;
  readonly config: SessionConfig;
  readonly instructions: string | null;
  readonly author: string;
}

/** What may change; a key that is absent stays. */
export interface SessionChanges {
  readonly label?: string;
  readonly expectedPhone?: string | null;
  readonly desiredState?: DesiredState;
  readonly replies?: RepliesMode;
  readonly failover?: Failover;
  readonly config?: SessionConfig;
}

/** What sessions there are, and what is wanted of each. */
export const createSessionRegistry = (
  database: Database,
  { addInstructions }: Pick<InstructionsStore, 'addInstructions'>,
) => {
  const get = (name: SessionName): StoredSession | null => {
    const row = database.get<SessionRow>('SELECT * FROM sessions WHERE name = ?', name);
    return row === undefined ? null : sessionFromRow(row);
  };
  const byId = (id: string): StoredSession | null => {
    const row = database.get<SessionRow>('SELECT * FROM sessions WHERE id = ?', id);
    return row === undefined ? null : sessionFromRow(row);
  };
  const existing = (id: string): StoredSession => {
    const session = byId(id);
    if (session === null) throw new FleetError('no-such-session', 'this session is gone. See: zap-fleet ls');
    return session;
  };

  return {
    get,
    byId,
    list: (): StoredSession[] => database.all<SessionRow>('SELECT * FROM sessions ORDER BY name').map(sessionFromRow),

    /** Throws `already-exists`. */
    create: (session: NewSession, now: EpochMs): StoredSession =>
      database.transaction(() => {
        if (get(session.name) !== null) {
          throw new FleetError(
            'already-exists',
            `a session named ${session.name} exists already. Choose another name.`,
          );
        }
        const id = randomUUID();
        database.run(
          `INSERT INTO sessions (id, name, label, engine, expected_phone, state_since, ai_config, timing_config, filters, created_at, updated_at)
           VALUES (?,?,?,?,?,?,?,?,?,?,?)`,
          id,
          session.name,
          session.label,
          session.engine,
          session.expectedPhone,
          now,
          JSON.stringify(session.config.ai),
          JSON.stringify(session.config.timing),
          JSON.stringify(session.config.filters),
          now,
          now,
        );
        if (session.instructions !== null) addInstructions(id, session.instructions, session.author, now);
        return existing(id);
      }),

    /** A change by a person (or Supabase): the revision rises by one. */
    change: (id: string, changes: SessionChanges, now: EpochMs): StoredSession =>
      database.transaction(() => {
        const old = existing(id);
        const next = { ...old, ...changes };
        database.run(
          `UPDATE sessions SET label = ?, expected_phone = ?, desired_state = ?, replies = ?, failover = ?, ai_config = ?, timing_config = ?, filters = ?,
             revision = revision + 1, updated_at = ? WHERE id = ?`,
          next.label,
          next.expectedPhone,
          next.desiredState,
          next.replies,
          next.failover,
          JSON.stringify(next.config.ai),
          JSON.stringify(next.config.timing),
          JSON.stringify(next.config.filters),
          now,
          id,
        );
        return existing(id);
      }),

    /** Removes the session and its configuration. Conversations stay unless they are purged by their own store. */
    remove: (id: string, now: EpochMs = Date.now()): void =>
      database.transaction(() => {
        if (database.run('DELETE FROM sessions WHERE id = ?', id).changes > 0)
          addTombstone(database, 'session', id, id, now);
      }),
  };
};
