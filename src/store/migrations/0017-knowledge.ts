/**
 * What a session knows from files. Local only: no replica has it; backups do. Passages are written while their file is `arriving`, which nobody reads;
 * one statement makes it `current` and the one before `gone`, whose passages are erased then. The row of the last version stays for its number.
 * `words`: the text as it is looked up (src/session/knowledge-words.ts), each word marked with its session, so that a lookup meets no other's.
 */
export const knowledgeTables = {
  name: '0017-knowledge',
  sql: `
CREATE TABLE knowledge_files (
  session_id TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('arriving', 'current', 'gone')),
  kind TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  characters INTEGER NOT NULL DEFAULT 0,
  passages INTEGER NOT NULL DEFAULT 0,
  added_at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  PRIMARY KEY (session_id, name, version)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX knowledge_current ON knowledge_files (session_id, name) WHERE state = 'current';

CREATE TABLE knowledge_passages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  file TEXT NOT NULL,
  version INTEGER NOT NULL,
  n INTEGER NOT NULL,
  place TEXT NOT NULL,
  text TEXT NOT NULL,
  words TEXT NOT NULL,
  UNIQUE (session_id, file, version, n)
) STRICT;

CREATE VIRTUAL TABLE knowledge_words USING fts5(
  words, content='knowledge_passages', content_rowid='id', detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER knowledge_passage_new AFTER INSERT ON knowledge_passages BEGIN
  INSERT INTO knowledge_words (rowid, words) VALUES (NEW.id, NEW.words);
END;
CREATE TRIGGER knowledge_passage_gone AFTER DELETE ON knowledge_passages BEGIN
  INSERT INTO knowledge_words (knowledge_words, rowid, words) VALUES ('delete', OLD.id, OLD.words);
END;

-- Which answer was given which passage; n = 0: nothing was found for what was asked. Gone with its turn.
CREATE TABLE knowledge_uses (
  session_id TEXT NOT NULL,
  turn_id INTEGER NOT NULL,
  file TEXT NOT NULL,
  version INTEGER NOT NULL,
  n INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (session_id, turn_id, file, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX knowledge_uses_by_turn ON knowledge_uses (turn_id);
CREATE INDEX knowledge_uses_by_file ON knowledge_uses (session_id, file, at);
CREATE TRIGGER knowledge_turn_gone AFTER DELETE ON turns BEGIN
  DELETE FROM knowledge_uses WHERE turn_id = OLD.id;
END;

-- How many files it has: a worker that has none looks nothing up.
ALTER TABLE sessions ADD COLUMN knowledge INTEGER NOT NULL DEFAULT 0;
`,
};
