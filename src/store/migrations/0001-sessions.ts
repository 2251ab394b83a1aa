/** Sessions, their instructions, and the fleet's event log. Times are epoch ms, JSON columns are validated on the way in and out. */
export const sessionTables = {
  name: '0001-sessions',
  sql: `
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL DEFAULT '',
  engine TEXT NOT NULL DEFAULT 'wppconnect',
  expected_phone TEXT,
  desired_state TEXT NOT NULL DEFAULT 'stopped',
  state TEXT NOT NULL DEFAULT 'stopped',
  state_since INTEGER NOT NULL,
  reason_code TEXT,
  reason TEXT,
  phone TEXT,
  lid TEXT,
  push_name TEXT,
  first_linked_at INTEGER,
  connected_since INTEGER,
  port INTEGER,
  replies TEXT NOT NULL DEFAULT 'on',
  ai_config TEXT NOT NULL DEFAULT '{}',
  timing_config TEXT NOT NULL DEFAULT '{}',
  filters TEXT NOT NULL DEFAULT '{}',
  instructions_version INTEGER,
  restarts INTEGER NOT NULL DEFAULT 0,
  home_node TEXT,
  revision INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE instructions (
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  text TEXT NOT NULL,
  author TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, version)
) STRICT;

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  level TEXT NOT NULL,
  session_id TEXT,
  session_name TEXT,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  evidence TEXT,
  actor TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_session ON events (session_name, id);
`,
} as const;
