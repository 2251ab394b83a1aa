import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clip } from '../../../src/session/send-file.ts';
import { parseSessionName } from '../../../src/session/session-name.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { type Store, storeOn } from '../../../src/store/store.ts';
import type { AiProvider } from '../../../workers/ai/ai-provider.ts';
import { createConversationEngine } from '../../../workers/conversation/conversation-engine.ts';
import type { ConversationEngine } from '../../../workers/conversation/core/engine-types.ts';
import { createSeededRandom } from '../../../workers/whatsapp/simulated/seeded-random.ts';
import type { MessageChange, WhatsAppMessage } from '../../../workers/whatsapp/whatsapp-client.ts';
import {
  createFakeTools,
  createFakeWhatsApp,
  createVirtualClock,
  menu,
  message,
  plainConfig,
  silentLog,
  spokenNowhere,
  start,
} from './pipeline-support.ts';
import '../../../workers/conversation/turn/file-tool.ts';
import '../../../workers/conversation/turn/tool-rounds.ts';
import { placeEmptyDatabase } from '../../support/empty-database.ts';
import { worldAi } from './world-ai.ts';
import { type Violation, worldViolations } from './world-checks.ts';
import { Crashed, createFuse, type Fuse, fused, fusedClient } from './world-crashes.ts';
import { kinds, type Person, people, personOf, phoneOf } from './world-people.ts';

/**
 * A world for the property test: customers who write, a WhatsApp that remembers, an AI and a network with faults, and a worker that
 * dies between any two of its steps. A crash is an exception thrown at a chosen step, after which nothing of that life does anything.
 */

const root = (() => {
  // Memory where there is some: the property is about order, not about the disk.
  try {
    return mkdtempSync('/dev/shm/zf-property-');
  } catch {
    return mkdtempSync(join(tmpdir(), 'zf-property-'));
  }
})();
export const removeWorlds = (): void => rmSync(root, { recursive: true, force: true });

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
  placeEmptyDatabase(join(directory, 'fleet.db'));
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
        // An echo is offered no files.
        ai: { ...config.ai, provider: seed % 2 === 0 ? 'openai' : config.ai.provider },
        // Bots have tests of their own; here they would only end the play early.
        filters: { ...config.filters, botLoopTurns: 100 },
        timing: {
          ...config.timing,
          maxPerChatHour: random.next() < 0.15 ? 3 : 0,
          warmUpPerDay: random.next() < 0.1 ? 1 : 0,
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

  // In half of the worlds the bot has files, which come and go.
  const hasFiles = seed % 2 === 0;
  if (hasFiles)
    for (const name of ['menu', 'foto'])
      setup.sendFiles.put(session.id, { ...menu, name, fileName: `${name}.pdf`, hash: name }, start);
  const isRestricted = random.next() < 0.2;
  const chaos = { until: start + 12 * 60_000 };
  const isCalm = (): boolean => clock.now() > chaos.until;
  const chance = (share: number): boolean => !isCalm() && random.next() < share;
  whatsapp.latency = () => (chance(0.5) ? random.between([0, 4000]) : 20);
  whatsapp.lateness = () => random.pick([500, 3000, 20_000, 100_000]);
  whatsapp.lookup = () => (chance(0.3) ? 'cannot-tell' : 'truth');
  whatsapp.fate = ({ text }) => {
    if (text.startsWith(clip) && chance(0.15)) return 'file';
    if (!chance(0.25)) return 'accepted';
    if (isRestricted && random.next() < 0.3) return random.pick(['restricted-new', 'restricted'] as const);
    return random.pick(['refused', 'refused', 'late', 'lost', 'delivered-unknown', 'throws'] as const);
  };

  const ai = (fuse: Fuse, lifeClock: ReturnType<typeof clock.life>): AiProvider =>
    worldAi({ random, chance, fuse, clock: lifeClock });

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
    // Nobody else has it open: no locks and no memory shared with others.
    database.prepare('PRAGMA locking_mode = EXCLUSIVE').get();
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
        tools: createFakeTools(),
        files: { ...spokenNowhere, find: async ({ hash }) => (chance(0.1) ? null : hash) },
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
  const deleted = new Set<string>();
  const deliver = (one: WhatsAppMessage): void => guarded((live) => live.onMessage(one));
  /** History comes again, perhaps under the other address. */
  const replay = (): void => {
    const one = arrived[random.between([0, arrived.length - 1])] as WhatsAppMessage;
    const person = personOf(one.chatId);
    if (person === undefined || deleted.has(one.id)) return;
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
    const one = message(facts === null && kind !== 'ciphertext' ? words : '', {
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
  const personResumes = (): void =>
    outside((store) => {
      const chats = store.database.all<{ id: number }>(
        'SELECT id FROM conversations WHERE asks_for_person IS NOT NULL',
      );
      for (const { id } of chats) store.conversations.resume(id, clock.now());
    });
  const switchReplies = (): void => {
    const replies = random.pick(['on', 'on', 'paused'] as const);
    outside((store) => store.sessions.change(session.id, { replies }, clock.now()));
  };
  /** Customers take back and mend what they wrote, and what could not be read becomes clear: told now, or when the page is asked. */
  const change = (): void => {
    const place = random.between([0, arrived.length - 1]);
    const one = arrived[place] as WhatsAppMessage;
    if (deleted.has(one.id)) return;
    texts += 1;
    const kind = one.kind === 'ciphertext' ? 'cleared' : random.pick(['edited', 'edited', 'deleted'] as const);
    const next: WhatsAppMessage = {
      ...one,
      kind: kind === 'cleared' ? 'text' : one.kind,
      text: `pergunta-${texts}`,
      edited: kind === 'edited',
    };
    const at = clock.now();
    const told: MessageChange =
      kind === 'deleted'
        ? { kind, messageId: one.id, chatId: one.chatId, fromMe: false, at }
        : { kind, message: next, at };
    if (kind === 'deleted') deleted.add(one.id);
    else arrived[place] = next;
    const copy = whatsapp.inbox.findIndex(({ id }) => id === one.id);
    if (copy >= 0) whatsapp.inbox.splice(copy, 1, ...(kind === 'deleted' ? [] : [next]));
    whatsapp.changes.push(told);
    if (isConnected) guarded((live) => live.onChange(told));
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
    else if (kind < 0.89) switchReplies();
    else if (kind < 0.9) personResumes();
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
    else if (arrived.length > 0) change();
    await clock.advance(random.pick([0, 200, 1500, 6000, 16_000, 30_000]));
  }

  // The faults end; whatever is open must now come to its end by itself.
  chaos.until = 0;
  outside((store) => store.sessions.change(session.id, { replies: 'on' }, clock.now()));
  // What WhatsApp refuses and what is capped waits for hours.
  for (let round = 0; round < 40; round += 1) {
    if (engine === null) open();
    if (!isConnected) connect();
    // Everybody writes once more: now WhatsApp says who is who.
    if (round === 0) for (const person of told) write(person);
    await clock.advance(round < 8 ? 3 * 60_000 : 3_600_000);
    const unfinished = database.get<{ n: number }>(
      `SELECT (SELECT count(*) FROM messages WHERE outcome = 'pending') + (SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending')) AS n`,
    );
    if (unfinished?.n === 0 && engine !== null && isConnected) break;
  }

  const { violations, outcomes } = worldViolations(database, { seed, arrived, deleted, told, sent: whatsapp.sent });
  guarded((live) => live.close());
  database.close();
  if (violations.length === 0) rmSync(directory, { recursive: true, force: true });
  return { violations, crashes, inbound: arrived.length, sent: whatsapp.sent.length, outcomes };
};
