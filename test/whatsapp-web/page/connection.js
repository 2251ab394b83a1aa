import { react, updateMessage, vote } from './changes.js';
import { dropOutgoing, forgetEverything, loadOutbox, saveLogin } from './database.js';
import { showCode, showMain } from './landing.js';
import { Cmd, Conn, isRegistered, me, Socket, stand } from './session.js';
import { chats, ensureChat, ensureContact, fileMessage, messageFrom, messages } from './stores.js';

/** The one socket to the server. It dials again by itself, like the real page. */
let socket = null;
let asked = 0;
const waiting = new Map();
const ballast = [];

const tell = (message) => {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
};

/** Asks the server something; resolves with its answer, however late (a held send never answers). */
export const ask = (message) =>
  new Promise((resolve) => {
    const tag = ++asked;
    waiting.set(tag, { resolve, message });
    tell({ ...message, tag });
  });
export const notify = (message) => void tell(message);

const applySnapshot = async (snapshot) => {
  Conn.set('pushname', snapshot.name);
  Conn.set('connected', true);
  for (const contact of snapshot.contacts) ensureContact(contact);
  for (const wire of snapshot.messages) {
    const known = messages.get(wire.id);
    if (known) {
      known.set('ack', known.ack === -1 ? -1 : Math.max(known.ack, wire.ack));
      await updateMessage(wire);
    } else fileMessage(messageFrom(wire, false));
  }
  for (const [id, unread] of Object.entries(snapshot.unread)) ensureChat(id).set('unreadCount', unread);
};

/** What was handed over but never confirmed goes out again, as on the real page. */
const resumeOutbox = async () => {
  for (const wire of await loadOutbox()) {
    if (![...waiting.values()].some(({ message }) => message.message?.id === wire.id)) {
      const model = fileMessage(messageFrom(wire, false));
      void ask({ do: 'send', message: wire, again: true }).then((answer) => settleSend(model, answer));
    }
  }
};

export const settleSend = async (model, answer) => {
  await dropOutgoing(String(model.id));
  if (answer.result === 'OK') model.set('ack', Math.max(model.ack, 1));
  // Not every error marks the message: some leave it on the clock.
  else if (answer.how !== 'clock') model.set('ack', -1);
  return answer;
};

const hear = {
  ref: ({ ref }) => {
    Conn.set('ref', ref);
    stand(ref ? 'UNPAIRED' : 'UNPAIRED_IDLE', 'QR', 'NORMAL');
    void showCode(ref);
  },
  linked: async ({ login }) => {
    await saveLogin(login);
    me.login = login;
    Conn.set('ref', undefined);
    stand('PAIRING', 'SYNCING', 'PAIRING');
  },
  syncing: () => {
    showMain();
    stand('CONNECTED', 'SYNCING', 'SYNCING');
  },
  ready: async ({ snapshot }) => {
    await applySnapshot(snapshot);
    showMain();
    stand('CONNECTED', 'MAIN', 'NORMAL');
    Cmd.isMainLoaded = true;
    Cmd.trigger('main_loaded');
    tell({ do: 'ready' });
    await resumeOutbox();
  },
  message: ({ message, contacts, unread, cipher, announced }) => {
    for (const contact of contacts) ensureContact(contact);
    const model = messageFrom(cipher ? { ...message, type: 'ciphertext', body: '' } : message, announced);
    fileMessage(model);
    ensureChat(model.id.remote).set('unreadCount', unread);
    tell({ do: 'got', id: message.id });
    if (cipher) queueMicrotask(() => setTimeout(() => void updateMessage(message), 50));
  },
  contacts: ({ contacts }) => {
    for (const contact of contacts) ensureContact(contact);
  },
  edited: ({ message }) => updateMessage(message),
  removed: ({ message, subtype }) => updateMessage(message, subtype),
  cleared: ({ message }) => updateMessage(message),
  reaction: ({ reaction }) => react(reaction),
  vote: (news) => vote(news),
  ack: ({ id, ack }) => messages.get(id)?.set('ack', ack),
  unread: ({ chat, unread }) => chats.get(chat)?.set('unreadCount', unread),
  conflict: () => stand('CONFLICT', 'CONFLICT', 'NORMAL'),
  resumed: () => stand('CONNECTED', 'MAIN', 'NORMAL'),
  blocked: () => stand('TOS_BLOCK', 'TOS_BLOCK', 'NORMAL'),
  loggedOut: async () => {
    await forgetEverything();
    me.login = null;
    Cmd.trigger('logout');
    location.reload();
  },
  answer: ({ tag, value }) => {
    waiting.get(tag)?.resolve(value);
    waiting.delete(tag);
  },
  hang: ({ ms }) => {
    const end = Date.now() + ms;
    while (Date.now() < end);
  },
  deafen: () => {
    self.onAnyMessage = undefined;
  },
  allocate: ({ megabytes }) => {
    // Numbers that differ, so that no page of it can be shared or compressed away.
    for (let i = 0; i < megabytes; i += 1) {
      ballast.push(new Float64Array(131_072).map(() => Math.random()));
    }
  },
};

const dial = () => {
  Socket.set('state', 'OPENING');
  socket = new WebSocket(`wss://${location.host}/ws`);
  socket.onopen = () => {
    tell({ do: 'hello', login: me.login, keys: me.keys.public });
    // Whatever was asked on the broken socket is asked again on this one.
    for (const [tag, { message }] of waiting) tell({ ...message, tag, again: true });
  };
  let chain = Promise.resolve();
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    chain = chain.then(() => hear[message.say](message)).catch((error) => console.error('stand-in page', error));
  };
  socket.onclose = () => {
    if (isRegistered()) stand('TIMEOUT', 'OFFLINE', 'OFFLINE');
    else Socket.set('state', 'TIMEOUT');
    setTimeout(dial, 300);
  };
};

Socket.on('takeover', () => notify({ do: 'takeover' }));
Socket.on('logout', () => notify({ do: 'logout' }));
Socket.on('poke', () => notify({ do: 'refresh' }));
Cmd.on('refresh_qr', () => notify({ do: 'refresh' }));

export const connect = dial;
