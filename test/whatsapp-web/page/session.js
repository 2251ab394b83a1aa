import { EventEmitter } from './events.js';
import { defineModel, Model } from './model.js';
import { Wid } from './wid.js';

/** The singletons that say how this page stands with WhatsApp. */
export class ConnImpl extends Model {}
defineModel(ConnImpl, 'conn', ['ref', 'connected', 'platform', 'pushname', 'wid', 'lid']);
export const Conn = new ConnImpl({ ref: undefined, connected: false, platform: 'android', pushname: undefined });

class SocketImpl extends Model {
  initConn() {
    return true;
  }
  poke() {
    this.trigger('poke');
  }
  takeover() {
    this.trigger('takeover');
  }
  logout() {
    this.trigger('logout');
  }
}
defineModel(SocketImpl, 'socket', ['state', 'stream']);
export const Socket = new SocketImpl({ state: 'OPENING', stream: 'DISCONNECTED' });

class StreamImpl extends Model {
  markAvailable() {
    this.set('available', true);
  }
  markUnavailable() {
    this.set('available', false);
  }
}
defineModel(StreamImpl, 'stream', ['mode', 'info', 'displayInfo', 'needsUpdate', 'available']);
export const Stream = new StreamImpl({ mode: undefined, info: 'OPENING', displayInfo: 'OPENING', needsUpdate: false });

export class CmdImpl extends EventEmitter {
  isMainLoaded = false;
  refreshQR() {
    this.trigger('refresh_qr');
  }
}
export const Cmd = new CmdImpl();

class NetworkStatusImpl extends Model {
  checkOnline() {
    return this.online;
  }
}
defineModel(NetworkStatusImpl, 'networkStatus', ['online']);
export const NetworkStatus = new NetworkStatusImpl({ online: true });

/** Who is linked: set by the connection, read by everything else. `keys` make the QR; `login` is what the profile keeps. */
export const me = { login: null, keys: null };

export const isRegistered = () => me.login !== null;
export const myPhoneWid = () => (me.login ? new Wid(`${me.login.phone}@c.us`) : undefined);
export const myLidWid = () => (me.login ? new Wid(`${me.login.lid}@lid`) : undefined);

/** Socket state, stream mode and stream info move together. */
export const stand = (state, mode, info) => {
  Socket.set('state', state);
  Stream.set('info', info);
  Stream.set('displayInfo', info);
  Stream.set('mode', mode);
  Socket.set('stream', state === 'CONNECTED' ? 'CONNECTED' : 'DISCONNECTED');
};
