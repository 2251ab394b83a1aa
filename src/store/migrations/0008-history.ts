/**
 * What the charts show of the past, in few rows: minutes (`activity_minutes`, 8 days) become hours, and quarters of an hour are kept for
 * a day or two. Counts only: nothing in here names a customer.
 *
 * `hour` is the minute since 1970 at which an hour of the fleet's clock begins, `quarter` counts 15 minutes since 1970. `in_time`, `late`,
 * `unanswered` and `overdue` (not yet answered, and too late) are customers who wrote in that hour; `seen`, `connected`, `off` and `blind`
 * are minutes in which the master looked.
 */
export const historyTables = {
  name: '0008-history',
  sql: `
CREATE TABLE session_hours (
  session_id TEXT NOT NULL,
  hour INTEGER NOT NULL,
  received INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0,
  in_time INTEGER NOT NULL DEFAULT 0,
  late INTEGER NOT NULL DEFAULT 0,
  unanswered INTEGER NOT NULL DEFAULT 0,
  overdue INTEGER NOT NULL DEFAULT 0,
  seen INTEGER NOT NULL DEFAULT 0,
  connected INTEGER NOT NULL DEFAULT 0,
  off INTEGER NOT NULL DEFAULT 0,
  blind INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (session_id, hour)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_hours_by_age ON session_hours (hour);

CREATE TABLE session_quarters (
  session_id TEXT NOT NULL,
  quarter INTEGER NOT NULL,
  memory_bytes INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  PRIMARY KEY (session_id, quarter)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_quarters_by_age ON session_quarters (quarter);

CREATE TABLE fleet_quarters (
  quarter INTEGER PRIMARY KEY,
  half_ms INTEGER NOT NULL,
  most_ms INTEGER NOT NULL,
  answers INTEGER NOT NULL
) STRICT;

INSERT INTO session_hours (session_id, hour, received, sent)
  SELECT session_id, minute - minute % 60, sum(received), sum(sent) FROM activity_minutes GROUP BY 1, 2;
`,
} as const;
