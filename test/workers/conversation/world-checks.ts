import { messageKey } from '../../../src/session/message-key.ts';
import type { Database } from '../../../src/store/database.ts';
import type { WhatsAppMessage } from '../../../workers/whatsapp/whatsapp-client.ts';
import type { SentMessage } from './pipeline-support.ts';
import { type Person, people } from './world-people.ts';

/** What must hold of a random world's store when all is over. */

export interface Violation {
  readonly seed: number;
  readonly what: string;
}

/** A person whose last word got nothing must stand in silence; nobody else may. */
const silenceOf = (database: Database, seed: number): Violation[] => {
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
const twinsOf = (database: Database, seed: number, told: ReadonlySet<Person>): Violation[] =>
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

/** What was broken, and how many messages ended in which way. */
export const worldViolations = (
  database: Database,
  {
    seed,
    arrived,
    deleted,
    told,
    sent,
  }: {
    readonly seed: number;
    readonly arrived: readonly WhatsAppMessage[];
    /** Ids of what was taken back. */
    readonly deleted: ReadonlySet<string>;
    readonly told: ReadonlySet<Person>;
    readonly sent: readonly SentMessage[];
  },
): { violations: Violation[]; outcomes: Record<string, number> } => {
  const violations: Violation[] = [];
  const broken = (what: string): void => {
    violations.push({ seed, what });
  };
  const rows = database.all<{ key: string; text: string; outcome: string; code: string | null }>(
    `SELECT message_key AS key, text, outcome, outcome_code AS code FROM messages WHERE sender = 'customer'`,
  );
  for (const row of rows) if (row.outcome === 'pending') broken(`${row.text} (${row.key}) still waits`);
  const byKey = Map.groupBy(rows, (row) => row.key);
  const outcomes: Record<string, number> = {};
  for (const one of arrived) {
    const found = byKey.get(messageKey(one.id)) ?? [];
    if (deleted.has(one.id)) {
      for (const row of found) if (row.text !== '') broken(`${one.text} was deleted and is kept as ${row.text}`);
      continue;
    }
    if (found.length !== 1) broken(`${one.text} is stored ${found.length} times`);
    const outcome = found[0]?.outcome ?? 'lost';
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (!['answered', 'held', 'unanswered', 'unknown'].includes(outcome))
      broken(`${one.text} ended as ${outcome} ${found[0]?.code ?? ''}`);
    if (found[0]?.code === 'session-paused') broken(`${one.text} is held although replies are on again`);
  }
  const ids = sent.map((one) => one.messageId);
  if (new Set(ids).size !== ids.length)
    broken(`the same id went out twice: ${ids.filter((id, index) => ids.indexOf(id) !== index).join()}`);
  const parts = database.all<{
    id: number;
    messageId: string | null;
    status: string;
    chatId: string;
    batch: number;
    part: number;
    turnId: number | null;
    text: string;
    file: string | null;
  }>(
    `SELECT o.id, o.message_id AS messageId, o.status, c.chat_id AS chatId, o.batch, o.part, o.turn_id AS turnId, o.text, o.file FROM outbox o
     JOIN conversations c ON c.id = o.conversation_id`,
  );
  const partOf = new Map(parts.map((part) => [part.messageId, part]));
  for (const part of parts)
    if (part.status === 'queued' || part.status === 'sending') broken(`part ${part.id} is still ${part.status}`);
  for (const address of people.flatMap(({ number, lid }) => [number, lid])) {
    const out = sent.filter((one) => one.chatId === address).map((one) => partOf.get(one.messageId));
    if (out.some((part) => part === undefined)) broken(`${address}: something went out that the outbox does not know`);
    // Two chats that were worked on each for itself have one order only from the moment on at which they became one.
    const isMerged = database.get(
      `SELECT 1 FROM events WHERE kind = 'chats-merged' AND instr(evidence, ?) > 0`,
      address,
    );
    const order = out.map((part) => (part === undefined ? 0 : part.batch * 1000 + part.part));
    const batches = Map.groupBy(out, (part) => part?.batch ?? 0);
    for (const [batch, members] of batches)
      if (members.some((part, index) => index > 0 && (part?.part ?? 0) <= (members[index - 1]?.part ?? 0)))
        broken(`${address}: batch ${batch} out of order`);
    if (isMerged === undefined && order.some((place, index) => index > 0 && place <= (order[index - 1] ?? 0)))
      broken(`${address}: out of order ${order.join(' ')}`);
  }
  violations.push(...silenceOf(database, seed));
  violations.push(...twinsOf(database, seed, told));
  const wentOut = new Set(ids);
  for (const part of parts) {
    if (part.status === 'sent' && !wentOut.has(part.messageId ?? ''))
      broken(`part ${part.id} counts as sent, but never went out`);
    if ((part.status === 'refused' || part.status === 'dropped') && wentOut.has(part.messageId ?? ''))
      broken(`part ${part.id} is ${part.status}, but went out`);
  }
  // Every question whose turn was answered is answered by all of its parts, and by one turn only.
  for (const row of database.all<{ text: string; outcome: string; turnId: number | null }>(
    `SELECT text, outcome, turn_id AS turnId FROM messages WHERE sender = 'customer' AND outcome = 'answered'`,
  )) {
    const mine = parts.filter((part) => part.turnId === row.turnId);
    // A file that could not be sent takes nothing else of its answer with it.
    const owed = mine.filter((part) => part.file === null || part.status === 'sent');
    if (row.turnId === null || owed.length === 0 || owed.some((part) => part.status !== 'sent'))
      broken(
        `${row.text} counts as answered, but its turn has ${mine.map((part) => part.status).join() || 'no parts'}`,
      );
  }
  const openings = sent.filter((one) => /^Sobre .*pergunta-/.test(one.text)).map((one) => one.text);
  if (new Set(openings).size !== openings.length) broken(`a question was answered twice: ${openings.join(' | ')}`);
  for (const turn of database.all<{ id: number; outcome: string }>(
    'SELECT id, outcome FROM turns WHERE finished_at IS NULL',
  ))
    broken(`turn ${turn.id} is still ${turn.outcome}`);

  return { violations, outcomes };
};
