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

/**
 * Totals for the metrics. Each call reads only the rows that are new since the last one: a long history is read once, and pruning it
 * never makes a counter fall.
 */
export const createSessionTotals = (database: Database): (() => readonly SessionTotals[]) => {
  const sums = new Map<string, Sums>();
  let messagesThrough = 0;
  const of = (sessionId: string): Sums => {
    let sum = sums.get(sessionId);
    if (sum === undefined) {
      sum = { received: 0, sent: 0, aiErrors: 0 };
      sums.set(sessionId, sum);
    }
    return sum;
  };
  const newest = (sql: string): number => database.get<{ n: number | null }>(sql)?.n ?? 0;

  let turnsThrough = newest('SELECT max(id) AS n FROM turns');

  return () => {
    const messages = newest('SELECT max(seq) AS n FROM messages');
    for (const row of database.all<{ id: string; sender: string; n: number }>(
      'SELECT session_id AS id, sender, count(*) AS n FROM messages WHERE seq > ? AND seq <= ? GROUP BY session_id, sender',
      messagesThrough,
      messages,
    )) {
      if (row.sender === 'customer') of(row.id).received += row.n;
      else if (row.sender === 'bot') of(row.id).sent += row.n;
    }
    messagesThrough = Math.max(messagesThrough, messages);
    // A turn gets its outcome later than its number: only what lies before the oldest open one is settled.
    const turns = newest(
      'SELECT coalesce((SELECT min(id) - 1 FROM turns WHERE finished_at IS NULL), (SELECT max(id) FROM turns)) AS n',
    );
    for (const row of database.all<{ id: string; n: number }>(
      `SELECT t.session_id AS id, count(*) AS n FROM turns t, json_each(t.steps) s WHERE t.id > ? AND t.id <= ?
         AND s.value ->> '$.step' IN ('retry', 'refused', 'no-answer') GROUP BY t.session_id`,
      turnsThrough,
      turns,
    ))
      of(row.id).aiErrors += row.n;
    turnsThrough = Math.max(turnsThrough, turns);
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
};
