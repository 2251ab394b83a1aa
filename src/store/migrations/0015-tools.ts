/**
 * Tools of sessions, without their secrets, and the calls that were made of them. A call is stored before it is made; its key is what the
 * tool knows it by. Its words go with its turn, and with the words of the customer that it was made of. Local only.
 */
export const toolTables = {
  name: '0015-tools',
  sql: `
CREATE TABLE tools (
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  set_at INTEGER NOT NULL,
  set_by TEXT NOT NULL,
  PRIMARY KEY (session_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE tool_calls (
  key TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  conversation_id INTEGER NOT NULL,
  turn_id INTEGER NOT NULL,
  place INTEGER NOT NULL,
  tool TEXT NOT NULL,
  call_id TEXT,
  signature TEXT,
  arguments TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'begun', 'ok', 'failed', 'unknown', 'dropped')),
  status INTEGER,
  code TEXT,
  reason TEXT,
  answer TEXT,
  asked_at INTEGER NOT NULL,
  begun_at INTEGER,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tool_calls_open ON tool_calls (session_id, conversation_id) WHERE state = 'begun';
CREATE INDEX tool_calls_by_turn ON tool_calls (turn_id);
CREATE INDEX tool_calls_by_chat ON tool_calls (conversation_id);
CREATE INDEX tool_calls_by_session ON tool_calls (session_id, asked_at);

CREATE TRIGGER tool_calls_turn_gone AFTER DELETE ON turns BEGIN
  DELETE FROM tool_calls WHERE turn_id = OLD.id;
END;
CREATE TRIGGER tool_calls_turn_changed AFTER UPDATE OF joined_text ON turns WHEN NEW.joined_text IS NOT OLD.joined_text BEGIN
  UPDATE tool_calls SET arguments = '{}', answer = NULL WHERE turn_id = NEW.id AND ended_at IS NOT NULL;
END;
CREATE TRIGGER tool_calls_turn_moved AFTER UPDATE OF conversation_id ON turns WHEN NEW.conversation_id IS NOT OLD.conversation_id BEGIN
  UPDATE tool_calls SET conversation_id = NEW.conversation_id WHERE turn_id = NEW.id;
END;
`,
};
