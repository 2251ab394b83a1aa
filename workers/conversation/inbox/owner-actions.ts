import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import type { EngineCore } from '../core/engine-core.ts';
import type { CommandTarget, OwnerCommand } from '../core/owner-commands.ts';

/** What `!pausar`, `!retomar`, `!status` and `!limpar` do. Runs inside the transaction that stores their message. */

const defaultPauseMinutes = 60;

const texts = {
  'pt-BR': {
    on: 'respondendo',
    paused: 'em pausa',
    draft: 'só rascunhos',
    status: (mode: string, waiting: number, paused: number, drafts: number): string =>
      `Bot ${mode}. Conversas à espera: ${waiting}. Conversas em pausa: ${paused}. Rascunhos: ${drafts}.`,
    done: (text: string): string => `Feito: ${text}.`,
  },
  en: {
    on: 'answering',
    paused: 'paused',
    draft: 'drafts only',
    status: (mode: string, waiting: number, paused: number, drafts: number): string =>
      `Bot ${mode}. Chats waiting: ${waiting}. Chats paused: ${paused}. Drafts: ${drafts}.`,
    done: (text: string): string => `Done: ${text}.`,
  },
} as const;

/** Where the answer to a command goes: an admin's own chat, or the owner's chat with himself; never a customer's chat. */
const replyChat = (core: EngineCore, command: OwnerCommand, typedIn: StoredConversation): string | null => {
  if (command.by === 'admin') return typedIn.chatId;
  const { phone } = core.current();
  return phone === null ? null : `${phone}@c.us`;
};

/**
 * A person who has not written yet, or only under a LID whose number is not known: paused under his number, he stays so when he writes or
 * his number is learnt.
 */
const newChat = (core: EngineCore, phone: string): StoredConversation =>
  core.store.conversations.ensure(
    core.session,
    { chatId: `${phone}@c.us`, chatKind: 'person', phone, lid: null, name: null, isSaved: false },
    core.clock.now(),
  );

const targets = (
  core: EngineCore,
  target: CommandTarget,
  typedIn: StoredConversation,
  makes: boolean,
): readonly StoredConversation[] => {
  if (target.kind === 'chat') return [typedIn];
  if (target.kind === 'session') return [];

  const known = core.store.conversations.byPhone(core.session.id, target.phone);
  return known.length > 0 || !makes ? known : [newChat(core, target.phone)];
};

export const runOwnerCommand = (core: EngineCore, command: OwnerCommand, typedIn: StoredConversation): void => {
  const now = core.clock.now();
  const { store, session } = core;
  const chats = targets(core, command.target, typedIn, command.name === 'pause');
  const isWhole = command.target.kind === 'session';
  const sendReply = (text: string): void => {
    const chat = replyChat(core, command, typedIn);
    if (chat !== null) store.outbox.enqueueSend(session, chat, text, { source: 'alert', actor: 'bot' }, now);
  };
  const words = texts[core.settings.language];
  const where = isWhole ? session.name : (chats[0]?.name ?? chats[0]?.phone ?? '?');
  core.event('info', 'owner-command', `${command.by}: ${command.name} ${where}`, {
    by: command.by,
    command: command.name,
    where,
  });
  switch (command.name) {
    case 'pause': {
      const minutes = command.minutes ?? (core.current().config.timing.takeoverMinutes || defaultPauseMinutes);
      const until = now + minutes * 60_000;
      if (isWhole) store.sessions.change(session.id, { replies: 'paused' }, now);
      for (const chat of chats)
        store.conversations.pause(chat.id, { until, by: command.by, reason: 'paused by command' }, now);
      break;
    }
    case 'resume':
      if (isWhole && core.current().replies === 'paused') store.sessions.change(session.id, { replies: 'on' }, now);
      for (const chat of chats) store.conversations.resume(chat.id, now);
      break;
    case 'clear':
      for (const chat of chats) store.conversations.clearMemory(chat.id, now);
      break;
    case 'status': {
      const activity = store.activity.activityOf([session.id], now).get(session.id);
      const mode = words[core.current().replies];
      sendReply(words.status(mode, activity?.pendingChats ?? 0, activity?.pausedChats ?? 0, activity?.drafts ?? 0));
      return;
    }
  }
  core.forget();
  if (command.by === 'admin') sendReply(words.done(`${command.name} ${where}`));
};
