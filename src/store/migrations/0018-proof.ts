/**
 * What a turn was asked with stands beside it: the running summary of then, each text once, for as long as a turn was asked with it. It goes
 * with the chat's own summary, too, which is taken away where words of it were (a message deleted for everybody, a customer, `!limpar`).
 *
 * That a lesson is hidden stands in its message, so that it goes where the session goes. Canaries are told apart by their order, whatever the
 * clock did between two.
 */
export const proofColumns = {
  name: '0018-proof',
  sql: `
CREATE TABLE summaries (
  hash TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE turns ADD COLUMN summary_hash TEXT;
CREATE INDEX turns_by_summary ON turns (summary_hash) WHERE summary_hash IS NOT NULL;

CREATE TRIGGER summary_unused AFTER DELETE ON turns WHEN OLD.summary_hash IS NOT NULL BEGIN
  DELETE FROM summaries WHERE hash = OLD.summary_hash AND NOT EXISTS (SELECT 1 FROM turns WHERE summary_hash = OLD.summary_hash);
END;
CREATE TRIGGER summary_forgotten AFTER UPDATE OF context_summary ON conversations
WHEN NEW.context_summary IS NULL AND OLD.context_summary IS NOT NULL BEGIN
  DELETE FROM summaries WHERE hash IN (SELECT summary_hash FROM turns WHERE conversation_id = NEW.id AND summary_hash IS NOT NULL);
END;

UPDATE messages SET facts = json_set(coalesce(facts, '{}'), '$.hiddenLesson', json('true'))
  WHERE (message_key, session_id) IN (SELECT message_key, session_id FROM lesson_dismissals);
DROP TRIGGER messages_unlearnt;
DROP TABLE lesson_dismissals;

ALTER TABLE canaries ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE canaries SET number = (SELECT count(*) FROM canaries o WHERE o.session_id = canaries.session_id
  AND (o.started_at, o.id) <= (canaries.started_at, canaries.id));
DROP INDEX canaries_by_session;
CREATE INDEX canaries_by_session ON canaries (session_id, number);
`,
};
