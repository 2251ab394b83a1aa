/**
 * The mystery customer. The mark of its messages is their chat: a conversation of the kind `probe`, which is nobody's and is merged with
 * nobody's. Whatever counts or lists what customers said leaves such chats out (conversations/probe-chats.ts); a replica knows the kind of
 * a chat already.
 *
 * `probe_ids` holds WhatsApp's ids of what a probe chat sends, before it is sent: by them the other side knows a probe, and its answer,
 * whatever address they come under.
 */
export const probeTables = {
  name: '0011-probes',
  sql: `
CREATE TABLE probes (
  session_id TEXT PRIMARY KEY,
  from_id TEXT NOT NULL,
  every_ms INTEGER NOT NULL,
  from_minute INTEGER NOT NULL,
  until_minute INTEGER NOT NULL,
  text TEXT NOT NULL,
  expect TEXT,
  next_at INTEGER NOT NULL,
  set_at INTEGER NOT NULL,
  set_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE probe_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  from_id TEXT NOT NULL,
  why TEXT NOT NULL,
  text TEXT NOT NULL,
  expect TEXT,
  part_id INTEGER,
  begun_at INTEGER NOT NULL,
  sent_at INTEGER,
  received_at INTEGER,
  answered_at INTEGER,
  deadline_at INTEGER,
  ended_at INTEGER,
  outcome TEXT,
  answer_ms INTEGER,
  code TEXT,
  reason TEXT
) STRICT;
CREATE UNIQUE INDEX probe_runs_open ON probe_runs (session_id) WHERE ended_at IS NULL;
CREATE INDEX probe_runs_by_session ON probe_runs (session_id, begun_at);
CREATE INDEX probe_runs_by_from ON probe_runs (from_id);
CREATE INDEX probe_runs_by_part ON probe_runs (part_id);

CREATE TABLE probe_ids (
  message_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  is_question INTEGER NOT NULL,
  part_id INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX probe_ids_by_age ON probe_ids (at);
CREATE INDEX probe_ids_by_session ON probe_ids (session_id);

CREATE INDEX conversations_probes ON conversations (id) WHERE chat_kind = 'probe';
`,
};
