import { reactionsModule, votesModule } from './changes.js';
import { ask } from './connection.js';
import { EventEmitter } from './events.js';
import { getUploadLimit, OpaqueData, prepRawMedia } from './media.js';
import { Collection, defineModel, Model } from './model.js';
import { MsgKey } from './msg-key.js';
import { define } from './registry.js';
import { addAndSendMsgToChat, chatPresence, findOrCreateLatestChat, sendSeen } from './sending.js';
import {
  Cmd,
  CmdImpl,
  Conn,
  ConnImpl,
  isRegistered,
  me,
  myLidWid,
  myPhoneWid,
  NetworkStatus,
  Socket,
  Stream,
} from './session.js';
import {
  ChatCollectionImpl,
  ChatModel,
  ChatMsgsCollection,
  ContactCollectionImpl,
  ContactModel,
  chats,
  contacts,
  lidPnCache,
  MsgCollectionImpl,
  MsgModel,
  messages,
} from './stores.js';
import { Wid, WidFactory } from './wid.js';

const nothing = () => undefined;
const version = '2.3000.1041000000';
self.Debug = { VERSION: version };

/** A collection that exists and stays empty: wa-js listens to it. */
const emptyStore = (model, proxyName, extra = {}) => {
  const modelClass = defineModel(class extends Model {}, proxyName, ['id']);
  const implementation = class extends Collection {
    modelClass = modelClass;
  };
  define(`WAWeb${model}Model`, { default: modelClass });
  const store = Object.assign(new implementation(), extra);
  return { implementation, store };
};
const defineStore = (model, proxyName, extra) => {
  const { implementation, store } = emptyStore(model, proxyName, extra);
  define(`WAWeb${model}Collection`, {
    [`${model}CollectionImpl`]: implementation,
    [`${model}Collection`]: store,
    default: store,
  });
};

export const defineModules = () => {
  define('WAWebBuildConstants', {
    VERSION_STR: version,
    SANITIZED_VERSION_STR: version,
    VERSION_PRIMARY: '2',
    VERSION_SECONDARY: '3000',
    VERSION_TERTIARY: '1041000000',
  });
  define('WAWebEventEmitter', { default: EventEmitter });
  define('WAWebBaseModel', { BaseModel: Model, defineModel });
  define('WAWebCollection', {
    default: function collection() {
      throw new Error('Collection initialized without model');
    },
  });
  define('WAWebBaseCollection', { BaseCollection: Collection });
  define('WAWebWid', { default: Wid });
  define('WAWebWidFactory', WidFactory);
  define('WAWebMsgKey', { default: MsgKey });
  define('WAWebConnModel', { Conn, ConnImpl });
  define('WAWebSocketModel', { Socket });
  define('WAWebStreamModel', { Stream });
  define('WAWebCmd', { Cmd, CmdImpl });
  define('WAWebNetworkStatus', { default: NetworkStatus });
  define('WAWebBackendEventBus', { BackendEvent: {}, BackendEventBus: new EventEmitter() });
  define('WAWebLinkDeviceEvents', {
    WAWebLinkDeviceEvents: Object.assign(new EventEmitter(), { triggerRefreshAltLinkingCode: nothing }),
  });
  define('WAWebUserPrefsMultiDevice', { isRegistered });
  define('WAWebLoginState', { isLoggedIn: isRegistered });
  define('WAWebUserPrefsMeUser', {
    getMaybeMeUser: myPhoneWid,
    getMaybeMePnUser: myPhoneWid,
    getMaybeMeLidUser: myLidWid,
    getMe: myPhoneWid,
    getMeLidUserOrThrow: () => {
      if (!isRegistered()) throw new Error('no lid');
      return myLidWid();
    },
  });
  define('WABase64', { encodeB64: (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))), decodeB64: atob });
  define('WAWebNoiseInfo', { waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: me.keys.bytes.noise } }) } });
  define('WAWebSignalStoreApi', {
    waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: me.keys.bytes.identity } }) },
  });
  define('WAWebAdvSignatureApi', { getADVSecretKey: () => me.keys.adv, setADVSignedIdentity: nothing });
  define('WAWebAltDeviceLinkingApi', { initializeAltDeviceLinking: async () => undefined });
  define('WAWebAltDeviceLinkingCode', {
    genLinkDeviceCodeForPhoneNumber: async (phone) => {
      const answer = await ask({ do: 'pairingCode', phone });
      return answer.code;
    },
  });

  define('WAWebMsgModel', { default: MsgModel });
  define('WAWebMsgCollection', { MsgCollectionImpl, MsgCollection: messages, default: messages });
  define('WAWebChatModel', { default: ChatModel });
  define('WAWebChatCollection', { ChatCollectionImpl, ChatCollection: chats, default: chats });
  define('WAWebContactModel', { default: ContactModel });
  define('WAWebContactCollection', { ContactCollectionImpl, ContactCollection: contacts, default: contacts });
  define('WAWebChatMsgsCollection', { ChatMsgsCollection });
  define('WAWebNewsletterCollection', { default: new Collection() });
  defineStore('Call', 'call', { processIncomingCall: nothing });
  defineStore('Blocklist', 'blocklist');
  // wa-js takes `PresenceCollectionImpl` for the store where it exists.
  define('WAWebPresenceCollection', { PresenceCollection: emptyStore('Presence', 'presence').store });
  defineStore('ProfilePicThumb', 'profilePicThumb');
  defineStore('GroupMetadata', 'groupMetadata', { onParentGroupChange: nothing, find: async () => undefined });
  defineStore('Label', 'label');
  defineStore('Reactions', 'reactions');
  defineStore('BotProfile', 'botProfile');
  defineStore('TextStatus', 'textStatus');
  defineStore('Status', 'status', { getMyStatus: () => ({ msgs: new Collection() }) });

  define('WAWebSocketConstants', {
    SOCKET_STATE: Object.fromEntries(
      [
        'OPENING',
        'PAIRING',
        'UNPAIRED',
        'UNPAIRED_IDLE',
        'CONNECTED',
        'TIMEOUT',
        'CONFLICT',
        'UNLAUNCHED',
        'PROXYBLOCK',
        'TOS_BLOCK',
        'SMB_TOS_BLOCK',
        'DEPRECATED_VERSION',
      ].map((name) => [name, name]),
    ),
    SOCKET_STREAM: { DISCONNECTED: 'DISCONNECTED', SYNCING: 'SYNCING', RESUMING: 'RESUMING', CONNECTED: 'CONNECTED' },
    WATCHED_SOCKET_STATE: { CONNECTED: 'CONNECTED' },
  });
  define('WAWebAck', {
    ACK: { FAILED: -1, CLOCK: 0, SENT: 1, RECEIVED: 2, READ: 3, PLAYED: 4 },
    EDIT_ATTR: { SENDER_REVOKE: 7 },
    ACK_STRING: { SENDER: 'sender', DELIVERY: 'delivery', READ: 'read' },
  });
  define('WAWebMsgType', {
    MSG_TYPE: { CHAT: 'chat', CALL_LOG: 'call_log', REVOKED: 'revoked', ORDER: 'order' },
    SYSTEM_MESSAGE_TYPES: ['gp2'],
  });
  define('WAWebVoipCallState', { CALL_STATES: { INCOMING_RING: 'INCOMING_RING' } });
  define('WAWebLogoutReason', {
    LogoutReason: { UserInitiated: 'user_initiated' },
    LOGOUT_REASON_CODE: { USER: 1 },
    getErrorCodeFromLogoutReason: () => 1,
  });
  define('WAWebUserPrefsGeneral', {
    getPushname: () => Conn.pushname,
    setBrowserId: nothing,
    getUserPrivacySettings: () => ({}),
  });
  define('WATimeUtils', { unixTime: () => Math.floor(Date.now() / 1000), unixTimeMs: () => Date.now() });
  define('WAWebFindChatAction', { findOrCreateLatestChat });
  define('WAWebChatEphemerality', { getEphemeralFields: () => ({}) });
  define('WAWebMsgReply', { canReplyMsg: () => true });
  define('WAWebUpdateUnreadChatAction', { sendSeen, markUnread: async () => undefined });
  define('WAWebChatStateBridge', {
    markComposing: chatPresence('composing'),
    markPaused: chatPresence('paused'),
    markRecording: chatPresence('recording'),
  });
  define('WAWebSendMsgChatAction', { addAndSendMsgToChat });
  define('WAWebMediaOpaqueData', { default: OpaqueData });
  define('WAWebPrepRawMedia', { prepRawMedia, uploadProductImage: nothing, MediaPrep: nothing });
  define('WAWebMediaGatingUtils', { getUploadLimit });
  define('WAWebReactionsModelCollection', reactionsModule);
  define('WAWebPollsVotesDb', votesModule);
  define('WAWebLinkify', { findFirstWebLink: (text) => /https?:\/\/\S+/.exec(text)?.[0] });
  define('WAWebChatMessageSearch', { getSearchContext: (given) => ({ collection: given.chat.msgs }) });
  define('WAWebDBMessageFindLocal', messageSearch);
  define('WAWebQuotedMsgModelUtils', {
    getQuotedMsgObj: (msg) => messages.findFirst((each) => each.id.id === msg.quotedStanzaID),
  });
  define('WAWebLidPnCache', { lidPnCache });
  define('WAWebApiContact', { getCurrentLid: lidPnCache.getCurrentLid, getPhoneNumber: lidPnCache.getPhoneNumber });
  define('WAWebContactQuery', { queryWidExists: async () => null, queryPhoneExists: async () => null });
  define('WAWebChatUnread', { getHasUnread: (chat) => (chat.unreadCount ?? 0) !== 0 });
  define('WAWebChatGetters', {
    getShouldAppearInList: () => true,
    getPreviewMessage: () => undefined,
    getShowChangeNumberNotification: () => false,
    getShouldShowUnreadDivider: () => false,
  });
  define('WAWebContactGetters', {
    getIsMyContact: (contact) => contact.isMyContact,
    getMentionName: (contact) => contact.formattedName,
  });
};

/** Neighbours of a message in its chat, oldest first. */
const neighbours = ({ anchor, count, direction }) => {
  const chat = chats.get(anchor.remote);
  const list = (chat?.msgs.getModelsArray() ?? []).sort((a, b) => a.t - b.t);
  const at = list.findIndex((msg) => anchor.equals(msg.id));
  const found = direction === 'after' ? list.slice(at + 1, at + 1 + count) : list.slice(0, at).slice(-count);
  return { messages: count === 0 ? [] : found };
};
const messageSearch = {
  msgFindByDirection: async (given) => neighbours(given),
  msgFindBefore: async (given) => neighbours({ ...given, direction: 'before' }),
  msgFindAfter: async (given) => neighbours({ ...given, direction: 'after' }),
};
