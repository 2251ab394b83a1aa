import type { Database } from '../../../src/store/database.ts';
import type { Person } from './world-people.ts';

/** What must hold of a random world's store when all is over. */

export interface Violation {
  readonly seed: number;
  readonly what: string;
}

/** A person whose last word got nothing must stand in silence; nobody else may. */
export const silenceOf = (database: Database, seed: number): Violation[] => {
  const rows = database.all<{
    id: number;
    chat: string;
    left: number | null;
    answered: number | null;
    open: number;
    doubted: number;
  }>(
    `SELECT c.id, c.chat_id AS chat,
       (SELECT max(outcome_at) FROM messages m WHERE m.conversation_id = c.id AND m.sender = 'customer' AND m.outcome IN ('unanswered', 'unknown') AND m.deleted_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM messages o WHERE o.conversation_id = c.id AND o.sender = 'owner' AND o.at > m.at)) AS left,
       (SELECT max(stored_at) FROM messages m WHERE m.conversation_id = c.id AND m.sender IN ('bot', 'owner')) AS answered,
       (SELECT count(*) FROM silences s WHERE s.conversation_id = c.id AND s.ended_at IS NULL) AS open,
       (SELECT count(*) FROM silences s WHERE s.conversation_id = c.id AND s.ended_at IS NULL AND s.code = 'in-doubt') AS doubted
     FROM conversations c WHERE c.chat_kind = 'person'`,
  );
  return rows.flatMap(({ chat, left, answered, open, doubted }) => {
    if (left !== null && left > (answered ?? 0) && open === 0)
      return [{ seed, what: `${chat} got nothing, and nobody sees it` }];
    // Held because a text from the phone may have been a person's: nothing is ended, and he is shown all the same.
    if (left === null && open > doubted) return [{ seed, what: `${chat} counts as silent and was answered` }];
    return [];
  });
};

/** Whoever WhatsApp told to be one person is one conversation. */
export const twinsOf = (database: Database, seed: number, told: ReadonlySet<Person>): Violation[] =>
  [...told].flatMap((person) => {
    const { n } = database.get<{ n: number }>(
      'SELECT count(DISTINCT conversation_id) AS n FROM addresses WHERE address IN (?, ?)',
      person.number,
      person.lid,
    ) ?? { n: 0 };
    const isHeard = database.get(
      `SELECT 1 FROM messages m JOIN addresses a ON a.conversation_id = m.conversation_id WHERE a.address = ?`,
      person.lid,
    );
    return n > 1 && isHeard !== undefined ? [{ seed, what: `${person.number} and ${person.lid} are two` }] : [];
  });
