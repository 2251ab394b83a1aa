import type { SessionName } from '../session/session-name.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from '../store/database.ts';
import { endToolCalls, settleOpen } from '../store/integrity/settle-open.ts';

const restoredReason = 'restored';

const inWords = 'restored from a backup: start it when the old server is off';
const mayBeDone = 'open when the backup was made: the old server may have dealt with it after';

const hasTable = (database: Database, name: string): boolean =>
  database.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name) !== undefined;

/** Long work that was under way when the backup was made is not taken up again: it may have been done there, and erase here. */
const endJobs = (database: Database, now: EpochMs): void => {
  if (!hasTable(database, 'jobs')) return;
  database.run(
    "UPDATE jobs SET state = 'failed', error = ?1, updated_at = ?2, ended_at = ?2 WHERE state = 'running'",
    mayBeDone,
    now,
  );
  if (hasTable(database, 'tool_calls')) endToolCalls(database, mayBeDone, now);
  if (hasTable(database, 'rehearsals'))
    database.run("UPDATE rehearsals SET state = 'stopped', ended_at = ? WHERE state = 'running'", now);
  if (hasTable(database, 'proposals'))
    database.run(
      "UPDATE proposals SET state = 'failed', reason = ?, ended_at = ? WHERE state IN ('asking', 'rehearsing')",
      mayBeDone,
      now,
    );
};

/** What was to be told then is no news now, and may have been told after: hooks hear what happens from here on. */
const hooksHearFromNow = (database: Database): void => {
  if (!hasTable(database, 'hooks')) return;
  database.run(
    `UPDATE hooks SET delivered_through = (SELECT coalesce(max(id), 0) FROM hook_events), tries = 0, next_at = 0, failing_since = NULL,
       problem = NULL`,
  );
  database.run('DELETE FROM hook_dead');
};

/** A trial of then is none of now: everybody is answered as published, and nobody is asked to decide about figures of another server. */
const endCanaries = (database: Database, now: EpochMs): void => {
  if (hasTable(database, 'canaries'))
    database.run(
      `UPDATE canaries SET state = 'rolled-back', end_code = 'restored', ended_at = coalesce(ended_at, ?1), decided_at = ?1, decided_by = 'fleet'
       WHERE decided_at IS NULL`,
      now,
    );
};

/**
 * Makes a restored store safe: every session stopped until a person starts it, and nothing that was open at the time of the backup is
 * sent or answered again, because the old server went on after it. What was open is shown as `unknown` for a person to look at.
 */
export const settleRestored = (
  database: Database,
  options: { readonly sessions: readonly SessionName[]; readonly backupAt: EpochMs; readonly now: EpochMs },
): { readonly openMessages: number; readonly openParts: number } =>
  database.transaction(() => {
    let openMessages = 0;
    let openParts = 0;
    for (const name of options.sessions) {
      const session = database.get<{ id: string }>('SELECT id FROM sessions WHERE name = ?', name);
      if (session === undefined) continue;
      const { id } = session;
      const { now } = options;
      database.run(
        `UPDATE sessions SET desired_state = 'stopped', state = 'stopped', state_since = ?, reason_code = ?, reason = ?,
           connected_since = NULL, port = NULL, revision = revision + 1, updated_at = ? WHERE id = ?`,
        now,
        restoredReason,
        inWords,
        now,
        id,
      );
      const settled = settleOpen(database, id, { reason: mayBeDone, now });
      openMessages += settled.openMessages;
      openParts += settled.openParts;
      database.run(
        'INSERT INTO events (at, level, session_id, session_name, kind, text, evidence, actor) VALUES (?,?,?,?,?,?,?,?)',
        now,
        'warn',
        id,
        name,
        'session-restored',
        inWords,
        JSON.stringify({ backupAt: options.backupAt }),
        'you',
      );
    }
    // Also what no name stands for: nothing starts by itself after a restore.
    database.run("UPDATE sessions SET desired_state = 'stopped' WHERE desired_state <> 'stopped'");
    // A client's link of the old server opens nothing here, nor does a login that may have been ended since.
    database.run("DELETE FROM meta WHERE key IN ('client_links', 'web_logins')");
    // What lies in Storage by now is newer, or it is what was restored: asked when it starts, and nothing of here is lost for it.
    database.run("DELETE FROM meta WHERE key LIKE 'belongings:%'");
    // What was to be told then is no news now.
    database.run('DELETE FROM alerts WHERE sent_at IS NULL');
    endJobs(database, options.now);
    endCanaries(database, options.now);
    hooksHearFromNow(database);
    return { openMessages, openParts };
  });
