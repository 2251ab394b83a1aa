/** An address: `<user>@<server>`. */
export class Wid {
  constructor(text) {
    const [user, server] = String(text).split('@');
    this.server = server;
    this.user = user;
    this._serialized = `${user}@${server}`;
  }

  static isXWid(server, wid) {
    return wid?.server === server;
  }
  static isWid(value) {
    return value instanceof Wid;
  }
  static isGroup(value) {
    return String(value).endsWith('@g.us');
  }
  static isStatus(value) {
    return String(value) === 'status@broadcast';
  }

  isUser() {
    return ['c.us', 'lid', 'hosted', 'hosted.lid'].includes(this.server);
  }
  isRegularUser() {
    return this.isUser();
  }
  isLid() {
    return this.server === 'lid' || this.server === 'hosted.lid';
  }
  isGroup() {
    return this.server === 'g.us';
  }
  isBroadcast() {
    return this.server === 'broadcast';
  }
  isStatus() {
    return Wid.isStatus(this);
  }
  isNewsletter() {
    return this.server === 'newsletter';
  }
  isBot() {
    return false;
  }
  isPSA() {
    return this._serialized === '0@c.us';
  }
  equals(other) {
    return String(other) === this._serialized;
  }
  toJid() {
    return this._serialized.replace('@c.us', '@s.whatsapp.net');
  }
  toString() {
    return this._serialized;
  }
}

export const WidFactory = {
  isWidlike: (value) => value instanceof Wid,
  createWidFromWidLike: (value) => new Wid(value),
  createWid: (text) => {
    const clean = String(text).replace('@s.whatsapp.net', '@c.us');
    return /^[\w.:-]+@[\w.]+$/.test(clean) ? new Wid(clean) : undefined;
  },
  createUserWidOrThrow: (text, server = 'c.us') => {
    const [user, given] = String(text).split('@');
    if (!user) throw new Error('wid error: invalid wid');
    return new Wid(`${user}@${given ?? server}`);
  },
};
