import { randomUUID } from 'node:crypto';
import {
  armOf,
  type CanaryArm,
  type CanaryEnd,
  type CanaryEvidence,
  type CanarySettings,
  type CanaryState,
  type RunningCanary,
} from '../session/canary.ts';
import type { EpochMs } from '../session/units.ts';
import { createCanaryFigures } from './canaries/canary-figures.ts';
import type { Database } from './database.ts';
import { nextVersion } from './sessions/instructions-store.ts';

/** Canaries: what is tried on a part of the customers, until when, and how it ended. Local: no replica gets any of it. */

export interface StoredCanary extends RunningCanary {
  readonly sessionId: string;
  readonly sessionName: string;
  readonly label: string | null;
  /** Ids of the sessions that it is compared with; empty: with the other chats of its own. */
  readonly peers: readonly string[];
  /** Null: the session's, or a version that was published before. */
  readonly instructions: string | null;
  readonly rules: readonly string[];
  readonly state: CanaryState;
  readonly end: CanaryEnd | null;
  readonly evidence: CanaryEvidence | null;
  readonly endedAt: EpochMs | null;
  /** When its end was written into the event log; null: it was not, or it has not ended. */
  readonly toldAt: EpochMs | null;
  readonly startedBy: string;
  readonly decidedAt: EpochMs | null;
  readonly decidedBy: string | null;
}

export type NewCanary = Pick<
  StoredCanary,
  | 'sessionId'
  | 'sessionName'
  | 'label'
  | 'peers'
  | 'share'
  | 'instructions'
  | 'settings'
  | 'baseVersion'
  | 'base'
  | 'rules'
  | 'endsAt'
  | 'startedBy'
> & {
  /** One that was published before; null: `instructions` get a number of their own. */
  readonly version: number | null;
};

export interface EndedCanary {
  readonly state: Exclude<CanaryState, 'running'>;
  readonly end: CanaryEnd;
  readonly evidence: CanaryEvidence | null;
  /** Null: by itself; a person decides, or sees it, later. */
  readonly decidedBy: string | null;
}

type Row = Omit<StoredCanary, 'peers' | 'settings' | 'base' | 'rules' | 'evidence'> & {
  peers: string;
  settings: string;
  base: string;
  rules: string;
  evidence: string | null;
};

const columns = `id, session_id AS sessionId, session_name AS sessionName, label, peers, share, version, instructions, settings,
  base_version AS baseVersion, base, rules, state, end_code AS "end", evidence, started_at AS startedAt, ends_at AS endsAt, ended_at AS endedAt,
  told_at AS toldAt, started_by AS startedBy, decided_at AS decidedAt, decided_by AS decidedBy`;

const fromRow = ({ peers, settings, base, rules, evidence, ...rest }: Row): StoredCanary => ({
  ...rest,
  peers: JSON.parse(peers) as string[],
  settings: JSON.parse(settings) as CanarySettings,
  base: JSON.parse(base) as CanarySettings,
  rules: JSON.parse(rules) as string[],
  evidence: evidence === null ? null : (JSON.parse(evidence) as CanaryEvidence),
});

export const createCanaryStore = (database: Database) => {
  const one = (where: string, ...values: (string | number)[]): StoredCanary | null => {
    const row = database.get<Row>(`SELECT ${columns} FROM canaries WHERE ${where}`, ...values);
    return row === undefined ? null : fromRow(row);
  };
  const many = (where: string, ...values: (string | number)[]): StoredCanary[] =>
    database.all<Row>(`SELECT ${columns} FROM canaries WHERE ${where}`, ...values).map(fromRow);

  return {
    ...createCanaryFigures(database),

    get: (id: string): StoredCanary | null => one('id = ?', id),
    running: (sessionId: string): StoredCanary | null => one("session_id = ? AND state = 'running'", sessionId),
    newest: (sessionId: string): StoredCanary | null => one('session_id = ? ORDER BY number DESC LIMIT 1', sessionId),
    allRunning: (): StoredCanary[] => many("state = 'running' ORDER BY started_at, id"),
    /** Ended, and nobody has read of it in the event log yet. */
    untold: (): StoredCanary[] => many("state <> 'running' AND told_at IS NULL ORDER BY ended_at, id"),
    /** Newest of each session first. */
    list: (limit: number): StoredCanary[] => many('1 ORDER BY started_at DESC, id LIMIT ?', limit),
    /** Of every session the newest one. */
    newestOfEach: (): StoredCanary[] =>
      many(
        'id IN (SELECT (SELECT n.id FROM canaries n WHERE n.session_id = c.session_id ORDER BY n.number DESC LIMIT 1) FROM canaries c)',
      ),

    /**
     * On which side of a running canary a chat is. One that became one with another keeps the side on which its person was answered first,
     * also while the rows of that other are still on their way (move-rows.ts).
     */
    armOf: (canary: Pick<RunningCanary, 'id' | 'share'>, conversationId: number): CanaryArm =>
      database.get<{ arm: CanaryArm }>(
        `SELECT canary_arm AS arm FROM turns WHERE canary_id = ?1 AND conversation_id IN
           (SELECT ?2 UNION ALL SELECT gone_id FROM conversation_merges WHERE kept_id = ?2) ORDER BY id LIMIT 1`,
        canary.id,
        conversationId,
      )?.arm ?? armOf(canary, conversationId),

    begin: (canary: NewCanary, now: EpochMs): StoredCanary =>
      database.transaction(() => {
        const id = randomUUID();
        const version =
          canary.version ?? (canary.instructions === null ? null : nextVersion(database, canary.sessionId));
        database.run(
          `INSERT INTO canaries (id, session_id, session_name, label, peers, share, version, instructions, settings, base_version, base, rules,
             started_at, ends_at, started_by, number)
           VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?, (SELECT coalesce(max(number), 0) + 1 FROM canaries WHERE session_id = ?2))`,
          id,
          canary.sessionId,
          canary.sessionName,
          canary.label,
          JSON.stringify(canary.peers),
          canary.share,
          version,
          canary.instructions,
          JSON.stringify(canary.settings),
          canary.baseVersion,
          JSON.stringify(canary.base),
          JSON.stringify(canary.rules),
          now,
          canary.endsAt,
          canary.startedBy,
        );
        return one('id = ?', id) as StoredCanary;
      }),

    /** False: it does not run any more. Whoever is first ends it. */
    finish: (id: string, { state, end, evidence, decidedBy }: EndedCanary, now: EpochMs): boolean =>
      database.run(
        `UPDATE canaries SET state = ?2, end_code = ?3, evidence = ?4, ended_at = ?5, decided_by = ?6, decided_at = CASE WHEN ?6 IS NULL THEN NULL ELSE ?5 END
         WHERE id = ?1 AND state = 'running'`,
        id,
        state,
        end,
        evidence === null ? null : JSON.stringify(evidence),
        now,
        decidedBy,
      ).changes > 0,

    /** What a person makes of one that has ended: also who saw that it had rolled itself back. False: somebody has decided. */
    decide: (id: string, state: 'promoted' | 'rolled-back', by: string, now: EpochMs): boolean =>
      database.run(
        `UPDATE canaries SET state = ?2, decided_by = ?3, decided_at = ?4, told_at = NULL WHERE id = ?1 AND state <> 'running' AND decided_at IS NULL`,
        id,
        state,
        by,
        now,
      ).changes > 0,

    setTold: (id: string, now: EpochMs): void => {
      database.run('UPDATE canaries SET told_at = ? WHERE id = ?', now, id);
    },

    /** The service refused this chat's request, and only this chat's, with what the canary tries: it is answered as published since. */
    hasLeft: (id: string, conversationId: number): boolean =>
      database.get(
        `SELECT 1 FROM turns WHERE canary_id = ? AND conversation_id = ? AND outcome = 'interrupted' AND instr(steps, '"step":"refused"') > 0`,
        id,
        conversationId,
      ) !== undefined,
  };
};
export type CanaryStore = ReturnType<typeof createCanaryStore>;
