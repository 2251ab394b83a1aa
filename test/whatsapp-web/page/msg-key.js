import { Wid } from './wid.js';

const asWid = (value) => (value instanceof Wid ? value : new Wid(String(value)));

/** A message's id: `<fromMe>_<chat>_<id>[_<author>]`. wa-js finds the class by the text of its error. */
export class MsgKey {
  constructor(given) {
    if (!given) throw new Error('MsgKey error: obj is null/undefined');
    const out = given.selfDir === 'out';
    this.fromMe = given.fromMe ?? out;
    this.remote = asWid(given.remote ?? (out ? given.to : given.from));
    this.id = given.id;
    if (given.participant) this.participant = asWid(given.participant);
    this._serialized = [this.fromMe, this.remote, this.id, ...(this.participant ? [this.participant] : [])].join('_');
  }

  static fromString(text) {
    const [fromMe, remote, id, participant] = String(text).split('_');
    if (!id || !/^(true|false)$/.test(fromMe)) throw new Error(`MsgKey error: cannot parse ${text}`);
    return new MsgKey({ fromMe: fromMe === 'true', remote, id, participant });
  }

  static newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(9));
    return `3EB0${[...bytes]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase()}`;
  }

  equals(other) {
    return String(other) === this._serialized;
  }

  toString() {
    return this._serialized;
  }
}
