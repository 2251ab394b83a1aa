/**
 * Changes of the instructions that the AI proposes. Local only. A proposal goes with every message that it was made of, whoever deletes it or
 * takes its words back; that a person did not want a change is remembered by the change's hash alone.
 */
export const proposalTables = {
  name: '0014-proposals',
  sql: `
CREATE TABLE proposals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'asking'
    CHECK (state IN ('asking', 'rehearsing', 'waiting', 'published', 'dropped', 'nothing', 'budget', 'failed')),
  reason TEXT,
  night TEXT,
  base_version INTEGER,
  model TEXT NOT NULL,
  limit_micro INTEGER,
  cost_micro INTEGER NOT NULL DEFAULT 0,
  calls INTEGER NOT NULL DEFAULT 0,
  edits TEXT NOT NULL DEFAULT '[]',
  refused TEXT NOT NULL DEFAULT '[]',
  instructions TEXT,
  version INTEGER,
  actor TEXT NOT NULL,
  decided_by TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX proposals_by_session ON proposals (session_id, id);
CREATE INDEX proposals_waiting ON proposals (session_id, base_version) WHERE state = 'waiting';

-- What it was made of: each lesson by its own message, and every message of it.
CREATE TABLE proposal_lessons (
  proposal_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  lesson_id TEXT NOT NULL,
  turn_id INTEGER,
  PRIMARY KEY (proposal_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE proposal_sources (
  session_id TEXT NOT NULL,
  message_key TEXT NOT NULL,
  proposal_id INTEGER NOT NULL,
  PRIMARY KEY (session_id, message_key, proposal_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX proposal_sources_by_proposal ON proposal_sources (proposal_id);

CREATE TABLE proposal_nights (
  session_id TEXT PRIMARY KEY,
  night TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('asked', 'few', 'open', 'budget', 'incident')),
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE dropped_changes (
  session_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (session_id, hash)
) STRICT, WITHOUT ROWID;

-- Of a proposal; null: a person began it.
ALTER TABLE rehearsals ADD COLUMN proposal_id INTEGER;
ALTER TABLE rehearsals ADD COLUMN limit_micro INTEGER;
CREATE INDEX rehearsals_of_proposals ON rehearsals (proposal_id) WHERE proposal_id IS NOT NULL;

CREATE TRIGGER proposals_gone AFTER DELETE ON proposals BEGIN
  DELETE FROM proposal_lessons WHERE proposal_id = OLD.id;
  DELETE FROM proposal_sources WHERE proposal_id = OLD.id;
  DELETE FROM rehearsals WHERE proposal_id = OLD.id;
END;
CREATE TRIGGER proposed_message_gone AFTER DELETE ON messages BEGIN
  DELETE FROM proposals WHERE id IN
    (SELECT proposal_id FROM proposal_sources WHERE session_id = OLD.session_id AND message_key = OLD.message_key);
END;
CREATE TRIGGER proposed_message_changed AFTER UPDATE OF text, deleted_at ON messages
  WHEN NEW.text IS NOT OLD.text OR NEW.deleted_at IS NOT OLD.deleted_at BEGIN
  DELETE FROM proposals WHERE id IN
    (SELECT proposal_id FROM proposal_sources WHERE session_id = OLD.session_id AND message_key = OLD.message_key);
END;
`,
} as const;
