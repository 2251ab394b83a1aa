import { randomUUID } from 'node:crypto';
import { FleetError } from '../session/fleet-error.ts';
import {
  aiConfigSchema,
  filtersSchema,
  firstIssue,
  type SessionConfig,
  timingConfigSchema,
} from '../session/session-config.ts';
import type { SessionName } from '../session/session-name.ts';
import type { DesiredState, SessionState } from '../session/session-state.ts';
import type { EpochMs } from '../session/units.ts';
import type { RepliesMode } from '../session/verdict.ts';
import { addTombstone } from './changes.ts';
import type { Database } from './database.ts';

/** A session as it lasts: what was asked for, what was last seen, and how it is configured. */
export interface StoredSession {
  readonly id: string;
  readonly name: SessionName;
  readonly label: string;
  readonly engine: 'wppconnect' | 'simulated';
  readonly expectedPhone: string | null;
  readonly desiredState: DesiredState;
  readonly state: SessionState;
  readonly stateSince: EpochMs;
  readonly reasonCode: string | null;
  readonly reason: string | null;
  /** Digits of the number linked last. */
  readonly phone: string | null;
  readonly lid: string | null;
  readonly pushName: string | null;
  /** Nothing older than this is ever answered. */
  readonly firstLinkedAt: EpochMs | null;
  readonly connectedSince: EpochMs | null;
  readonly port: number | null;
  readonly replies: RepliesMode;
  readonly config: SessionConfig;
  readonly instructionsVersion: number | null;
  readonly restarts: number;
  readonly homeNode: string | null;
  /** Rises with every change that a person or Supabase makes; states do not count. */
  readonly revision: number;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

export interface StoredInstructions {
  readonly version: number;
  readonly text: string;
  readonly author: string;
  readonly createdAt: EpochMs;
}

interface Row {
  id: string;
  name: string;
  label: string;
  engine: string;
  expected_phone: string | null;
  desired_state: string;
  state: string;
  state_since: number;
  reason_code: string | null;
  reason: string | null;
  phone: string | null;
  lid: string | null;
  push_name: string | null;
  first_linked_at: number | null;
  connected_since: number | null;
  port: number | null;
  replies: string;
  ai_config: string;
  timing_config: string;
  filters: string;
  instructions_version: number | null;
  restarts: number;
  home_node: string | null;
  revision: number;
  created_at: number;
  updated_at: number;
}

/** Parsing costs 50 µs and rows are read all the time: what was parsed last is kept by its text. Configurations are never changed in place. */
const parsedTexts = new Map<string, unknown>();
const parsedAtMost = 500;

const parseConfig = (row: Row): SessionConfig => {
  const part = <T>(
    name: string,
    text: string,
    schema: {
      safeParse(
        value: unknown,
      ): { success: true; data: T } | { success: false; error: Parameters<typeof firstIssue>[1] };
    },
  ): T => {
    const key = `${name} ${text}`;
    const known = parsedTexts.get(key);
    // Only values of this very schema are kept under its name.
    if (known !== undefined) return known as T;
    const result = schema.safeParse(JSON.parse(text));
    if (!result.success)
      throw new FleetError(
        'failed',
        `${row.name}: ${firstIssue(name, result.error)}. Set it with: zap-fleet config ${row.name} set …`,
      );
    if (parsedTexts.size >= parsedAtMost) parsedTexts.clear();
    parsedTexts.set(key, result.data);
    return result.data;
  };
  return {
    ai: part('ai_config', row.ai_config, aiConfigSchema),
    timing: part('timing_config', row.timing_config, timingConfigSchema),
    filters: part('filters', row.filters, filtersSchema),
  };
};

const fromRow = (row: Row): StoredSession => ({
  id: row.id,
  // Values below are checked on the way in; the table is ours alone.
  name: row.name as SessionName,
  label: row.label,
  engine: row.engine as StoredSession['engine'],
  expectedPhone: row.expected_phone,
  desiredState: row.desired_state as DesiredState,
  state: row.state as SessionState,
  stateSince: row.state_since,
  reasonCode: row.reason_code,
  reason: row.reason,
  phone: row.phone,
  lid: row.lid,
  pushName: row.push_name,
  firstLinkedAt: row.first_linked_at,
  connectedSince: row.connected_since,
  port: row.port,
  replies: row.replies as RepliesMode,
  config: parseConfig(row),
  instructionsVersion: row.instructions_version,
  restarts: row.restarts,
  homeNode: row.home_node,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

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
  readonly config?: SessionConfig;
}

export interface StateChange {
  readonly state: SessionState;
  readonly since: EpochMs;
  readonly reasonCode: string | null;
  readonly reason: string | null;
}

export const createSessionStore = (database: Database) => {
  const get = (name: SessionName): StoredSession | null => {
    const row = database.get<Row>('SELECT * FROM sessions WHERE name = ?', name);
    return row === undefined ? null : fromRow(row);
  };
  const byId = (id: string): StoredSession | null => {
    const row = database.get<Row>('SELECT * FROM sessions WHERE id = ?', id);
    return row === undefined ? null : fromRow(row);
  };
  const existing = (id: string): StoredSession => {
    const session = byId(id);
    if (session === null) throw new FleetError('no-such-session', 'this session is gone. See: zap-fleet ls');
    return session;
  };

  const addInstructions = (id: string, text: string, author: string, now: EpochMs): StoredInstructions =>
    database.transaction(() => {
      const last = database.get<{ v: number | null }>(
        'SELECT max(version) AS v FROM instructions WHERE session_id = ?',
        id,
      );
      const version = (last?.v ?? 0) + 1;
      database.run(
        'INSERT INTO instructions (session_id, version, text, author, created_at) VALUES (?,?,?,?,?)',
        id,
        version,
        text,
        author,
        now,
      );
      database.run(
        'UPDATE sessions SET instructions_version = ?, revision = revision + 1, updated_at = ? WHERE id = ?',
        version,
        now,
        id,
      );
      return { version, text, author, createdAt: now };
    });

  return {
    get,
    byId,
    list: (): StoredSession[] => database.all<Row>('SELECT * FROM sessions ORDER BY name').map(fromRow),

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
          `UPDATE sessions SET label = ?, expected_phone = ?, desired_state = ?, replies = ?, ai_config = ?, timing_config = ?, filters = ?,
             revision = revision + 1, updated_at = ? WHERE id = ?`,
          next.label,
          next.expectedPhone,
          next.desiredState,
          next.replies,
          JSON.stringify(next.config.ai),
          JSON.stringify(next.config.timing),
          JSON.stringify(next.config.filters),
          now,
          id,
        );
        return existing(id);
      }),

    /** What was seen, not what is wanted: the revision stays. `connected` also keeps since when. */
    setState: (id: string, change: StateChange): void => {
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
        'UPDATE sessions SET phone = NULL, lid = NULL, push_name = NULL, first_linked_at = NULL, connected_since = NULL WHERE id = ?',
        id,
      );
    },
    setPort: (id: string, port: number | null): void => {
      database.run('UPDATE sessions SET port = ? WHERE id = ?', port, id);
    },
    countRestart: (id: string): void => {
      database.run('UPDATE sessions SET restarts = restarts + 1 WHERE id = ?', id);
    },
    /** Removes the session and its configuration. Conversations stay unless they are purged by their own store. */
    remove: (id: string, now: EpochMs = Date.now()): void =>
      database.transaction(() => {
        if (database.run('DELETE FROM sessions WHERE id = ?', id).changes > 0)
          addTombstone(database, 'session', id, id, now);
      }),

    addInstructions,
    instructions: (id: string, version: number): StoredInstructions | null =>
      database.get<StoredInstructions>(
        'SELECT version, text, author, created_at AS createdAt FROM instructions WHERE session_id = ? AND version = ?',
        id,
        version,
      ) ?? null,
    instructionsHistory: (id: string): StoredInstructions[] =>
      database.all<StoredInstructions>(
        'SELECT version, text, author, created_at AS createdAt FROM instructions WHERE session_id = ? ORDER BY version DESC',
        id,
      ),
    /** A rollback is a new version with the old text: history only grows. */
    rollbackInstructions: (id: string, version: number, author: string, now: EpochMs): StoredInstructions => {
      const old = database.get<{ text: string }>(
        'SELECT text FROM instructions WHERE session_id = ? AND version = ?',
        id,
        version,
      );
      if (old === undefined)
        throw new FleetError(
          'usage',
          `there is no version ${version} of these instructions. See: prompt NAME --history`,
        );
      return addInstructions(id, old.text, author, now);
    },
  };
};
export type SessionStore = ReturnType<typeof createSessionStore>;
