import { FleetError } from '../../session/fleet-error.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import type { StoredInstructions } from './session-rows.ts';

/** The next number of a session's instructions: each is given once, also to what only a canary tries. */
export const nextVersion = (database: Database, sessionId: string): number =>
  (database.get<{ v: number | null }>(
    `SELECT max(v) AS v FROM (SELECT max(version) AS v FROM instructions WHERE session_id = ?1
       UNION ALL SELECT max(version) FROM canaries WHERE session_id = ?1)`,
    sessionId,
  )?.v ?? 0) + 1;

/** Every version of a session's instructions; history only grows. */
export const createInstructionsStore = (database: Database) => {
  /** Makes it the session's. */
  const publish = (id: string, version: number, text: string, author: string, now: EpochMs): StoredInstructions =>
    database.transaction(() => {
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
  const addInstructions = (id: string, text: string, author: string, now: EpochMs): StoredInstructions =>
    database.transaction(() => publish(id, nextVersion(database, id), text, author, now));

  /** Also what only a canary tries or tried. */
  const instructions = (id: string, version: number): StoredInstructions | null =>
    database.get<StoredInstructions>(
      `SELECT version, text, author, created_at AS createdAt FROM instructions WHERE session_id = ?1 AND version = ?2
       UNION ALL SELECT version, instructions, started_by, started_at FROM canaries
         WHERE session_id = ?1 AND version = ?2 AND instructions IS NOT NULL LIMIT 1`,
      id,
      version,
    ) ?? null;

  return {
    addInstructions,
    instructions,

    instructionsHistory: (id: string): StoredInstructions[] =>
      database.all<StoredInstructions>(
        'SELECT version, text, author, created_at AS createdAt FROM instructions WHERE session_id = ? ORDER BY version DESC',
        id,
      ),

    /** A rollback is a new version with the old text: history only grows. */
    rollbackInstructions: (id: string, version: number, author: string, now: EpochMs): StoredInstructions => {
      const old = instructions(id, version);
      if (old === null)
        throw new FleetError(
          'usage',
          `there is no version ${version} of these instructions. See: zap-fleet prompt NAME --history`,
        );
      return addInstructions(id, old.text, author, now);
    },

    /** A version that customers met in a canary: under its own number where it has not been published, else as a new one. */
    promoteInstructions: (id: string, version: number, author: string, now: EpochMs): StoredInstructions | null =>
      database.transaction(() => {
        const tried = instructions(id, version);
        if (tried === null) return null;
        const isPublished =
          database.get('SELECT 1 FROM instructions WHERE session_id = ? AND version >= ?', id, version) !== undefined;
        return isPublished
          ? addInstructions(id, tried.text, author, now)
          : publish(id, version, tried.text, author, now);
      }),
  };
};
export type InstructionsStore = ReturnType<typeof createInstructionsStore>;
