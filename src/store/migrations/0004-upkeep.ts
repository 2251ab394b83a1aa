/** Incidents of the fleet, and alerts until they are told. Both outlive the master. */
export const upkeepTables = {
  name: '0004-upkeep',
  sql: `
CREATE TABLE incidents (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE alerts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL,
  sent_at INTEGER,
  problem TEXT
) STRICT;
CREATE INDEX alerts_waiting ON alerts (channel, id) WHERE sent_at IS NULL;
CREATE INDEX alerts_sent ON alerts (channel, sent_at) WHERE sent_at IS NOT NULL;
`,
} as const;
