/**
 * What a person learned enough from, or finds wrong. A lesson itself is nowhere stored: it is read from messages, turns and drafts each time,
 * and gone with them; so is the mark, with the message that the lesson is told apart by.
 */
export const lessonTables = {
  name: '0013-lessons',
  sql: `
CREATE TABLE lesson_dismissals (
  session_id TEXT NOT NULL,
  message_key TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  PRIMARY KEY (session_id, message_key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER messages_unlearnt AFTER DELETE ON messages BEGIN
  DELETE FROM lesson_dismissals WHERE session_id = OLD.session_id AND message_key = OLD.message_key;
END;

-- Answers that a person decided about.
CREATE INDEX outbox_decided ON outbox (session_id, created_at) WHERE source = 'reply' AND (actor <> 'bot' OR status = 'dropped');
`,
};
