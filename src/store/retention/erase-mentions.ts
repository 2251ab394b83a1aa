import { untilDone } from '../../pace/slices.ts';
import type { Database } from '../database.ts';
import type { EraseOptions, SessionRef } from './erase-options.ts';
import { rowsBehind } from './rows-behind.ts';

/** Whether a text names the customer; `?1` is the list of names as JSON. */
const names = (text: string): string => `EXISTS (SELECT 1 FROM json_each(?1) WHERE instr(${text}, value) > 0)`;

interface Page {
  readonly last: number;
  readonly looked: number;
}

/** The event log names customers in its sentences, and so does what was told to the admins of them. */
export async function* eraseMentions(
  database: Database,
  session: SessionRef,
  mentions: readonly string[],
  options: EraseOptions,
): AsyncGenerator<number> {
  if (mentions.length === 0) return;
  const list = JSON.stringify(mentions);
  const slicing = options.signal === undefined ? {} : { signal: options.signal };

  let event = 0;
  yield* untilDone((atMost) => {
    const page = database.get<Page>(
      'SELECT max(id) AS last, count(*) AS looked FROM (SELECT id FROM events WHERE session_name = ? AND id > ? ORDER BY id LIMIT ?)',
      session.name,
      event,
      atMost,
    );
    if (page === undefined || page.looked === 0) return { did: 0, more: false };
    database.slice(() =>
      database.run(
        `UPDATE events SET text = '(erased)', evidence = NULL
           WHERE session_name = ?2 AND id > ?3 AND id <= ?4 AND (${names('text')} OR ${names("coalesce(evidence, '')")})`,
        list,
        session.name,
        event,
        page.last,
      ),
    );
    event = page.last;
    return { did: page.looked, more: page.looked === atMost };
  }, slicing);

  let mark = { at: -1, key: -1 };
  const behind = rowsBehind({
    table: 'outbox',
    at: 'created_at',
    key: 'id',
    columns: `conversation_id AS conversationId, (source = 'alert' AND ${names('text')}) AS isTold`,
    session: '?2',
    markAt: '?3',
    markKey: '?4',
  });
  yield* untilDone(
    (atMost) =>
      database.slice(() => {
        const parts = database.all<{ key: number; at: number; isTold: number; conversationId: number }>(
          `${behind} LIMIT ?5`,
          list,
          session.id,
          mark.at,
          mark.key,
          atMost,
        );
        for (const part of parts) if (part.isTold === 1) eraseTold(database, list, part, options.now);
        mark = parts.at(-1) ?? mark;
        return { did: parts.length, more: parts.length === atMost };
      }),
    slicing,
  );
}

/** One part that told an admin of the customer: in the outbox, among the messages, and as the chat's last words. */
const eraseTold = (
  database: Database,
  list: string,
  part: { readonly key: number; readonly conversationId: number },
  now: number,
): void => {
  database.run(
    `UPDATE conversations SET last_text = '(erased)', updated_at = ?2 WHERE id = ?3 AND ${names('last_text')}`,
    list,
    now,
    part.conversationId,
  );
  database.run("UPDATE messages SET text = '(erased)', updated_at = ? WHERE outbox_id = ?", now, part.key);
  database.run("UPDATE outbox SET text = '(erased)', updated_at = ? WHERE id = ?", now, part.key);
};
