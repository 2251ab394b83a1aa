import { idPart } from '../../../src/session/message-key.ts';
import { samePhone } from '../../../src/session/phone.ts';
import type { ProbeRun } from '../../../src/session/probe.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import type { KnownProbeId } from '../../../src/store/probe-store.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import type { WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { insertMessage } from './arriving-message.ts';
import { firstEndingOf, ignored } from './first-ending.ts';

/**
 * The mystery customer, told from people. What one of the two sessions sends is known to the other by its id, which is stored before it is
 * sent and is the same at both ends, whatever address it comes under: whoever writes the same words has another id, and is a customer. What
 * else passes between the two numbers while a question is under way (an automatic greeting, a word of the owner) is kept apart, too: it is
 * no answer, no customer and no takeover.
 */

/** Taken: it belongs to a mystery customer, and `chat` has something to do now. */
export interface TakenProbe {
  readonly chat: number | null;
}

const nobody: TakenProbe = { chat: null };

const nameOf = (core: EngineCore, sessionId: string): string => core.store.sessions.byId(sessionId)?.name ?? sessionId;

/** Whether the other side of this chat is that session, by number or LID. */
const isWith = (core: EngineCore, message: WhatsAppMessage, session: StoredSession | null): boolean => {
  if (session === null) return false;
  if (session.lid !== null && [message.chatId, ...message.addresses].includes(session.lid)) return true;

  const phone =
    message.phone ??
    /^(\d+)@c\.us$/.exec(message.chatId)?.[1] ??
    core.store.conversations.find(core.session.id, message.chatId)?.phone ??
    null;
  return phone !== null && session.phone !== null && samePhone(phone, session.phone);
};

const insert = (
  core: EngineCore,
  message: WhatsAppMessage,
  conversation: StoredConversation,
  why: { readonly code: string; readonly reason: string },
): TakenProbe => {
  insertMessage(core, message, conversation, { ending: message.fromMe ? null : ignored(why.code, why.reason) });
  return nobody;
};

/** Somebody asks: as a customer would, from here on, but for what is remembered and counted. */
const takeQuestion = (core: EngineCore, message: WhatsAppMessage, fromId: string, run: ProbeRun | null): TakenProbe => {
  const { store, session, clock } = core;
  const conversation = store.probes.chatFrom(session, nameOf(core, fromId), clock.now());
  const isUnderWay = run !== null && run.sessionId === session.id && run.endedAt === null && run.receivedAt === null;
  if (!isUnderWay) return insert(core, message, conversation, { code: 'probe-over', reason: 'the question is over' });

  // Each question is somebody's first.
  store.conversations.clearMemory(conversation.id, clock.now());
  const ending = firstEndingOf(core, message, conversation);
  insertMessage(core, message, conversation, { ending });
  store.probes.markReceived(run.id, clock.now());
  return ending.outcome === 'pending' ? { chat: conversation.id } : nobody;
};

/** The question that a part of an answer belongs to: no other one is answered by it. */
const runAnsweredBy = (core: EngineCore, known: KnownProbeId): ProbeRun | null => {
  const { store } = core;
  const turnId = store.outbox.get(known.partId)?.turnId ?? null;
  if (turnId === null) return null;

  const [question] = store.messages.ofTurn(turnId);
  const asked = question === undefined ? null : store.probes.known(idPart(question.waId));
  const run = asked === null ? null : store.probes.runOfPart(asked.partId);
  return run?.fromId === core.session.id ? run : null;
};

/** Read back after a connection, it came when WhatsApp says, to the second. */
const arrivedAt = (core: EngineCore, message: WhatsAppMessage): number => {
  const now = core.clock.now();
  return message.timestamp + 2000 < now ? message.timestamp : now;
};

const takeAnswer = (core: EngineCore, message: WhatsAppMessage, known: KnownProbeId): TakenProbe => {
  const { store, session, clock } = core;
  const conversation = store.probes.chatTo(session, nameOf(core, known.sessionId), clock.now());
  const run = runAnsweredBy(core, known);
  if (run === null)
    return insert(core, message, conversation, { code: 'probe-other', reason: 'nothing was asked with it' });

  insert(core, message, conversation, { code: 'probe-answer', reason: store.probes.answerMark(run.id) });
  store.probes.markAnswered(run.id, arrivedAt(core, message));
  return nobody;
};

/** What passes between the two numbers without an id that we know, while a question is under way. */
const takeBeside = (core: EngineCore, message: WhatsAppMessage): TakenProbe | null => {
  const { store, session, clock } = core;
  const now = clock.now();

  for (const run of store.probes.openOf(session.id)) {
    const isAsked = run.sessionId === session.id;
    const other = store.sessions.byId(isAsked ? run.fromId : run.sessionId);
    if (other === null || !isWith(core, message, other)) continue;

    // A person may write from the number that asks: whatever is not the question is his.
    if (isAsked && !message.fromMe) {
      if (run.receivedAt === null && message.text.trim() === run.text.trim())
        return takeQuestion(core, message, run.fromId, run);
      continue;
    }
    const chat = isAsked
      ? store.probes.chatFrom(session, other.name, now)
      : store.probes.chatTo(session, other.name, now);
    return insert(core, message, chat, { code: 'probe-other', reason: 'it came beside a question' });
  }
  return null;
};

/** Stores what belongs to a mystery customer; null: it does not. Inside the inbox's transaction. */
export const takeProbe = (core: EngineCore, message: WhatsAppMessage): TakenProbe | null => {
  const { store, session } = core;
  if (message.chatKind !== 'person') return null;

  const id = idPart(message.id);
  // One of ours coming back: only its delivery is news.
  if (message.fromMe && store.outbox.byMessageId(session.id, id) !== null) return null;
  if (store.messages.has(session.id, message.id)) return null;

  const known = message.fromMe ? null : store.probes.known(id);
  if (known === null || known.sessionId === session.id) return takeBeside(core, message);
  return known.isQuestion
    ? takeQuestion(core, message, known.sessionId, store.probes.runOfPart(known.partId))
    : takeAnswer(core, message, known);
};
