import { ask, notify, settleSend } from './connection.js';
import { saveOutgoing } from './database.js';
import { isRegistered } from './session.js';
import { ensureChat, fileMessage, MsgModel, messages } from './stores.js';

/** Two promises, as in WAWebSendMsgChatAction: the message that was filed, and how its sending ended. */
export const addAndSendMsgToChat = (chat, data) => {
  if (!isRegistered()) throw new Error('not logged in');
  const wire = {
    id: String(data.id),
    fromMe: true,
    type: data.type,
    body: data.body,
    t: data.t,
    from: String(data.from),
    to: String(chat.id),
    ack: 0,
  };
  // The same id again: the page has one message, but it does go out twice.
  const model = messages.get(data.id) ?? new MsgModel(data);
  const filed = saveOutgoing(wire).then(() => fileMessage(model));
  const sent = filed
    .then(() => ask({ do: 'send', message: wire }))
    .then((answer) => settleSend(model, answer))
    .then((answer) => ({
      messageSendResult: answer.result,
      t: answer.t ?? data.t,
      ...(answer.code || answer.reason ? { error: { code: answer.code, reason: answer.reason } } : {}),
    }));
  return Promise.resolve([filed, sent]);
};

export const sendSeen = async ({ chat }) => {
  chat.set('unreadCount', 0);
  notify({ do: 'read', chat: String(chat.id) });
};

export const chatPresence = (state) => async (chat) => notify({ do: 'presence', chat: String(chat.id), state });

export const findOrCreateLatestChat = async (wid) => ({ chat: ensureChat(wid), created: false });
