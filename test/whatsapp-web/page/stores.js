import { Collection, defineModel, Model } from './model.js';
import { MsgKey } from './msg-key.js';
import { me } from './session.js';
import { Wid } from './wid.js';

export class ContactModel extends Model {
  get isMe() {
    return String(this.id) === `${me.login?.phone}@c.us`;
  }
  get isMyContact() {
    return Boolean(this.attributes?.isAddressBookContact);
  }
  get isUser() {
    return true;
  }
  get isWAContact() {
    return true;
  }
  get isPSA() {
    return false;
  }
  get formattedName() {
    return this.name ?? this.pushname ?? String(this.id ?? '');
  }
  get formattedShortName() {
    return this.formattedName;
  }
}
defineModel(ContactModel, 'contact', [
  'id',
  'name',
  'shortName',
  'pushname',
  'type',
  'phoneNumber',
  'isAddressBookContact',
  'isBusiness',
  'isVerified',
  'verifiedName',
  'statusMute',
  'isHighLevelVerified',
  'syncToAddressbook',
  'isContactSyncCompleted',
  'isEnterprise',
]);
export class ContactCollectionImpl extends Collection {
  modelClass = ContactModel;
}
export const contacts = new ContactCollectionImpl();

export class MsgModel extends Model {
  get isSentByMe() {
    return Boolean(this.id?.fromMe);
  }
  get isStatusV3() {
    return this.id?.remote?.isStatus() ?? false;
  }
  get isNotification() {
    return ['gp2', 'notification', 'notification_template', 'e2e_notification', 'protocol'].includes(this.type);
  }
  get isMedia() {
    return this.mediaData !== undefined;
  }
  get senderObj() {
    return contacts.get(this.author ?? this.from);
  }
  async downloadMedia() {
    const answer = await fetch(`/media/${encodeURIComponent(String(this.id))}`);
    if (!answer.ok) throw new Error(`media is gone: ${answer.status}`);
    const blob = new Blob([await answer.arrayBuffer()], { type: this.mimetype });
    this.mediaData.mediaBlob = { forceToBlob: () => blob };
  }
}
defineModel(MsgModel, 'msg', [
  'id',
  'type',
  'subtype',
  'body',
  'caption',
  't',
  'from',
  'to',
  'author',
  'self',
  'ack',
  'isNewMsg',
  'local',
  'notifyName',
  'mimetype',
  'filename',
  'size',
  'mediaData',
  'quotedStanzaID',
  'quotedParticipant',
  'quotedRemoteJid',
  'quotedMsg',
  'pollOptions',
  'latestEditMsgKey',
  'latestEditSenderTimestampMs',
  'mentionedJidList',
  'interactivePayload',
  'isLive',
  'isMMS',
  'isLink',
  'isPSA',
  'lat',
  'lng',
  'sender',
  'hydratedButtons',
  'protocolMessageKey',
  'clientUrl',
]);
export class MsgCollectionImpl extends Collection {
  modelClass = MsgModel;
  async processMultipleMessages(_chat, list) {
    return list;
  }
}
export const messages = new MsgCollectionImpl();

export class ChatMsgsCollection extends Collection {
  loadAroundPromise = Promise.resolve();
}

export class ChatModel extends Model {
  constructor(attributes) {
    super(attributes);
    const hidden = { enumerable: false, writable: true };
    Object.defineProperty(this, 'msgs', { ...hidden, value: new ChatMsgsCollection() });
    const presence = { subscribe: async () => undefined, hasData: false, chatstate: {} };
    Object.defineProperty(this, 'presence', { ...hidden, value: presence });
  }
  get contact() {
    return contacts.get(this.id);
  }
  get kind() {
    return 'chat';
  }
}
defineModel(ChatModel, 'chat', [
  'id',
  't',
  'unreadCount',
  'name',
  'lastReceivedKey',
  'archive',
  'active',
  'pausedTimerId',
  'groupMetadata',
  'isParentGroup',
  'labels',
]);
export class ChatCollectionImpl extends Collection {
  modelClass = ChatModel;
}
export const chats = new ChatCollectionImpl();

export const ensureChat = (id) =>
  chats.get(id) ?? chats.add(new ChatModel({ id: new Wid(String(id)), t: 0, unreadCount: 0, archive: false }));

export const ensureContact = (given) => {
  const found = contacts.get(given.id) ?? contacts.add(new ContactModel({ id: new Wid(given.id), type: 'in' }));
  if (given.pushname) found.set('pushname', given.pushname);
  if (given.name) found.set('name', given.name);
  found.set('isAddressBookContact', given.saved ? 1 : 0);
  if (given.phoneNumber) found.set('phoneNumber', new Wid(`${given.phoneNumber}@c.us`));
  if (given.lid) lids.set(String(found.id), new Wid(`${given.lid}@lid`));
  return found;
};

const lids = new Map();
export const lidPnCache = {
  getPhoneNumber: (lid) => contacts.get(lid)?.phoneNumber,
  getCurrentLid: (wid) => lids.get(String(wid)),
};

/** Fields that WhatsApp's page keeps as addresses. */
const addressFields = ['quotedParticipant', 'quotedRemoteJid'];
const furtherFields = (fields = {}) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, addressFields.includes(name) ? new Wid(value) : value]),
  );

/** What the model of a message has, by what the server tells of it. */
export const messageAttributes = (wire) => {
  const media = wire.media;
  return {
    id: MsgKey.fromString(wire.id),
    type: wire.type,
    body: wire.body ?? '',
    caption: media?.caption,
    t: wire.t,
    from: new Wid(wire.from),
    to: new Wid(wire.to),
    author: wire.author ? new Wid(wire.author) : undefined,
    self: wire.fromMe ? 'out' : 'in',
    ack: wire.ack,
    notifyName: wire.notifyName,
    mimetype: media?.mimeType,
    filename: media?.filename,
    size: media?.size,
    mediaData: media ? { type: wire.type, mimetype: media.mimeType, size: media.size } : undefined,
    latestEditMsgKey: wire.edit ? MsgKey.fromString(wire.edit.key) : undefined,
    latestEditSenderTimestampMs: wire.edit?.at,
    ...furtherFields(wire.fields),
  };
};

/** Makes the model of a message as the server tells it. */
export const messageFrom = (wire, isNewMsg) => new MsgModel({ ...messageAttributes(wire), isNewMsg });

/** Puts a message where the page keeps it. `isNewMsg` is what makes wa-js tell its listeners. */
export const fileMessage = (model) => {
  const chat = ensureChat(model.id.remote);
  if (messages.get(model.id)) return messages.get(model.id);
  chat.msgs.add(model);
  chat.set('t', model.t);
  chat.set('lastReceivedKey', model.id);
  return messages.add(model);
};
