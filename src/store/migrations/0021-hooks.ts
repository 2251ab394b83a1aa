/**
 * Addresses that are told what happens in a session, and what there is to tell. An event holds no words: `subject` is the row of the message,
 * turn, silence or chat that it is of, and what is sent is read from there, so that an event goes with whoever is erased. It is written in the
 * transaction in which it happens. `delivered_through` is how far a hook has come. Local only; rows that come from a replica or an archive tell
 * nothing.
 */
export const hookTables = {
  name: '0021-hooks',
  sql: `
CREATE TABLE hooks (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  allow_hosts TEXT NOT NULL,
  set_at INTEGER NOT NULL,
  set_by TEXT NOT NULL,
  delivered_through INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  delivered_at INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL DEFAULT 0,
  failing_since INTEGER,
  problem TEXT,
  UNIQUE (session_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE hook_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  session_id TEXT NOT NULL,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  subject INTEGER,
  facts TEXT
) STRICT;
CREATE INDEX hook_events_by_session ON hook_events (session_id, id);
CREATE INDEX hook_events_by_subject ON hook_events (type, subject) WHERE subject IS NOT NULL;

CREATE TABLE hook_dead (
  hook_id TEXT NOT NULL REFERENCES hooks(id) ON DELETE CASCADE,
  event_id INTEGER NOT NULL REFERENCES hook_events(id) ON DELETE CASCADE,
  died_at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  is_due INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (hook_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hook_dead_by_event ON hook_dead (event_id);

CREATE TRIGGER hook_message_gone AFTER DELETE ON messages BEGIN
  DELETE FROM hook_events WHERE type = 'message.received' AND subject = OLD.seq;
END;
CREATE TRIGGER hook_turn_gone AFTER DELETE ON turns BEGIN
  DELETE FROM hook_events WHERE type = 'message.answered' AND subject = OLD.id;
END;
CREATE TRIGGER hook_silence_gone AFTER DELETE ON silences BEGIN
  DELETE FROM hook_events WHERE type = 'customer.silent' AND subject = OLD.id;
END;
-- Without a hook there is nobody to tell.
CREATE TRIGGER hook_gone AFTER DELETE ON hooks WHEN NOT EXISTS (SELECT 1 FROM hooks WHERE session_id = OLD.session_id) BEGIN
  DELETE FROM hook_events WHERE session_id = OLD.session_id;
END;
-- Of a chat that became one with another its other one tells.
CREATE TRIGGER hook_chat_gone AFTER DELETE ON conversations BEGIN
  DELETE FROM hook_events WHERE type = 'customer.handed_over' AND subject = OLD.id;
END;
`,
};
