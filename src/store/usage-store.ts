import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

/** A millionth of a dollar: money is kept in whole ones. */
export type MicroUsd = number;
export const microPerUsd = 1_000_000;

export interface UsageRow {
  readonly sessionId: string;
  /** `YYYY-MM-DD` in the session's time zone. */
  readonly day: string;
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: MicroUsd;
}

export type UsageDaySum = Omit<UsageRow, 'sessionId' | 'provider' | 'model'>;

/** The day `YYYY-MM-DD` in an IANA time zone. */
export const dayIn = (timeZone: string, at: EpochMs): string => {
  let format = dayFormats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    dayFormats.set(timeZone, format);
  }
  return format.format(at);
};
const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** What the AI cost, per session, day and model. */
export const createUsageStore = (database: Database) => ({
  add: (usage: Omit<UsageRow, 'calls'> & { readonly calls?: number }, now: EpochMs): void => {
    database.run(
      `INSERT INTO ai_usage (session_id, day, provider, model, calls, input_tokens, output_tokens, cost_micro, updated_at) VALUES (?,?,?,?,?,?,?,?,?)
       ON CONFLICT (session_id, day, provider, model) DO UPDATE SET calls = calls + excluded.calls, input_tokens = input_tokens + excluded.input_tokens,
         output_tokens = output_tokens + excluded.output_tokens, cost_micro = cost_micro + excluded.cost_micro, updated_at = excluded.updated_at`,
      usage.sessionId,
      usage.day,
      usage.provider,
      usage.model,
      usage.calls ?? 1,
      usage.inputTokens,
      usage.outputTokens,
      usage.costMicroUsd,
      now,
    );
  },
  /** What one session spent on a day. */
  spent: (sessionId: string, day: string): MicroUsd =>
    database.get<{ n: number | null }>(
      'SELECT sum(cost_micro) AS n FROM ai_usage WHERE session_id = ? AND day = ?',
      sessionId,
      day,
    )?.n ?? 0,
  /** What one session spent on one model on a day. */
  spentOn: (sessionId: string, day: string, model: string): MicroUsd =>
    database.get<{ n: number | null }>(
      'SELECT sum(cost_micro) AS n FROM ai_usage WHERE session_id = ? AND day = ? AND model = ?',
      sessionId,
      day,
      model,
    )?.n ?? 0,
  /** What the whole fleet spent on a day. */
  fleetSpent: (day: string): MicroUsd =>
    database.get<{ n: number | null }>('SELECT sum(cost_micro) AS n FROM ai_usage WHERE day = ?', day)?.n ?? 0,
  /** Sums per day, newest day first. */
  days: (options: { readonly sessionId?: string; readonly fromDay: string }): UsageDaySum[] =>
    database.all<UsageDaySum>(
      `SELECT day, sum(calls) AS calls, sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens, sum(cost_micro) AS costMicroUsd
       FROM ai_usage WHERE day >= ? ${options.sessionId === undefined ? '' : 'AND session_id = ?'} GROUP BY day ORDER BY day DESC`,
      options.fromDay,
      ...(options.sessionId === undefined ? [] : [options.sessionId]),
    ),
  /** Sums of one session or one model each, the dearest first; `of`: the session's id or the model. */
  shares: (by: 'session' | 'model', fromDay: string): (Omit<UsageDaySum, 'day'> & { readonly of: string })[] => {
    const column = by === 'session' ? 'session_id' : 'model';
    return database.all(
      `SELECT ${column} AS "of", sum(calls) AS calls, sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens,
         sum(cost_micro) AS costMicroUsd FROM ai_usage INDEXED BY ai_usage_by_day WHERE day >= ? GROUP BY 1 ORDER BY 5 DESC, 2 DESC, 1`,
      fromDay,
    );
  },
  /** Newest day first. */
  list: (options: { readonly sessionId?: string; readonly fromDay: string }): UsageRow[] => {
    const columns = `session_id AS sessionId, day, provider, model, calls, input_tokens AS inputTokens, output_tokens AS outputTokens,
      cost_micro AS costMicroUsd`;
    return options.sessionId === undefined
      ? database.all<UsageRow>(
          `SELECT ${columns} FROM ai_usage WHERE day >= ? ORDER BY day DESC, session_id, provider, model`,
          options.fromDay,
        )
      : database.all<UsageRow>(
          `SELECT ${columns} FROM ai_usage WHERE session_id = ? AND day >= ? ORDER BY day DESC, provider, model`,
          options.sessionId,
          options.fromDay,
        );
  },
});
export type UsageStore = ReturnType<typeof createUsageStore>;
