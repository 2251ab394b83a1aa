/**
 * Long work that outlives the master which began it, and chats that became one while part of their rows still stands under the one that
 * is gone. A job's arguments may name a customer who is to be erased: they go when it ends.
 */
export const jobTables = {
  name: '0007-jobs',
  sql: `
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  args TEXT NOT NULL DEFAULT '{}',
  state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed')),
  done INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL DEFAULT 0,
  step TEXT,
  result TEXT,
  error TEXT,
  actor TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX jobs_open ON jobs (id) WHERE state = 'running';

CREATE TABLE conversation_merges (
  gone_id INTEGER PRIMARY KEY,
  kept_id INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX conversation_merges_by_kept ON conversation_merges (kept_id);
`,
} as const;
