import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatementSync } from 'node:sqlite';
import { messageKey } from '../../../src/session/message-key.ts';
import { parseSessionName } from '../../../src/session/session-name.ts';
import { type Database, openDatabase } from '../../../src/store/database.ts';
import { type Store, storeOn } from '../../../src/store/store.ts';
import type { AiProvider, AiTextResult } from '../../../workers/ai/ai-provider.ts';
import { createConversationEngine } from '../../../workers/conversation/conversation-engine.ts';
import type { ChatClient, ConversationEngine } from '../../../workers/conversation/core/engine-types.ts';
import { createSeededRandom } from '../../../workers/whatsapp/simulated/seeded-random.ts';
import type { WhatsAppMessage } from '../../../workers/whatsapp/whatsapp-client.ts';
import {
  answer,
  createFakeWhatsApp,
  createVirtualClock,
  message,
  plainConfig,
  silentLog,
  start,
} from './pipeline-support.ts';

/**
 * A world for the property test: customers who write, a WhatsApp that remembers, an AI and a network with faults, and a worker that
 * dies between any two of its steps. A crash is an exception thrown at a chosen step, after which nothing of that life does anything.
 */

export class Crashed extends Error {}

/** Counts the steps of one life and ends it at a chosen one. A step is any write to the store and both sides of any call outside. */
const createFuse = (burnsAt: number, onBurn: () => void) => {
  let steps = 0;
  let isBurnt = false;
  return {
    step: (): void => {
      if (isBurnt) throw new Crashed('this life is over');
      steps += 1;
      if (steps !== burnsAt) return;
      isBurnt = true;
      onBurn();
      throw new Crashed('crashed');
    },
    alive: (): void => {
      if (isBurnt) throw new Crashed('this life is over');
    },
    isBurnt: () => isBurnt,
    burn: (): void => {
      isBurnt = true;
    },
  };
};
type Fuse = ReturnType<typeof createFuse>;

/** The same database through a fuse: it may burn before a write, inside a transaction (which then never happened), or right after the commit. */
const fused = (database: Database, fuse: Fuse): Database => ({
  path: database.path,
  prepare: (sql): StatementSync => {
    fuse.alive();
    return database.prepare(sql);
  },
  all: (sql, ...values) => {
    fuse.alive();
    return database.all(sql, ...values);
  },
  get: (sql, ...values) => {
    fuse.alive();
    return database.get(sql, ...values);
  },
  run: (sql, ...values) => {
    fuse.step();
    const result = database.run(sql, ...values);
    fuse.step();
    return result;
  },
  transaction: (work) => {
    fuse.alive();
    const result = database.transaction(work);
    fuse.step();
    return result;
  },
  checkpoint: (how) => {
    fuse.alive();
    return database.checkpoint(how);
  },
  close: () => undefined,
});

const fusedClient = (client: ChatClient, fuse: Fuse): ChatClient => {
  const around = async <T>(call: () => Promise<T>): Promise<T> => {
    fuse.step();
    const result = await call();
    fuse.step();
    return result;
  };
  return {
    newMessageId: () => client.newMessageId(),
    send: (message) => around(() => client.send(message)),
    lookUp: (message) => around(() => client.lookUp(message)),
    missedMessages: (since) => around(() => client.missedMessages(since)),
    setTyping: (chat, typing) => client.setTyping(chat, typing),
    markRead: (chat) => client.markRead(chat),
    identify: (chat) => client.identify(chat),
    changesOf: (ids) => around(() => client.changesOf(ids)),
    downloadMedia: (id) => client.downloadMedia(id),
  };
};

/** Customers as WhatsApp has them: a number and a LID, and either of them may be told, with or without the other. */
interface Person {
  readonly number: string;
  readonly lid: string;
}
const person = (n: number): Person => ({ number: `55118765000${n}@c.us`, lid: `90000${n}@lid` });
const people = [person(1), person(2), person(3)] as const;
const phoneOf = (person: Person): string => person.number.split('@')[0] ?? '';
const personOf = (address: string): Person | undefined =>
  people.find((person) => person.number === address || person.lid === address);

const kinds = ['text', 'text', 'text', 'text', 'text', 'text', 'location', 'sticker', 'other'] as const;

export interface Violation {
  readonly seed: number;
  readonly what: string;
}

const root = (() => {
  // Memory where there is some: the property is about order, not about the disk.
  try {
    return mkdtempSync('/dev/shm/zf-property-');
  } catch {
    return mkdtempSync(join(tmpdir(), 'zf-property-'));
  }
})();
/** Making the tables once is enough. */
const emptyDatabase = (): string => {
  const path = join(root, 'empty.db');
  if (!existsSync(path)) {
    const database = openDatabase(path);
    database.prepare('PRAGMA journal_mode = DELETE').get();
    database.close();
  }
  return path;
};
export const removeWorlds = (): void => rmSync(root, { recursive: true, force: true });

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
       (SELECT max(outcome_at) FROM messages m WHERE m.conversation_id = c.id AND m.sender = 'customer' AND m.outcome IN ('unanswered', 'unknown')
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

/** Plays one world to its end and says what was broken. */
export const playWorld = async (
  seed: number,
): Promise<{
  violations: Violation[];
  crashes: number;
  inbound: number;
  sent: number;
  outcomes: Record<string, number>;
}> => {
  const random = createSeededRandom(seed);
  const directory = join(root, String(seed));
  mkdirSync(directory);
  copyFileSync(emptyDatabase(), join(directory, 'fleet.db'));
  let database = openDatabase(join(directory, 'fleet.db'));
  const clock = createVirtualClock();
  const whatsapp = createFakeWhatsApp(clock);
  const config = plainConfig();
  const setup: Store = storeOn(database);
  const session = setup.sessions.create(
    {
      name: parseSessionName('mundo-teste'),
      label: '',
      engine: 'simulated',
      expectedPhone: null,
      config: {
        ...config,
        // Bots and caps have tests of their own; here they would only end the play early.
        filters: { ...config.filters, botLoopTurns: 100 },
        timing: {
          ...config.timing,
          partLength: 40,
          typing: random.next() < 0.5,
          readingDelayMs: 500,
          pauseBetweenPartsMs: 300,
        },
      },
      instructions: null,
      author: 'test',
    },
    start,
  );
  setup.sessions.setAccount(session.id, { phone: '551133334444', lid: null, pushName: null }, start - 1000);

  const chaos = { until: start + 12 * 60_000 };
  const isCalm = (): boolean => clock.now() > chaos.until;
  const chance = (share: number): boolean => !isCalm() && random.next() < share;
  whatsapp.latency = () => (chance(0.5) ? random.between([0, 4000]) : 20);
  whatsapp.lateness = () => random.pick([500, 3000, 20_000, 100_000]);
  whatsapp.lookup = () => (chance(0.3) ? 'cannot-tell' : 'truth');
  whatsapp.fate = () => {
    if (!chance(0.25)) return 'accepted';
    return random.pick(['refused', 'refused', 'late', 'lost', 'delivered-unknown', 'throws'] as const);
  };

  const ai = (fuse: Fuse, clockOf: ReturnType<typeof clock.life>): AiProvider => {
    const reply = async (text: string): Promise<AiTextResult> => {
      fuse.step();
      const ms = chance(0.5) ? random.between([0, 20_000]) : 300;
      await new Promise<void>((resolve) => clockOf.after(ms, resolve));
      fuse.step();
      if (chance(0.15))
        return { kind: 'passing', code: '500', reason: 'fault', retryAfterMs: chance(0.3) ? 10_000 : null };
      if (chance(0.05)) return { kind: 'no-answer', code: 'blocked', reason: 'blocked', usage: null };
      if (chance(0.02)) throw new Error('socket hang up');
      return answer(text);
    };
    return {
      name: 'echo',
      answer: (request) => {
        // Every part names the turn's first message, so that order and doubles can be seen from outside.
        const lines = request.text.split('\n');
        return reply(
          `Sobre ${lines[0]} eu respondo. ${random.next() < 0.5 ? `Ainda sobre ${lines.at(-1)} digo mais uma coisa. Fim de ${lines[0]} por agora, certo?` : ''}`,
        );
      },
      summarize: () => reply('summary'),
      describe: () => reply('medium'),
    };
  };

  let crashes = 0;
  let lives = 0;
  let engine: ConversationEngine | null = null;
  let fuse: Fuse = createFuse(Number.POSITIVE_INFINITY, () => undefined);
  let life = clock.life();
  let isConnected = false;

  const die = (): void => {
    crashes += 1;
    life.kill();
    engine = null;
    isConnected = false;
  };
  const open = (): void => {
    lives += 1;
    // A new process: its own connection to the same file, whatever the old one had open is rolled back.
    database.close();
    database = openDatabase(join(directory, 'fleet.db'));
    database.prepare('PRAGMA synchronous = OFF').run();
    const burnsAt = isCalm() || random.next() < 0.3 ? Number.POSITIVE_INFINITY : random.between([1, 160]);
    const myLife = clock.life();
    const mine = createFuse(burnsAt, die);
    life = myLife;
    fuse = mine;
    try {
      engine = createConversationEngine({
        store: storeOn(fused(database, mine)),
        session,
        client: fusedClient(whatsapp.client(myLife), mine),
        aiFor: () => ai(mine, myLife),
        settings: { adminNumbers: [], language: 'en', fleetBudgetUsd: null },
        clock: myLife,
        random: () => random.next(),
        log: silentLog,
        report: () => undefined,
        life: `life-${lives}`,
      });
    } catch (error) {
      if (!(error instanceof Crashed)) throw error;
    }
  };
  const guarded = (work: (live: ConversationEngine) => void): void => {
    if (engine === null) return;
    try {
      work(engine);
    } catch (error) {
      if (!(error instanceof Crashed)) throw error;
    }
  };

  /** WhatsApp tells who is behind a LID, or does not (yet). */
  const told = new Set<Person>();
  for (const person of people) {
    whatsapp.identities.set(person.number, { phone: phoneOf(person), lid: null, isSavedContact: false });
    if (random.next() < 0.6) told.add(person);
  }
  /** A message of that person under one of his addresses, with what WhatsApp tells of him then. */
  const from = (
    person: Person,
    address: string,
    given: Partial<WhatsAppMessage> & { id: string },
  ): Partial<WhatsAppMessage> => {
    const isTold = told.has(person) || address === person.number;
    return {
      ...given,
      id: given.id.replace(/^(true|false)_[^_]+_/, `$1_${address}_`),
      chatId: address,
      addresses: told.has(person) ? [address, person.number, person.lid] : [address],
      phone: isTold ? phoneOf(person) : null,
    };
  };
  const addressOf = (person: Person): string => (random.next() < 0.5 ? person.number : person.lid);

  const arrived: WhatsAppMessage[] = [];
  const deliver = (one: WhatsAppMessage): void => guarded((live) => live.onMessage(one));
  /** History comes again, perhaps under the other address. */
  const replay = (): void => {
    const one = arrived[random.between([0, arrived.length - 1])] as WhatsAppMessage;
    const person = personOf(one.chatId);
    if (person === undefined) return;
    if (random.next() < 0.3) told.add(person);
    deliver({ ...one, ...from(person, addressOf(person), { id: one.id }) });
  };
  let texts = 0;
  const write = (person: Person = random.pick(people)): void => {
    texts += 1;
    const kind = random.pick(kinds);
    const words = `pergunta-${texts}`;
    // What has no words of its own is told apart by what it carries.
    const facts = kind === 'location' ? { place: words } : kind === 'sticker' ? { title: words } : null;
    const one = message(facts === null ? words : '', {
      ...from(person, addressOf(person), { id: `false_x_IN${texts}` }),
      kind,
      facts,
      timestamp: Math.floor(clock.now() / 1000) * 1000,
    });
    arrived.push(one);
    whatsapp.inbox.push(one);
    // While we are away or not attached, WhatsApp keeps it; a link that falls may swallow the last one.
    if (!isConnected) return;
    if (chance(0.1)) {
      isConnected = false;
      guarded((live) => live.onDisconnected());
    } else deliver(one);
  };
  let lastAcked = 0;
  const ack = (): void => {
    const upTo = whatsapp.sent.length;
    for (const one of whatsapp.sent.slice(lastAcked, upTo))
      if (!chance(0.3)) guarded((live) => live.onAck(`true_${one.chatId}_${one.messageId}`, random.pick([0, 1, 2, 3])));
    lastAcked = upTo;
  };
  const connect = (): void => {
    isConnected = engine !== null;
    guarded((live) => live.onConnected(clock.now()));
  };

  // What the master and people do meanwhile, from outside this process.
  const outside = (work: (store: Store) => void): void => {
    work(storeOn(database));
    guarded((live) => live.wake());
  };
  const operatorSends = (): void => {
    texts += 1;
    const chat = random.pick(people).number;
    outside((store) =>
      store.outbox.enqueueSend(session, chat, `aviso ${texts}`, { source: 'send', actor: 'you' }, clock.now()),
    );
  };
  const ownerTypes = (): void => {
    texts += 1;
    const person = random.pick(people);
    const one = message(`dono ${texts}`, {
      ...from(person, addressOf(person), { id: `true_x_OWN${texts}` }),
      fromMe: true,
      timestamp: Math.floor(clock.now() / 1000) * 1000,
    });
    whatsapp.inbox.push(one);
    if (isConnected) deliver(one);
  };
  const switchReplies = (): void => {
    const replies = random.pick(['on', 'on', 'paused'] as const);
    outside((store) => store.sessions.change(session.id, { replies }, clock.now()));
  };
  const moves = random.between([5, 25]);
  for (let move = 0; move < moves && !isCalm(); move += 1) {
    if (engine === null) open();
    if (!isConnected && random.next() < 0.7) connect();
    const kind = random.next();
    if (kind < 0.5) write();
    else if (kind < 0.6 && arrived.length > 0) replay();
    else if (kind < 0.67 && engine !== null) {
      fuse.burn();
      die();
    } else if (kind < 0.74) {
      isConnected = false;
      guarded((live) => live.onDisconnected());
    } else if (kind < 0.82) ack();
    else if (kind < 0.86) operatorSends();
    else if (kind < 0.88) ownerTypes();
    else if (kind < 0.9) switchReplies();
    else if (kind < 0.94)
      guarded((live) => {
        // What went out comes back as a message of our own account.
        const one = whatsapp.sent.at(-1);
        if (one === undefined) return;
        live.onMessage(
          message(one.text, {
            id: `true_${one.chatId}_${one.messageId}`,
            chatId: one.chatId,
            fromMe: true,
            timestamp: Math.floor(clock.now() / 1000) * 1000,
          }),
        );
      });
    await clock.advance(random.pick([0, 200, 1500, 6000, 16_000, 30_000]));
  }

  // The faults end; whatever is open must now come to its end by itself.
  chaos.until = 0;
  outside((store) => store.sessions.change(session.id, { replies: 'on' }, clock.now()));
  for (let round = 0; round < 8; round += 1) {
    if (engine === null) open();
    if (!isConnected) connect();
    // Everybody writes once more: now WhatsApp says who is who.
    if (round === 0) for (const person of told) write(person);
    await clock.advance(3 * 60_000);
    const unfinished = database.get<{ n: number }>(
      `SELECT (SELECT count(*) FROM messages WHERE outcome = 'pending') + (SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending')) AS n`,
    );
    if (unfinished?.n === 0 && engine !== null && isConnected) break;
  }

  const violations: Violation[] = [];
  const broken = (what: string): void => {
    violations.push({ seed, what });
  };
  const rows = database.all<{ key: string; text: string; outcome: string; code: string | null }>(
    `SELECT message_key AS key, text, outcome, outcome_code AS code FROM messages WHERE sender = 'customer'`,
  );
  const byKey = Map.groupBy(rows, (row) => row.key);
  const outcomes: Record<string, number> = {};
  for (const one of arrived) {
    const found = byKey.get(messageKey(one.id)) ?? [];
    if (found.length !== 1) broken(`${one.text} is stored ${found.length} times`);
    const outcome = found[0]?.outcome ?? 'lost';
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (!['answered', 'held', 'unanswered', 'unknown'].includes(outcome))
      broken(`${one.text} ended as ${outcome} ${found[0]?.code ?? ''}`);
    if (found[0]?.code === 'session-paused') broken(`${one.text} is held although replies are on again`);
  }
  const ids = whatsapp.sent.map((one) => one.messageId);
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
  }>(
    `SELECT o.id, o.message_id AS messageId, o.status, c.chat_id AS chatId, o.batch, o.part, o.turn_id AS turnId, o.text FROM outbox o
     JOIN conversations c ON c.id = o.conversation_id`,
  );
  const partOf = new Map(parts.map((part) => [part.messageId, part]));
  for (const part of parts)
    if (part.status === 'queued' || part.status === 'sending') broken(`part ${part.id} is still ${part.status}`);
  for (const address of people.flatMap(({ number, lid }) => [number, lid])) {
    const out = whatsapp.sent.filter((one) => one.chatId === address).map((one) => partOf.get(one.messageId));
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
    if (row.turnId === null || mine.length === 0 || mine.some((part) => part.status !== 'sent'))
      broken(
        `${row.text} counts as answered, but its turn has ${mine.map((part) => part.status).join() || 'no parts'}`,
      );
  }
  const openings = whatsapp.sent.filter((one) => one.text.startsWith('Sobre ')).map((one) => one.text);
  if (new Set(openings).size !== openings.length) broken(`a question was answered twice: ${openings.join(' | ')}`);
  for (const turn of database.all<{ id: number; outcome: string }>(
    'SELECT id, outcome FROM turns WHERE finished_at IS NULL',
  ))
    broken(`turn ${turn.id} is still ${turn.outcome}`);
  guarded((live) => live.close());
  database.close();
  if (violations.length === 0) rmSync(directory, { recursive: true, force: true });
  return { violations, crashes, inbound: arrived.length, sent: whatsapp.sent.length, outcomes };
};
