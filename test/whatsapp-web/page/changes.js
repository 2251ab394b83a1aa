import { MsgKey } from './msg-key.js';
import { chats, messageAttributes, messages } from './stores.js';
import { Wid } from './wid.js';

/** What becomes of messages that the page has, told as the real page tells it: wa-js hears it from models, collections and modules. */

const valuesOf = (wire, names) => {
  const attributes = messageAttributes(wire);
  return names.map((name) => [name, attributes[name]]);
};

/** The words change first, then the mark of the edit. */
const edit = (model, wire) => {
  for (const [name, value] of valuesOf(wire, ['body', 'caption', 'latestEditSenderTimestampMs', 'latestEditMsgKey']))
    model.set(name, value);
};

/** A revocation comes as a protocol message of its own. */
const revoke = async (model, subtype) => {
  const key = model.id;
  const protocol = {
    isNewMsg: true,
    type: 'protocol',
    subtype,
    id: new MsgKey({ fromMe: key.fromMe, remote: key.remote, id: MsgKey.newId(), participant: key.participant }),
    protocolMessageKey: key,
    author: model.author,
    from: model.from,
    to: model.to,
  };
  await messages.processMultipleMessages(chats.get(key.remote), [protocol]);
  model.set('body', '');
  model.set('caption', undefined);
  model.set('type', 'revoked');
};

const clear = (model, wire) => {
  const { type, ...others } = messageAttributes(wire);
  for (const [name, value] of Object.entries(others)) if (name !== 'id' && name !== 'isNewMsg') model.set(name, value);
  model.set('type', type);
};

/** Brings a message that the page has up to what its phone says of it: live, or after a time without a line. */
export const updateMessage = async (wire, subtype = 'sender_revoke') => {
  const model = messages.get(wire.id);
  if (!model) return;
  if (wire.type === 'revoked') {
    if (model.type !== 'revoked') await revoke(model, subtype);
    return;
  }
  if (model.type === 'ciphertext' && wire.type !== 'ciphertext') clear(model, wire);
  if (!wire.edit && wire.type === 'chat' && model.body === '') model.set('body', wire.body);
  if (wire.edit && String(model.latestEditMsgKey) !== wire.edit.key) edit(model, wire);
};

/** wa-js wraps these functions where it finds them, so they are called through their modules. */
export const reactionsModule = { addOrUpdateReactionsModelCollection: async () => undefined };
export const votesModule = { upsertVotesDb: async () => undefined };

export const react = ({ key, parent, text, author, t }) =>
  reactionsModule.addOrUpdateReactionsModelCollection(
    { msgKey: key, parentMsgKey: parent, reactionText: text, read: false, senderUserJid: author, t, orphan: 0 },
    { isNew: true },
  );

export const vote = ({ parent, author, options, at }) => {
  const poll = messages.get(parent);
  const chosen = (poll?.pollOptions ?? []).filter((option) => options.includes(option.name));
  return votesModule.upsertVotesDb([
    {
      parentMsgKey: MsgKey.fromString(parent),
      selectedOptionLocalIds: chosen.map((option) => option.localId),
      senderTimestampMs: at,
      sender: new Wid(author),
    },
  ]);
};
