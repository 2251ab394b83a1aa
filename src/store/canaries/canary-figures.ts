import type { ArmFigures, CanaryArm, CanaryFigures } from '../../session/canary.ts';
import { draftEditedStep } from '../../session/turn-step.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { notOfProbe } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';
import { microPerUsd } from '../usage-store.ts';

/** What came of both arms, read from turns and messages each time: who is erased is in no figure. */

interface CountedCanary {
  readonly id: string;
  readonly peers: readonly string[];
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs | null;
}

/** Rows of one arm: `t` is the turn. */
const turnsOf = (arm: CanaryArm, isOfPeers: boolean): string =>
  isOfPeers
    ? `turns t WHERE t.session_id IN (SELECT value FROM json_each(:peers)) AND t.started_at >= :since AND t.started_at < :until
        AND ${notOfProbe('t.conversation_id')}`
    : `turns t WHERE t.canary_id = :id AND t.canary_arm = '${arm}' AND ${notOfProbe('t.conversation_id')}`;

const isSilent = "(outcome = 'unanswered' AND reason_code IS NOT 'draft-dropped' OR outcome = 'unknown')";
const isHandedOver = "(outcome = 'held' AND reason_code = 'handed-over')";

/** Later it is about something else (src/store/lessons/takeovers.ts). */
const together: Milliseconds = 12 * 3_600_000;
/** So many faults of the service in a row are no blink of it. */
const faults = 3;

/** The owner typed in the chat after the turn began and before the next one did, or a person changed or dropped its draft. */
const hasOwner = `(t.reason_code IS 'draft-dropped' OR instr(t.steps, '"${draftEditedStep}"') > 0
  OR EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = t.conversation_id AND m.sender = 'owner' AND m.outcome_code = 'typed'
    AND m.deleted_at IS NULL AND m.at >= t.started_at AND m.at < t.started_at + ${together}
    AND m.at < coalesce((SELECT min(n.started_at) FROM turns n WHERE n.conversation_id = t.conversation_id AND n.id > t.id), 9e15)))`;

const hasErrors = `(t.attempts > ${faults} OR t.reason_code IS 'passing-fault' OR (t.outcome = 'interrupted' AND t.reason_code IS NOT NULL)
  OR (t.finished_at IS NULL AND (length(t.steps) - length(replace(t.steps, '"step":"retry"', ''))) / length('"step":"retry"') >= ${faults}))`;

const countsSql = (arm: CanaryArm, isOfPeers: boolean): string => `
SELECT count(*) FILTER (WHERE counts) AS turns, count(DISTINCT CASE WHEN counts THEN conversation_id END) AS chats,
  count(*) FILTER (WHERE outcome IN ('running', 'sending')) AS open,
  count(*) FILTER (WHERE outcome = 'answered') AS answered, count(*) FILTER (WHERE outcome = 'drafted') AS drafted,
  count(*) FILTER (WHERE ${isSilent}) AS silent, count(DISTINCT CASE WHEN ${isSilent} THEN conversation_id END) AS silentChats,
  count(*) FILTER (WHERE ${isHandedOver}) AS handedOver, count(DISTINCT CASE WHEN ${isHandedOver} THEN conversation_id END) AS handedOverChats,
  count(*) FILTER (WHERE counts AND owner) AS owner, count(DISTINCT CASE WHEN counts AND owner THEN conversation_id END) AS ownerChats,
  count(*) FILTER (WHERE errors) AS errors, coalesce(sum(cost_micro), 0) AS costMicro
FROM (SELECT t.conversation_id, t.outcome, t.reason_code, t.cost_micro,
    t.outcome NOT IN ('running', 'sending', 'superseded', 'interrupted') AS counts, ${hasOwner} AS owner, ${hasErrors} AS errors
  FROM ${turnsOf(arm, isOfPeers)})`;

/** As the fleet's own figures have it (src/store/history/answer-waits.ts): the middle one of all. */
const waitsSql = (arm: CanaryArm, isOfPeers: boolean): string => `
SELECT ms FROM (SELECT max(0, t.finished_at - (SELECT min(CASE WHEN m.pending_since > m.stored_at THEN m.pending_since ELSE m.at END) FROM messages m
    WHERE m.turn_id = t.id AND m.sender = 'customer')) AS ms
  FROM ${turnsOf(arm, isOfPeers)} AND t.outcome = 'answered' AND t.finished_at IS NOT NULL) WHERE ms IS NOT NULL ORDER BY ms`;

type Counts = Omit<ArmFigures, 'medianMs' | 'costUsd'> & { readonly costMicro: number };

const middle = (sorted: readonly number[]): number | null => sorted[Math.floor((sorted.length - 1) / 2)] ?? null;

export const createCanaryFigures = (database: Database) => {
  const figuresOf = (canary: CountedCanary, arm: CanaryArm, now: EpochMs): ArmFigures => {
    const isOfPeers = arm === 'control' && canary.peers.length > 0;
    const values = isOfPeers
      ? { peers: JSON.stringify(canary.peers), since: canary.startedAt, until: canary.endedAt ?? now }
      : { id: canary.id };
    const { costMicro, ...counts } = database.prepare(countsSql(arm, isOfPeers)).get(values) as unknown as Counts;
    const waits = database.prepare(waitsSql(arm, isOfPeers)).all(values) as unknown as { readonly ms: number }[];
    return { ...counts, medianMs: middle(waits.map(({ ms }) => ms)), costUsd: costMicro / microPerUsd };
  };

  return {
    figures: (canary: CountedCanary, now: EpochMs): CanaryFigures => ({
      canary: figuresOf(canary, 'canary', now),
      control: figuresOf(canary, 'control', now),
    }),
  };
};
