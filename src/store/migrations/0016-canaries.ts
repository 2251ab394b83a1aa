/**
 * Changes that a part of the customers meet. Local only. Its instructions lie here until they are promoted: a version that nobody published
 * must not stand among those that a replica, or another server that takes the session over, could take for the newest. Its number is kept
 * free, so that a turn names its text for good.
 *
 * A turn says which canary it was in, and on which side: figures are read from turns and go with them.
 */
export const canaryTables = {
  name: '0016-canaries',
  sql: `
CREATE TABLE canaries (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  session_name TEXT NOT NULL,
  label TEXT,
  peers TEXT NOT NULL DEFAULT '[]',
  share INTEGER,
  version INTEGER,
  instructions TEXT,
  settings TEXT NOT NULL DEFAULT '{}',
  base_version INTEGER,
  base TEXT NOT NULL DEFAULT '{}',
  rules TEXT NOT NULL DEFAULT '[]',
  state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'over', 'promoted', 'rolled-back')),
  end_code TEXT,
  evidence TEXT,
  started_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  ended_at INTEGER,
  told_at INTEGER,
  started_by TEXT NOT NULL,
  decided_at INTEGER,
  decided_by TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX canaries_running ON canaries (session_id) WHERE state = 'running';
CREATE INDEX canaries_by_session ON canaries (session_id, started_at);
CREATE INDEX canaries_by_end ON canaries (ended_at);

ALTER TABLE turns ADD COLUMN canary_id TEXT;
ALTER TABLE turns ADD COLUMN canary_arm TEXT CHECK (canary_arm IN ('canary', 'control'));
CREATE INDEX turns_by_canary ON turns (canary_id, conversation_id) WHERE canary_id IS NOT NULL;

CREATE TRIGGER canaries_gone AFTER DELETE ON sessions BEGIN
  DELETE FROM canaries WHERE session_id = OLD.id;
END;
`,
};
