import * as sqlite from 'node:sqlite';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { SessionName } from '../session/session-name.ts';

const busyTimeoutMs = 5000;

interface Named {
  readonly name: string;
}

/** Tables that say whose a row is. */
export const tablesBySession = (database: sqlite.DatabaseSync): readonly string[] =>
  (
    database
      .prepare(
        `SELECT t.name AS name FROM sqlite_schema t WHERE t.type = 'table'
         AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = 'session_id') ORDER BY t.name`,
      )
      .all() as unknown as Named[]
  ).map(({ name }) => name);

/** Takes out every other session, and vacuums: nothing of them stays in free pages. */
const keepOnly = (path: string, session: SessionName): void => {
  const database = new sqlite.DatabaseSync(path, { enableForeignKeyConstraints: true });
  try {
    database.exec('PRAGMA journal_mode=DELETE');
    const row = database.prepare('SELECT id FROM sessions WHERE name = ?').get(session);
    const id = row?.['id'];
    if (typeof id !== 'string')
      throw new FleetError('no-such-session', `there is no session ${session}. See: zap-fleet ls`);
    database.exec('BEGIN');
    database.prepare('DELETE FROM sessions WHERE id <> ?').run(id);
    for (const table of tablesBySession(database))
      database.prepare(`DELETE FROM "${table}" WHERE session_id IS NOT ?`).run(id);
    database.exec("DELETE FROM meta WHERE key <> 'fleet_id'");
    database.exec('COMMIT; VACUUM');
  } finally {
    database.close();
  }
};

export interface CopiedDatabase {
  readonly fleetId: string;
  readonly sessions: readonly SessionName[];
}

/** Copies the store as it is at one moment, while others write to it; with `session` only what belongs to that one. */
export const copyDatabase = async (from: string, to: string, session: SessionName | null): Promise<CopiedDatabase> => {
  const source = new sqlite.DatabaseSync(from, { readOnly: true, timeout: busyTimeoutMs });
  try {
    // All pages in one step of one read transaction: in WAL mode it blocks no writer, and no writer makes it start again.
    if (typeof sqlite.backup === 'function') await sqlite.backup(source, to, { rate: 2 ** 30 });
    else source.prepare('VACUUM INTO ?').run(to);
  } catch (error) {
    throw new FleetError('failed', `the database could not be copied: ${messageOf(error)}. Check the disk.`, {
      cause: error,
    });
  } finally {
    source.close();
  }
  if (session !== null) keepOnly(to, session);
  const copy = new sqlite.DatabaseSync(to);
  try {
    // One file, without -wal and -shm beside it.
    copy.exec('PRAGMA journal_mode=DELETE');
    const fleetId = copy.prepare("SELECT value FROM meta WHERE key = 'fleet_id'").get()?.['value'];
    const sessions = copy.prepare('SELECT name FROM sessions ORDER BY name').all() as unknown as Named[];
    return { fleetId: String(fleetId ?? ''), sessions: sessions.map(({ name }) => name as SessionName) };
  } finally {
    copy.close();
  }
};

/** Throws `failed` unless SQLite finds the file whole. */
export const checkDatabase = (path: string): void => {
  const database = new sqlite.DatabaseSync(path, { readOnly: true });
  try {
    const [first] = database.prepare('PRAGMA integrity_check(1)').all();
    if (first?.['integrity_check'] !== 'ok')
      throw new FleetError('failed', `the database in the backup is damaged: ${String(first?.['integrity_check'])}`);
    database.prepare('SELECT count(*) FROM sessions').get();
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw new FleetError('failed', `the database in the backup is damaged: ${messageOf(error)}`, { cause: error });
  } finally {
    database.close();
  }
};
