import { FleetError } from '../session/fleet-error.ts';
import { type SendFile, sendFileBounds } from '../session/send-file.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

/** What is known of the files that sessions may send. Their bytes lie beside the store (src/home/send-files.ts). */

type Row = Omit<SendFile, 'isVoice'> & { readonly isVoice: number };

const columns =
  'name, file_name AS fileName, description, kind, mime_type AS mimeType, is_voice AS isVoice, hash, bytes, version, added_at AS addedAt, actor';
const fromRow = (row: Row): SendFile => ({ ...row, isVoice: row.isVoice === 1 });

/** What became of them in chats. */
const createSentFiles = (database: Database) => ({
  /** How often each went out since, by name. */
  sentSince: (sessionId: string, since: EpochMs): ReadonlyMap<string, number> =>
    new Map(
      database
        .all<{ file: string; n: number }>(
          `SELECT file, count(*) AS n FROM outbox WHERE session_id = ? AND file IS NOT NULL AND created_at >= ? AND status = 'sent' GROUP BY file`,
          sessionId,
          since,
        )
        .map(({ file, n }) => [file, n]),
    ),
  /** The last part by which a chat was or is being sent it, since then; null: none. */
  lastSent: (conversationId: number, name: string, since: EpochMs): EpochMs | null =>
    database.get<{ at: EpochMs }>(
      `SELECT coalesce(done_at, created_at) AS at FROM outbox WHERE conversation_id = ? AND file = ? AND created_at >= ?
         AND status IN ('queued', 'sending', 'sent', 'unknown') ORDER BY id DESC LIMIT 1`,
      conversationId,
      name,
      since,
    )?.at ?? null,
  /** It could not be sent to this chat since then. */
  failedIn: (conversationId: number, name: string, since: EpochMs): boolean =>
    database.get(
      "SELECT 1 FROM outbox WHERE conversation_id = ? AND file = ? AND created_at >= ? AND status = 'refused'",
      conversationId,
      name,
      since,
    ) !== undefined,
});

export const createSendFileStore = (database: Database) => {
  const get = (sessionId: string, name: string): SendFile | null => {
    const row = database.get<Row>(
      `SELECT ${columns} FROM session_files WHERE session_id = ? AND name = ?`,
      sessionId,
      name,
    );
    return row === undefined ? null : fromRow(row);
  };
  const recount = (sessionId: string, now: EpochMs): void => {
    database.run(
      `UPDATE sessions SET files = (SELECT count(*) FROM session_files WHERE session_id = ?1), revision = revision + 1, updated_at = ?2 WHERE id = ?1`,
      sessionId,
      now,
    );
  };
  const checkRoom = (sessionId: string, file: Pick<SendFile, 'name' | 'bytes'>): void => {
    const others = database.get<{ files: number; bytes: number }>(
      'SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes FROM session_files WHERE session_id = ? AND name <> ?',
      sessionId,
      file.name,
    ) ?? { files: 0, bytes: 0 };
    if (others.files >= sendFileBounds.perSession)
      throw new FleetError(
        'refused-by-state',
        `a session has at most ${sendFileBounds.perSession} files to send: the AI is shown all of them with every question.`,
      );
    if (others.bytes + file.bytes > sendFileBounds.sessionBytes)
      throw new FleetError(
        'refused-by-state',
        `the files of a session have at most ${sendFileBounds.sessionBytes / 1024 / 1024} MB together. Remove one first.`,
      );
  };

  const write = (sessionId: string, file: SendFile): void => {
    database.run(
      `INSERT OR REPLACE INTO session_files (session_id, name, file_name, description, kind, mime_type, is_voice, hash, bytes, version, added_at, actor)
       VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`,
      sessionId,
      file.name,
      file.fileName,
      file.description,
      file.kind,
      file.mimeType,
      file.isVoice ? 1 : 0,
      file.hash,
      file.bytes,
      file.version,
      file.addedAt,
      file.actor,
    );
  };

  return {
    get,
    list: (sessionId: string): SendFile[] =>
      database
        .all<Row>(`SELECT ${columns} FROM session_files WHERE session_id = ? ORDER BY name`, sessionId)
        .map(fromRow),
    /** Throws `refused-by-state` where there is no room for it. */
    checkRoom,
    /** In the place of the one of its name. Throws `refused-by-state` where there is no room for it. */
    put: (sessionId: string, file: Omit<SendFile, 'version'>, now: EpochMs): SendFile =>
      database.transaction(() => {
        checkRoom(sessionId, file);
        const version = (get(sessionId, file.name)?.version ?? 0) + 1;
        write(sessionId, { ...file, version });
        recount(sessionId, now);
        return { ...file, version };
      }),
    /** In the place of all that it has: what is another file than the one of its name is its next version. */
    replaceAll: (sessionId: string, files: readonly Omit<SendFile, 'version'>[], now: EpochMs): void =>
      database.transaction(() => {
        const known = files.map((file) => get(sessionId, file.name));
        database.run('DELETE FROM session_files WHERE session_id = ?', sessionId);
        for (const [index, file] of files.entries()) {
          const had = known[index];
          const isSame = had?.hash === file.hash && had.addedAt === file.addedAt;
          write(sessionId, { ...file, version: (had?.version ?? 0) + (isSame ? 0 : 1) });
        }
        recount(sessionId, now);
      }),
    /** Whether there was one. */
    remove: (sessionId: string, name: string, now: EpochMs): boolean =>
      database.transaction(() => {
        const { changes } = database.run(
          'DELETE FROM session_files WHERE session_id = ? AND name = ?',
          sessionId,
          name,
        );
        if (changes > 0) recount(sessionId, now);
        return changes > 0;
      }),
    /** Hashes that are named by a file of the session: nothing else of its folder is needed. */
    hashes: (sessionId: string): ReadonlySet<string> =>
      new Set(
        database
          .all<{ hash: string }>('SELECT DISTINCT hash FROM session_files WHERE session_id = ?', sessionId)
          .map(({ hash }) => hash),
      ),
    ...createSentFiles(database),
  };
};
export type SendFileStore = ReturnType<typeof createSendFileStore>;
