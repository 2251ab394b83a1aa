/** What this store knows of its replica: how far it has been sent, what was last agreed on, leases, and rows that came from elsewhere. */
export const replicaTables = {
  name: '0003-replica',
  sql: `
CREATE TABLE replica_state (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Rows outlive their session: erasures and late rows still find its name.
CREATE TABLE replica_sessions (
  session_id TEXT PRIMARY KEY,
  session_name TEXT NOT NULL,
  synced_revision INTEGER NOT NULL DEFAULT 0,
  sent_instructions INTEGER NOT NULL DEFAULT 0,
  home_node TEXT,
  home_host TEXT,
  lease_epoch INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  removed INTEGER NOT NULL DEFAULT 0,
  problem TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX replica_sessions_by_name ON replica_sessions (session_name);

-- Turns and parts that came from another store keep the key that they have there.
CREATE TABLE replica_keys (
  kind TEXT NOT NULL,
  local_id INTEGER NOT NULL,
  row_key TEXT NOT NULL,
  PRIMARY KEY (kind, local_id),
  UNIQUE (kind, row_key)
) STRICT, WITHOUT ROWID;

-- Rows that the replica refused by themselves; the ones behind them go on.
CREATE TABLE replica_refused (
  kind TEXT NOT NULL,
  local_id TEXT NOT NULL,
  change_seq INTEGER NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (kind, local_id)
) STRICT, WITHOUT ROWID;
`,
} as const;
