import { FleetError } from '../../session/fleet-error.ts';
import { type KnowledgeFile, type KnowledgeKind, knowledgeBounds, type PassagePlace } from '../../session/knowledge.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import type { KnownFiles } from './known-files.ts';
import { markedWords } from './marked-words.ts';

/** Files on their way in: written where nobody reads, then put in the place of the former one in one step. */

/** A passage as a file is read into. */
export interface NewPassage {
  readonly place: PassagePlace;
  readonly text: string;
}

export interface NewFile {
  readonly sessionId: string;
  readonly name: string;
  readonly kind: KnowledgeKind;
  readonly bytes: number;
  readonly actor: string;
}

interface FileKey {
  readonly sessionId: string;
  readonly name: string;
  readonly version: number;
}

interface ArrivedSize {
  readonly characters: number;
  readonly passages: number;
}

const wordsOf = (sessionId: string, file: string, { place, text }: NewPassage): string =>
  markedWords(sessionId, `${place.heading ?? ''}\n${text}\n${file.replace(/\.[^.]*$/, '')}`);

/** How much a session may have, and how much it has. */
const createRoom = (database: Database) => {
  const count = (sessionId: string): void =>
    void database.run(
      `UPDATE sessions SET knowledge = (SELECT count(*) FROM knowledge_files WHERE session_id = ?1 AND state = 'current') WHERE id = ?1`,
      sessionId,
    );

  /** Files and passages of a session, a file of that name left out. */
  const totals = (sessionId: string, without: string): { readonly files: number; readonly passages: number } =>
    database.get<{ files: number; passages: number }>(
      `SELECT count(*) AS files, coalesce(sum(passages), 0) AS passages FROM knowledge_files
       WHERE session_id = ? AND name <> ? AND state = 'current'`,
      sessionId,
      without,
    ) ?? { files: 0, passages: 0 };

  /** Throws `refused-by-state` where a session would have more than it may. */
  const checkRoom = (sessionId: string, name: string, passages: number): void => {
    const other = totals(sessionId, name);
    if (other.files >= knowledgeBounds.sessionFiles)
      throw new FleetError(
        'refused-by-state',
        `a session knows from at most ${knowledgeBounds.sessionFiles} files. Remove one first: zap-fleet knowledge rm NAME FILE`,
      );
    if (other.passages + passages > knowledgeBounds.sessionPassages)
      throw new FleetError(
        'refused-by-state',
        `${name} has ${passages} passages, and there is room for ${Math.max(0, knowledgeBounds.sessionPassages - other.passages)}: a session has at most ${knowledgeBounds.sessionPassages}. Remove a file first, or part this one.`,
      );
  };

  return { count, checkRoom };
};
type Room = ReturnType<typeof createRoom>;

type Known = Pick<KnownFiles, 'file' | 'all'>;

/** What has arrived takes the place of what was known. */
const createReplacing = (database: Database, { file, all }: Known, { count, checkRoom }: Room) => {
  /** It takes the place of the one before, in one step. Throws `no-such-session` where the session went meanwhile, `refused-by-state`. */
  const replace = (key: FileKey, size: ArrivedSize): KnowledgeFile =>
    database.transaction(() => {
      const { sessionId, name, version } = key;
      if (database.get('SELECT 1 FROM sessions WHERE id = ?', sessionId) === undefined)
        throw new FleetError('no-such-session', 'this session is gone. See: zap-fleet ls');
      checkRoom(sessionId, name, size.passages);
      const isArriving = database.get(
        `SELECT 1 FROM knowledge_files WHERE session_id = ? AND name = ? AND version = ? AND state = 'arriving'`,
        sessionId,
        name,
        version,
      );
      if (isArriving === undefined)
        throw new FleetError('failed', `${name} was given up while it was read. Add it again.`);
      database.run(
        `UPDATE knowledge_files SET state = 'gone' WHERE session_id = ? AND name = ? AND state = 'current'`,
        sessionId,
        name,
      );
      database.run(
        `UPDATE knowledge_files SET state = 'current', characters = ?, passages = ? WHERE session_id = ? AND name = ? AND version = ?`,
        size.characters,
        size.passages,
        sessionId,
        name,
        version,
      );
      count(sessionId);
      const now = file(sessionId, name);
      if (now === null) throw new FleetError('failed', `${name} was not kept. Add it again.`);
      return now;
    });

  /** A version that is not to stay. False: there is none of that name. */
  const remove = (sessionId: string, name: string): boolean =>
    database.transaction(() => {
      const { changes } = database.run(
        `UPDATE knowledge_files SET state = 'gone' WHERE session_id = ? AND name = ? AND state = 'current'`,
        sessionId,
        name,
      );
      count(sessionId);
      return changes > 0;
    });

  return {
    replace,
    remove,

    /** What arrived takes the place of all that is known but `kept`, in one step. Throws as `replace`. */
    replaceAll: (
      sessionId: string,
      arrived: readonly { readonly key: FileKey; readonly size: ArrivedSize }[],
      kept: ReadonlySet<string>,
    ): void =>
      database.transaction(() => {
        // All that goes first: there must be room for all that is to be, and not for both.
        for (const { name } of all(sessionId)) if (!kept.has(name)) remove(sessionId, name);
        for (const { key, size } of arrived) replace(key, size);
        count(sessionId);
      }),
  };
};

export const createArrivingFiles = (database: Database, known: Known) => {
  const room = createRoom(database);

  return {
    checkRoom: room.checkRoom,
    ...createReplacing(database, known, room),

    /** A new version begins to arrive; nobody reads it yet. */
    begin: ({ sessionId, name, kind, bytes, actor }: NewFile, now: EpochMs): FileKey =>
      database.transaction(() => {
        const last = database.get<{ version: number }>(
          'SELECT max(version) AS version FROM knowledge_files WHERE session_id = ? AND name = ?',
          sessionId,
          name,
        );
        const version = (last?.version ?? 0) + 1;
        database.run(
          `INSERT INTO knowledge_files (session_id, name, version, state, kind, bytes, added_at, actor) VALUES (?, ?, ?, 'arriving', ?, ?, ?, ?)`,
          sessionId,
          name,
          version,
          kind,
          bytes,
          now,
          actor,
        );
        return { sessionId, name, version };
      }),

    /** Passages `from` (counted from 1) and on of a version that arrives. */
    write: ({ sessionId, name, version }: FileKey, from: number, passages: readonly NewPassage[]): void =>
      database.slice(() => {
        for (const [index, passage] of passages.entries())
          database.run(
            'INSERT INTO knowledge_passages (session_id, file, version, n, place, text, words) VALUES (?, ?, ?, ?, ?, ?, ?)',
            sessionId,
            name,
            version,
            from + index,
            JSON.stringify(passage.place),
            passage.text,
            wordsOf(sessionId, name, passage),
          );
      }),

    /** A version that is not to come. */
    abandon: ({ sessionId, name, version }: FileKey): void =>
      void database.run(
        `UPDATE knowledge_files SET state = 'gone' WHERE session_id = ? AND name = ? AND version = ? AND state = 'arriving'`,
        sessionId,
        name,
        version,
      ),
  };
};
