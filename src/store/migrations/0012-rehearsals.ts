/**
 * Recorded turns that were asked again with a change. Local only. What was answered to a turn goes with the turn, whoever deletes it
 * (retention, a purge, a merge of sessions), and so does what was answered to words that are other ones now; a case that was made of a
 * chat goes with the chat.
 */
export const rehearsalTables = {
  name: '0012-rehearsals',
  sql: `
CREATE TABLE rehearsals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  session_name TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'stopped', 'budget', 'failed')),
  reason TEXT,
  base_version INTEGER,
  instructions TEXT,
  model TEXT,
  settings TEXT NOT NULL DEFAULT '{}',
  judge TEXT,
  judge_version INTEGER,
  estimate_micro INTEGER NOT NULL DEFAULT 0,
  cost_micro INTEGER NOT NULL DEFAULT 0,
  actor TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX rehearsals_by_session ON rehearsals (session_id, id);

CREATE TABLE rehearsal_turns (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rehearsal_id INTEGER NOT NULL,
  turn_id INTEGER,
  conversation_id INTEGER,
  scene TEXT,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'asked', 'failed')),
  answer TEXT,
  problem TEXT
) STRICT;
CREATE INDEX rehearsal_turns_by_rehearsal ON rehearsal_turns (rehearsal_id, state);
CREATE INDEX rehearsal_turns_by_turn ON rehearsal_turns (turn_id) WHERE turn_id IS NOT NULL;
CREATE INDEX rehearsal_turns_by_chat ON rehearsal_turns (conversation_id) WHERE conversation_id IS NOT NULL;

CREATE TRIGGER rehearsals_gone AFTER DELETE ON rehearsals BEGIN
  DELETE FROM rehearsal_turns WHERE rehearsal_id = OLD.id;
END;
CREATE TRIGGER rehearsed_turn_gone AFTER DELETE ON turns BEGIN
  DELETE FROM rehearsal_turns WHERE turn_id = OLD.id;
END;
CREATE TRIGGER rehearsed_turn_changed AFTER UPDATE OF joined_text ON turns WHEN NEW.joined_text IS NOT OLD.joined_text BEGIN
  DELETE FROM rehearsal_turns WHERE turn_id = NEW.id;
END;
CREATE TRIGGER rehearsed_chat_gone AFTER DELETE ON conversations BEGIN
  DELETE FROM rehearsal_turns WHERE conversation_id = OLD.id;
END;
`,
} as const;
