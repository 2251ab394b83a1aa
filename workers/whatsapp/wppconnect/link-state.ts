import type { LinkedAccount, LinkState } from '../whatsapp-client.ts';

/** The latest news of a pairing by code, numbered. */
export interface PairingNews {
  readonly count: number;
  readonly kind: 'code' | 'expired' | 'error';
  readonly value: string;
}

/** What a page says of the end of our right that it holds. */
export interface FenceLook {
  /** The page's monotonic clock now, ms since its document began. */
  readonly clock: number;
  /** The end on the wall's clock; null: none. */
  readonly wall: number | null;
  /** The end is known on both clocks. */
  readonly isWhole: boolean;
}

/** What one look into the page shows. */
export interface PageSnapshot {
  /** wa-js runs. */
  readonly ready: boolean;
  /** The library's listeners and ours are attached: nothing that arrives from now on is missed. */
  readonly hooked: boolean;
  readonly registered: boolean;
  readonly socket: string;
  readonly stream: string;
  readonly online: boolean;
  readonly phone: string | null;
  readonly lid: string | null;
  readonly pushName: string | null;
  readonly pairing: PairingNews | null;
  /** What the QR on the page says. */
  readonly qr: string | null;
  /** Null: no page answered. */
  readonly fence: FenceLook | null;
  /** Which document of the page it is, by when that began to load, epoch ms; null: no page answered. */
  readonly document: number | null;
}

export const noPage: PageSnapshot = {
  ready: false,
  hooked: false,
  registered: false,
  socket: '',
  stream: '',
  online: true,
  phone: null,
  lid: null,
  pushName: null,
  pairing: null,
  qr: null,
  fence: null,
  document: null,
};

/** What the client remembers between looks. */
export interface LinkMemory {
  /** This profile was linked before: by its mark on disk, or seen so. */
  readonly wasLinked: boolean;
  readonly everConnected: boolean;
  /** `newCodes()` was asked for after a logout. */
  readonly codesWanted: boolean;
  readonly pairing: boolean;
  readonly hasCode: boolean;
  /** Since when the page runs, ms ago. */
  readonly runsForMs: number;
}

export interface Judgement {
  readonly state: LinkState;
  readonly reasonCode: string | null;
  readonly reason: string | null;
}

const plain = (state: LinkState): Judgement => ({ state, reasonCode: null, reason: null });
const because = (state: LinkState, reasonCode: string, reason: string): Judgement => ({ state, reasonCode, reason });

/** A linked page that comes up has this long before a missing connection is called one, ms. */
const firstConnectionMs = 20_000;

const judgeLinked = (page: PageSnapshot, memory: LinkMemory): Judgement => {
  const { socket, stream } = page;
  if (socket === 'CONFLICT' || stream === 'CONFLICT') {
    return because('offline', 'conflict', 'this number is open in another WhatsApp Web window');
  }
  if (socket === 'DEPRECATED_VERSION' || stream === 'DEPRECATED_VERSION') {
    return because('offline', 'version-refused', 'WhatsApp refuses this version of WhatsApp Web');
  }
  if (socket === 'PROXYBLOCK' || stream === 'PROXYBLOCK') {
    return because('offline', 'proxy-blocked', 'WhatsApp refuses connections from this network');
  }
  if (socket === 'CONNECTED') {
    // CONNECTED without MAIN is history coming in; MAIN without our listeners would lose messages.
    return stream === 'MAIN' && page.hooked ? plain('connected') : plain('syncing');
  }
  if (socket === 'PAIRING') return plain('syncing');
  if (!page.online) return because('offline', 'no-network', 'this machine has no network connection');
  if (!memory.everConnected && memory.runsForMs < firstConnectionMs) return plain('starting');
  return because('offline', 'socket-timeout', 'no connection to WhatsApp, trying again');
};

const judgeUnlinked = (page: PageSnapshot, memory: LinkMemory): Judgement => {
  // Only WhatsApp's own word counts: while the page still loads its login it looks unlinked too.
  const said = page.socket.startsWith('UNPAIRED');
  if (memory.wasLinked && !memory.codesWanted) {
    return said ? because('logged_out', 'unlinked', 'the phone removed this linked device') : plain('starting');
  }
  if (memory.pairing) return plain('code');
  if (page.socket === 'UNPAIRED_IDLE') return because('qr', 'qr-idle', 'the QR went idle, asking for a new one');
  if (memory.hasCode || said) return plain('qr');
  if (!page.online) return because('starting', 'no-network', 'this machine has no network connection');
  return plain('starting');
};

/** The link's state from the page's three conditions: registered, socket and stream. Pure. */
export const judgeLink = (page: PageSnapshot, memory: LinkMemory): Judgement => {
  if (!page.ready) {
    return memory.everConnected
      ? because('offline', 'page-loading', 'WhatsApp Web is loading again')
      : plain('starting');
  }
  const blocked = [page.socket, page.stream].some((word) => word === 'TOS_BLOCK' || word === 'SMB_TOS_BLOCK');
  if (blocked) return because('banned', 'tos-block', 'WhatsApp blocked this number');
  return page.registered ? judgeLinked(page, memory) : judgeUnlinked(page, memory);
};

export const accountOf = (page: PageSnapshot): LinkedAccount | null =>
  page.registered && page.phone !== null ? { phone: page.phone, lid: page.lid, pushName: page.pushName } : null;

export const sameAccount = (a: LinkedAccount | null, b: LinkedAccount | null): boolean =>
  a?.phone === b?.phone && a?.lid === b?.lid && a?.pushName === b?.pushName;
