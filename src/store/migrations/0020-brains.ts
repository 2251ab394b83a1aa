/**
 * Questions to a brain of the operator's own that may be answered later (`turn`: a name of its messages), and the answer: a turn that
 * is asked anew after a crash finds it. Gone with the turn that asked. Local only.
 */
export const brainTables = {
  name: '0020-brains',
  sql: `
CREATE TABLE brain_waits (
  session_id TEXT NOT NULL,
  turn TEXT NOT NULL,
  turn_id INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  answer TEXT,
  answered_at INTEGER,
  PRIMARY KEY (session_id, turn)
) STRICT, WITHOUT ROWID;
CREATE INDEX brain_waits_by_turn ON brain_waits (turn_id);
CREATE INDEX brain_waits_by_age ON brain_waits (asked_at);
CREATE TRIGGER brain_turn_gone AFTER DELETE ON turns BEGIN
  DELETE FROM brain_waits WHERE turn_id = OLD.id;
END;
CREATE TRIGGER brain_turn_changed AFTER UPDATE OF joined_text ON turns WHEN NEW.joined_text IS NOT OLD.joined_text BEGIN
  DELETE FROM brain_waits WHERE turn_id = NEW.id;
END;
`,
};
