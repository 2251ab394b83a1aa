/**
 * Vectors of passages, by which they are found by what they mean. A row holds those of up to 96 passages of one version of a file, from number
 * `first` on: `texts` a mark of 8 bytes each, of the text that the vector was made of; `vectors` as src/store/knowledge/small-vectors.ts packs
 * them. `model`: which vectors can be compared (src/session/embeddings.ts). Local only, as the passages are; made anew where they are missing.
 * `knowledge_meaning`: what a session's vectors of one model have in common. `anchors` are questions about nothing that a business knows,
 * `tops` how near the nearest passage came to each of them, `floor` what follows from it: nearer than that is near.
 */
export const meaningTables = {
  name: '0022-meaning',
  sql: `
CREATE TABLE knowledge_vectors (
  session_id TEXT NOT NULL,
  file TEXT NOT NULL,
  version INTEGER NOT NULL,
  model TEXT NOT NULL,
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  dimensions INTEGER NOT NULL,
  texts BLOB NOT NULL,
  vectors BLOB NOT NULL,
  PRIMARY KEY (session_id, file, version, model, first)
) STRICT;

-- Whatever way a version came: vectors of another text of its name and number are none of it.
CREATE TRIGGER knowledge_file_new AFTER INSERT ON knowledge_files BEGIN
  DELETE FROM knowledge_vectors WHERE session_id = NEW.session_id AND file = NEW.name AND version = NEW.version;
END;

CREATE TABLE knowledge_meaning (
  session_id TEXT PRIMARY KEY,
  model TEXT NOT NULL,
  dimensions INTEGER NOT NULL DEFAULT 0,
  anchors BLOB,
  tops TEXT,
  floor REAL,
  problem_code TEXT,
  problem TEXT,
  problem_at INTEGER,
  problem_revision INTEGER
) STRICT, WITHOUT ROWID;
`,
};
