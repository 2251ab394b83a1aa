import type { RefusedEdit } from '../session/proposal.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';
import type { LearntLesson } from './lesson-store.ts';
import { createProposalEndings } from './proposals/proposal-endings.ts';
import { createProposalMemory } from './proposals/proposal-memory.ts';
import { createProposalReads, type StoredProposal } from './proposals/proposal-reads.ts';
import { microPerUsd } from './usage-store.ts';

export type { StoredProposal } from './proposals/proposal-reads.ts';

/** Changes of the instructions that wait for a person, and what they were made of. Local: no replica gets any of it. */

export const createProposalStore = (database: Database) => ({
  ...createProposalReads(database),
  ...createProposalMemory(database),
  ...createProposalEndings(database),

  add: (
    proposal: Pick<StoredProposal, 'sessionId' | 'night' | 'baseVersion' | 'model' | 'limitUsd' | 'actor'> & {
      readonly lessons: readonly LearntLesson[];
    },
    now: EpochMs,
  ): number =>
    database.transaction(() => {
      const { sessionId, lessons } = proposal;
      const id = database.run(
        'INSERT INTO proposals (session_id, night, base_version, model, limit_micro, actor, started_at) VALUES (?,?,?,?,?,?,?)',
        sessionId,
        proposal.night,
        proposal.baseVersion,
        proposal.model,
        proposal.limitUsd === null ? null : Math.round(proposal.limitUsd * microPerUsd),
        proposal.actor,
        now,
      ).lastInsertRowid;
      for (const [index, { lesson, turnId, sources }] of lessons.entries()) {
        database.run(
          'INSERT INTO proposal_lessons (proposal_id, number, lesson_id, turn_id) VALUES (?,?,?,?)',
          id,
          index + 1,
          lesson.id,
          turnId,
        );
        for (const key of sources)
          database.run(
            'INSERT OR IGNORE INTO proposal_sources (session_id, message_key, proposal_id) VALUES (?,?,?)',
            sessionId,
            key,
            id,
          );
      }
      return id;
    }),

  /** Before the AI is asked: whoever is killed meanwhile is counted. */
  beginCall: (id: number): void => {
    database.run('UPDATE proposals SET calls = calls + 1 WHERE id = ?', id);
  },
  spent: (id: number, costUsd: number): void => {
    database.run(
      'UPDATE proposals SET cost_micro = cost_micro + ? WHERE id = ?',
      Math.round(costUsd * microPerUsd),
      id,
    );
  },
  /** What the AI proposed, as far as it may be shown. */
  proposed: (id: number, given: Pick<StoredProposal, 'edits' | 'refused' | 'instructions'>): void => {
    database.run(
      "UPDATE proposals SET state = 'rehearsing', edits = ?, refused = ?, instructions = ? WHERE id = ? AND state = 'asking'",
      JSON.stringify(given.edits),
      JSON.stringify(given.refused),
      given.instructions,
      id,
    );
  },
  refused: (id: number, refused: readonly RefusedEdit[]): void => {
    database.run('UPDATE proposals SET refused = ? WHERE id = ?', JSON.stringify(refused), id);
  },
  /** Its rehearsal goes on. */
  resume: (id: number): void => {
    database.run("UPDATE proposals SET state = 'rehearsing', ended_at = NULL WHERE id = ? AND state = 'waiting'", id);
  },
  /** A person's word. `version`: what it was published as. */
  decide: (
    id: number,
    decision:
      | { readonly state: 'published'; readonly version: number }
      | { readonly state: 'dropped'; readonly version: null },
    actor: string,
    now: EpochMs,
  ): void => {
    database.run(
      'UPDATE proposals SET state = ?, version = ?, decided_by = ?, ended_at = ? WHERE id = ?',
      decision.state,
      decision.version,
      actor,
      now,
      id,
    );
  },
});
export type ProposalStore = ReturnType<typeof createProposalStore>;
