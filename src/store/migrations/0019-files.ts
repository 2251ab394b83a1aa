/**
 * Files that a session's bot may send: what is known of them. Their bytes lie in `data/files/SESSION-ID/HASH`. Local only: no replica has
 * them; backups do. A part of the outbox that is a file names it; its text is what is written under it.
 */
export const sendFileTables = {
  name: '0019-files',
  sql: `
CREATE TABLE session_files (
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  file_name TEXT NOT NULL,
  description TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('image', 'video', 'audio', 'document')),
  mime_type TEXT NOT NULL,
  is_voice INTEGER NOT NULL,
  hash TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  version INTEGER NOT NULL,
  added_at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  PRIMARY KEY (session_id, name)
) STRICT, WITHOUT ROWID;

-- The file that a part is.
ALTER TABLE outbox ADD COLUMN file TEXT;
-- Files that go with a draft, as JSON.
ALTER TABLE outbox ADD COLUMN with_files TEXT;
-- It is spoken: its text is what is said.
ALTER TABLE outbox ADD COLUMN is_spoken INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_files ON outbox (session_id, file, created_at) WHERE file IS NOT NULL;

-- How many files it may send: a worker that has none offers and loads nothing.
ALTER TABLE sessions ADD COLUMN files INTEGER NOT NULL DEFAULT 0;
`,
};
