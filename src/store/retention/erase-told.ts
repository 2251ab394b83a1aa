import { inSlices, untilDone } from '../../pace/slices.ts';
import type { Mentions } from '../../session/mentions.ts';
import type { Database } from '../database.ts';

/** What the rest of the store tells of a session that is erased: events, alerts and incidents of the fleet, messages that told an admin of it. */

export interface ToldOptions {
  /** What was told later is about the erasure itself. */
  readonly before: number;
  readonly signal: AbortSignal;
}

interface TextRow {
  readonly id: number;
  readonly text: string;
}

const erased = '(erased)';

/** Reads `page` on by id and does `erase` to the rows that tell of the session, a slice at a time; how many. */
async function* eachThat(
  page: (after: number, atMost: number) => readonly TextRow[],
  mentions: Mentions,
  erase: (row: TextRow) => void,
  { signal }: ToldOptions,
): AsyncGenerator<number> {
  let after = 0;
  let found = 0;
  const slices = untilDone(
    (atMost) => {
      const rows = page(after, atMost);
      const telling = rows.filter(({ text }) => mentions(text));
      for (const row of telling) erase(row);
      found = telling.length;
      after = rows.at(-1)?.id ?? after;
      return { did: rows.length, more: rows.length === atMost };
    },
    { signal },
  );
  for await (const _ of slices) yield found;
}

const eraseEvents = (database: Database, mentions: Mentions, options: ToldOptions): AsyncGenerator<number> =>
  eachThat(
    (after, atMost) =>
      database.all<TextRow>(
        `SELECT id, text || ' ' || coalesce(evidence, '') || ' ' || coalesce(session_name, '') AS text FROM events
           WHERE id > ? AND at < ? ORDER BY id LIMIT ?`,
        after,
        options.before,
        atMost,
      ),
    mentions,
    ({ id }) => database.run('DELETE FROM events WHERE id = ?', id),
    options,
  );

const eraseAlerts = (database: Database, mentions: Mentions, options: ToldOptions): AsyncGenerator<number> =>
  eachThat(
    (after, atMost) =>
      database.all<TextRow>('SELECT id, body AS text FROM alerts WHERE id > ? ORDER BY id LIMIT ?', after, atMost),
    mentions,
    ({ id }) => database.run('DELETE FROM alerts WHERE id = ?', id),
    options,
  );

/** An incident was everybody's: its other sessions keep it, without this one. */
const withoutMentions = (value: unknown, mentions: Mentions): unknown => {
  if (typeof value === 'string') return mentions(value) ? erased : value;
  if (Array.isArray(value))
    return value
      .filter((one) => typeof one !== 'string' || !mentions(one))
      .map((one) => withoutMentions(one, mentions));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (mentions(key) ? [] : [[key, withoutMentions(inner, mentions)]])),
  );
};

const eraseIncidents = (database: Database, mentions: Mentions, options: ToldOptions): AsyncGenerator<number> =>
  eachThat(
    (after, atMost) =>
      database.all<TextRow>('SELECT id, body AS text FROM incidents WHERE id > ? ORDER BY id LIMIT ?', after, atMost),
    mentions,
    ({ id, text }) =>
      database.run(
        'UPDATE incidents SET body = ? WHERE id = ?',
        JSON.stringify(withoutMentions(JSON.parse(text), mentions)),
        id,
      ),
    options,
  );

/** What another session told an admin of this one: in its outbox, among its messages, as its chat's last words. */
const eraseTold = (database: Database, mentions: Mentions, options: ToldOptions): AsyncGenerator<number> =>
  eachThat(
    (after, atMost) =>
      database.all<TextRow>(
        `SELECT id, CASE source WHEN 'alert' THEN text ELSE '' END AS text FROM outbox WHERE id > ? ORDER BY id LIMIT ?`,
        after,
        atMost,
      ),
    mentions,
    ({ id, text }) =>
      database.transaction(() => {
        const now = options.before;
        database.run(
          `UPDATE conversations SET last_text = ?, updated_at = ?
             WHERE last_text = ? AND id = (SELECT conversation_id FROM outbox WHERE id = ?)`,
          erased,
          now,
          text,
          id,
        );
        database.run('UPDATE messages SET text = ?, updated_at = ? WHERE outbox_id = ?', erased, now, id);
        database.run('UPDATE outbox SET text = ?, updated_at = ? WHERE id = ?', erased, now, id);
      }),
    options,
  );

export async function* eraseToldOfSession(
  database: Database,
  session: { readonly name: string; readonly ids: readonly string[]; readonly mentions: Mentions },
  options: ToldOptions & { readonly count: (what: string, howMany: number) => void },
): AsyncGenerator<void> {
  const kinds = [
    ['events', eraseEvents],
    ['alerts', eraseAlerts],
    ['incidents', eraseIncidents],
    ['told-admins', eraseTold],
  ] as const;
  for (const [what, erase] of kinds)
    for await (const found of erase(database, session.mentions, options)) {
      options.count(what, found);
      yield;
    }

  // Jobs that were done for it before this one, and whatever else is kept under its id.
  for (const id of session.ids) database.run('DELETE FROM meta WHERE key = ?', `restored:${id}`);
  for await (const _ of inSlices(
    (atMost) =>
      database.run(
        `DELETE FROM jobs WHERE id IN
           (SELECT id FROM jobs WHERE args ->> 'sessionName' = ? AND state <> 'running' LIMIT ?)`,
        session.name,
        atMost,
      ).changes,
    { signal: options.signal },
  ))
    yield;
}

/**
 * What was noted for a replica that there is not: chat ids, and with them customers' numbers. False: this store was replicated once, and
 * the replica may still hold what they stand for.
 */
export const forgetErasures = async (
  database: Database,
  sessionIds: readonly string[],
  signal: AbortSignal,
): Promise<boolean> => {
  if (database.get('SELECT 1 FROM replica_state LIMIT 1') !== undefined) return false;

  // Along the key: without an index of the session, a slice that looked for its rows would read all others' again each time.
  const ids = JSON.stringify(sessionIds);
  let mark = -1;
  const slices = untilDone(
    (atMost) => {
      const page = database.get<{ last: number | null; looked: number }>(
        'SELECT max(change_seq) AS last, count(*) AS looked FROM (SELECT change_seq FROM tombstones WHERE change_seq > ? ORDER BY change_seq LIMIT ?)',
        mark,
        atMost,
      );
      if (page === undefined || page.last === null) return { did: 0, more: false };
      const { last } = page;
      const forget =
        'DELETE FROM tombstones WHERE change_seq > ? AND change_seq <= ? AND session_id IN (SELECT value FROM json_each(?))';
      database.slice(() => database.run(forget, mark, last, ids));
      mark = last;
      return { did: page.looked, more: page.looked === atMost };
    },
    { signal },
  );
  for await (const _ of slices) signal.throwIfAborted();
  return true;
};

/** How the replica's own books call a session: needed until the replica has erased it and knows that it is gone. */
export const forgetReplicaName = (database: Database, sessionIds: readonly string[]): void => {
  for (const id of sessionIds)
    database.run(
      'DELETE FROM replica_sessions WHERE session_id = ? AND (removed = 1 OR NOT EXISTS (SELECT 1 FROM replica_state))',
      id,
    );
};
