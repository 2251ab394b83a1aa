import { ask, settleSend } from './connection.js';
import { saveOutgoing } from './database.js';
import { isRegistered } from './session.js';
import { fileMessage, MsgModel } from './stores.js';

/** Files on their way out, as wa-js sends them: bytes that only the page has, prepared, filed, taken up, and then sent. */

/** What WhatsApp takes at most, by the kind that wa-js asks for. */
const limits = { image: 16, video: 16, audio: 16, sticker: 1, document: 2048 };
export const getUploadLimit = (kind) => (limits[kind] ?? 2048) * 1024 * 1024;

export class OpaqueData {
  constructor(file) {
    this.file = file;
  }
  static async createFromData(file) {
    return new OpaqueData(file);
  }
  throwIfReleased() {
    if (this.file === null) throw new Error('it was released');
  }
}

const kindOf = (file, { asDocument, isPtt }) => {
  if (asDocument) return 'document';
  if (isPtt) return 'ptt';
  const [kind] = file.type.split('/');
  return ['image', 'video', 'audio'].includes(kind) ? kind : 'document';
};

const send = async (file, type, chat, options) => {
  if (!isRegistered()) throw new Error('not logged in');
  const { id, t, from, filename } = options.productMsgOptions;
  const media = { mimeType: file.type, filename, size: file.size, caption: options.caption };
  const model = new MsgModel({
    ...{ id, type, t, from, to: chat.id, self: 'out', ack: 0, local: true },
    ...{ caption: options.caption, filename, mimetype: file.type, size: file.size },
    mediaData: { type, mimetype: file.type, size: file.size },
  });
  await Promise.resolve();
  fileMessage(model);
  const taken = await fetch(`/media/${encodeURIComponent(String(id))}`, { method: 'POST', body: file });
  if (taken.status === 415) {
    model.set('ack', -1);
    throw new Error('media type not supported');
  }
  if (!taken.ok) throw new Error(`the upload failed: ${taken.status}`);
  const wire = {
    ...{ id: String(id), fromMe: true, type, body: '', t, from: String(from), to: String(chat.id), ack: 0 },
    media: { ...media, sha256: await taken.text() },
  };
  await saveOutgoing(wire);
  const answer = await ask({ do: 'send', message: wire });
  await settleSend(model, answer);
  return {
    messageSendResult: answer.result,
    t: answer.t ?? t,
    ...(answer.code || answer.reason ? { error: { code: answer.code, reason: answer.reason } } : {}),
  };
};

export const prepRawMedia = ({ file }, how) => ({
  mediaData: { type: kindOf(file, how) },
  waitForPrep: async () => undefined,
  sendToChat: (chat, options) => send(file, kindOf(file, how), chat, options),
});
