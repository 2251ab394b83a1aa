import type { Tool, ToolCallState } from '../session/tool.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

/** Tools of sessions. Their secrets are not in the store (src/settings/tool-secrets.ts). */

export interface StoredTool extends Tool {
  readonly setAt: EpochMs;
  readonly setBy: string;
}

interface Row {
  readonly definition: string;
  readonly setAt: EpochMs;
  readonly setBy: string;
}

// Definitions are written by `put` alone.
const fromRow = ({ definition, ...rest }: Row): StoredTool => ({ ...(JSON.parse(definition) as Tool), ...rest });
const columns = 'definition, set_at AS setAt, set_by AS setBy';

/** What a session's tools did of late. */
export interface ToolStanding {
  readonly ok: number;
  readonly failed: number;
  readonly unknown: number;
  readonly last: {
    readonly at: EpochMs;
    readonly state: ToolCallState;
    readonly status: number | null;
    readonly ms: number | null;
    readonly reason: string | null;
  } | null;
}

export const createToolStore = (database: Database) => {
  /** Whoever looks at the session sees that it changed. */
  const touch = (sessionId: string, now: EpochMs): void => {
    database.run('UPDATE sessions SET revision = revision + 1, updated_at = ? WHERE id = ?', now, sessionId);
  };

  const write = (sessionId: string, tool: Tool, by: string, setAt: EpochMs): void => {
    database.run(
      `INSERT INTO tools (session_id, name, definition, set_at, set_by) VALUES (?,?,?,?,?)
       ON CONFLICT (session_id, name) DO UPDATE SET definition = excluded.definition, set_at = excluded.set_at, set_by = excluded.set_by`,
      sessionId,
      tool.name,
      JSON.stringify(tool),
      setAt,
      by,
    );
  };

  return {
    list: (sessionId: string): StoredTool[] =>
      database.all<Row>(`SELECT ${columns} FROM tools WHERE session_id = ? ORDER BY name`, sessionId).map(fromRow),
    get: (sessionId: string, name: string): StoredTool | null => {
      const row = database.get<Row>(`SELECT ${columns} FROM tools WHERE session_id = ? AND name = ?`, sessionId, name);
      return row === undefined ? null : fromRow(row);
    },
    put: (sessionId: string, tool: Tool, by: string, now: EpochMs): void =>
      database.transaction(() => {
        write(sessionId, tool, by, now);
        touch(sessionId, now);
      }),
    /** In the place of all that it has. */
    replaceAll: (sessionId: string, tools: readonly StoredTool[], now: EpochMs): void =>
      database.transaction(() => {
        database.run('DELETE FROM tools WHERE session_id = ?', sessionId);
        for (const { setAt, setBy, ...tool } of tools) write(sessionId, tool, setBy, setAt);
        touch(sessionId, now);
      }),
    /** Whether there was one. */
    remove: (sessionId: string, name: string, now: EpochMs): boolean =>
      database.transaction(() => {
        const removed =
          database.run('DELETE FROM tools WHERE session_id = ? AND name = ?', sessionId, name).changes > 0;
        if (removed) touch(sessionId, now);
        return removed;
      }),
    /** Calls since, and the last of all. */
    standing: (sessionId: string, tool: string, since: EpochMs): ToolStanding => {
      const counts = database.get<{ ok: number; failed: number; unknown: number }>(
        `SELECT count(*) FILTER (WHERE state = 'ok') AS ok, count(*) FILTER (WHERE state = 'failed') AS failed,
           count(*) FILTER (WHERE state = 'unknown') AS unknown
         FROM tool_calls WHERE session_id = ? AND asked_at >= ? AND tool = ?`,
        sessionId,
        since,
        tool,
      );
      const last = database.get<NonNullable<ToolStanding['last']>>(
        `SELECT asked_at AS at, state, status, ended_at - begun_at AS ms, reason FROM tool_calls
         WHERE session_id = ? AND tool = ? AND state <> 'asked' ORDER BY asked_at DESC LIMIT 1`,
        sessionId,
        tool,
      );
      return { ok: 0, failed: 0, unknown: 0, ...counts, last: last ?? null };
    },
  };
};
export type ToolStore = ReturnType<typeof createToolStore>;
