import { createQueue } from '../pace/queue.ts';
import { inSlices } from '../pace/slices.ts';
import { notOfProbe } from './conversations/probe-chats.ts';
import type { Database } from './database.ts';

/** Sums of one session: everything in the store when this process began to count, and what came since. */
export interface SessionTotals {
  readonly session: string;
  readonly received: number;
  readonly sent: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  /** Calls of the AI service that failed, or gave nothing to send, since this process began to count. */
  readonly aiErrors: number;
}

interface Sums {
  received: number;
  sent: number;
  aiErrors: number;
}

/** What counts rows once each, in the order of their numbers: at most so many further, 0 at the end. */
const createCounting = (database: Database, sums: Map<string, Sums>) => {
  const of = (sessionId: string): Sums => {
    let sum = sums.get(sessionId);
    if (sum === undefined) {
      sum = { received: 0, sent: 0, aiErrors: 0 };
      sums.set(sessionId, sum);
    }
    return sum;
  };
  const numberOf = (sql: string, ...values: number[]): number =>
    database.get<{ n: number | null }>(sql, ...values)?.n ?? 0;

  let messagesThrough = Math.max(0, numberOf('SELECT min(seq) AS n FROM messages') - 1);
  let turnsThrough = numberOf('SELECT max(id) AS n FROM turns');

  const countMessages = (atMost: number): number => {
    const through = Math.min(messagesThrough + atMost, numberOf('SELECT max(seq) AS n FROM messages'));
    if (through <= messagesThrough) return 0;
    for (const row of database.all<{ id: string; sender: string; n: number }>(
      `SELECT session_id AS id, sender, count(*) AS n FROM messages WHERE seq > ? AND seq <= ? AND ${notOfProbe('conversation_id')}
         GROUP BY session_id, sender`,
      messagesThrough,
      through,
    )) {
      if (row.sender === 'customer') of(row.id).received += row.n;
      else if (row.sender === 'bot') of(row.id).sent += row.n;
    }
    const counted = through - messagesThrough;
    messagesThrough = through;
    return counted;
  };

  const countTurns = (atMost: number): number => {
    // A turn gets its outcome later than its number: only what lies before the oldest open one is settled.
    const settled = numberOf(
      'SELECT coalesce((SELECT min(id) - 1 FROM turns WHERE id > ? AND finished_at IS NULL), (SELECT max(id) FROM turns)) AS n',
      turnsThrough,
    );
    const through = Math.min(turnsThrough + atMost, settled);
    if (through <= turnsThrough) return 0;
    for (const row of database.all<{ id: string; n: number }>(
      `SELECT t.session_id AS id, count(*) AS n FROM turns t, json_each(t.steps) s WHERE t.id > ? AND t.id <= ?
         AND s.value ->> '$.step' IN ('retry', 'refused', 'no-answer') AND ${notOfProbe('t.conversation_id')} GROUP BY t.session_id`,
      turnsThrough,
      through,
    ))
      of(row.id).aiErrors += row.n;
    const counted = through - turnsThrough;
    turnsThrough = through;
    return counted;
  };

  return { countMessages, countTurns };
};

/**
 * Totals for the metrics. Each call reads only the rows that are new since the last one: a long history is read once, in slices (a million
 * messages in one piece held the loop for a second), and pruning it never makes a counter fall.
 */
export const createSessionTotals = (database: Database): (() => Promise<readonly SessionTotals[]>) => {
  const sums = new Map<string, Sums>();
  const { countMessages, countTurns } = createCounting(database, sums);
  const { run: inTurn } = createQueue();

  const read = async (): Promise<readonly SessionTotals[]> => {
    for (const count of [countMessages, countTurns])
      for await (const _ of inSlices(count, { firstSize: 500, maxSize: 10_000 })) void 0;

    const usage = new Map(
      database
        .all<{ id: string; input: number; output: number; micro: number }>(
          'SELECT session_id AS id, sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost_micro) AS micro FROM ai_usage GROUP BY session_id',
        )
        .map((row) => [row.id, row]),
    );
    return database.all<{ id: string; name: string }>('SELECT id, name FROM sessions ORDER BY name').map((session) => {
      const used = usage.get(session.id);
      return {
        session: session.name,
        received: sums.get(session.id)?.received ?? 0,
        sent: sums.get(session.id)?.sent ?? 0,
        inputTokens: used?.input ?? 0,
        outputTokens: used?.output ?? 0,
        costUsd: (used?.micro ?? 0) / 1_000_000,
        aiErrors: sums.get(session.id)?.aiErrors ?? 0,
      };
    });
  };

  return () => inTurn(read);
};
