import { FleetError } from '../../session/fleet-error.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import type { StoredInstructions } from './session-rows.ts';

/** Every version of a session's instructions; history only grows. */
export const createInstructionsStore = (database: Database) => {
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
export type InstructionsStore = ReturnType<typeof createInstructionsStore>;
