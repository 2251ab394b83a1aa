import { describe, expect, it } from 'vitest';
import {
  judgeLink,
  type LinkMemory,
  noPage,
  type PageSnapshot,
} from '../../../../workers/whatsapp/wppconnect/link-state.ts';

const fresh: LinkMemory = {
  wasLinked: false,
  everConnected: false,
  codesWanted: false,
  pairing: false,
  hasCode: false,
  runsForMs: 1_000,
};
const known: LinkMemory = { ...fresh, wasLinked: true, everConnected: true };
const connected: PageSnapshot = {
  ...noPage,
  ready: true,
  hooked: true,
  registered: true,
  socket: 'CONNECTED',
  stream: 'MAIN',
  phone: '5511987654321',
};
const unlinked: PageSnapshot = { ...noPage, ready: true, hooked: true, socket: 'UNPAIRED', stream: 'QR' };

const cases: [string, PageSnapshot, LinkMemory, string, string | null][] = [
  ['no page yet', noPage, fresh, 'starting', null],
  ['the page loads again', noPage, known, 'offline', 'page-loading'],
  ['all three conditions', connected, known, 'connected', null],
  ['listeners not attached', { ...connected, hooked: false }, known, 'syncing', null],
  ['history comes in', { ...connected, stream: 'SYNCING' }, fresh, 'syncing', null],
  ['a phone just scanned', { ...connected, socket: 'PAIRING', stream: 'SYNCING' }, fresh, 'syncing', null],
  ['registered but the stream shows a QR', { ...connected, stream: 'QR' }, fresh, 'syncing', null],
  [
    'a linked page dials for the first time',
    { ...connected, socket: 'OPENING', stream: 'OFFLINE' },
    fresh,
    'starting',
    null,
  ],
  [
    'it dials for long',
    { ...connected, socket: 'OPENING', stream: 'OFFLINE' },
    { ...fresh, runsForMs: 30_000 },
    'offline',
    'socket-timeout',
  ],
  ['the line broke', { ...connected, socket: 'TIMEOUT', stream: 'OFFLINE' }, known, 'offline', 'socket-timeout'],
  ['no network', { ...connected, socket: 'TIMEOUT', online: false }, known, 'offline', 'no-network'],
  ['opened elsewhere, by the socket', { ...connected, socket: 'CONFLICT' }, known, 'offline', 'conflict'],
  ['opened elsewhere, by the stream', { ...connected, stream: 'CONFLICT' }, known, 'offline', 'conflict'],
  ['an old version', { ...connected, socket: 'DEPRECATED_VERSION' }, known, 'offline', 'version-refused'],
  ['a refused network', { ...connected, stream: 'PROXYBLOCK' }, known, 'offline', 'proxy-blocked'],
  ['blocked', { ...connected, socket: 'TOS_BLOCK' }, known, 'banned', 'tos-block'],
  ['a blocked business number', { ...connected, stream: 'SMB_TOS_BLOCK' }, known, 'banned', 'tos-block'],
  ['never linked, code to come', unlinked, fresh, 'qr', null],
  ['never linked, code there', { ...unlinked, socket: 'OPENING' }, { ...fresh, hasCode: true }, 'qr', null],
  ['never linked, still dialling', { ...unlinked, socket: 'OPENING' }, fresh, 'starting', null],
  ['never linked, no network', { ...unlinked, socket: 'TIMEOUT', online: false }, fresh, 'starting', 'no-network'],
  ['the QR went idle', { ...unlinked, socket: 'UNPAIRED_IDLE' }, { ...fresh, hasCode: true }, 'qr', 'qr-idle'],
  ['pairing by code', unlinked, { ...fresh, pairing: true }, 'code', null],
  ['unlinked by the phone', unlinked, known, 'logged_out', 'unlinked'],
  ['looks unlinked, but WhatsApp did not say so', { ...unlinked, socket: 'OPENING' }, known, 'starting', null],
  ['unlinked, new codes wanted', unlinked, { ...known, codesWanted: true }, 'qr', null],
];

describe('judgeLink', () => {
  it.each(cases)('%s', (_what, page, memory, state, reasonCode) => {
    const judged = judgeLink(page, memory);
    expect(judged).toMatchObject({ state, reasonCode });
    // A cause always comes with its words, on one line.
    expect(judged.reason === null).toBe(reasonCode === null);
    expect(judged.reason ?? '').not.toMatch(/\n/);
  });

  it('never says connected without all three conditions and the listeners', () => {
    const words = [
      '',
      'OPENING',
      'PAIRING',
      'UNPAIRED',
      'CONNECTED',
      'TIMEOUT',
      'CONFLICT',
      'TOS_BLOCK',
      'DEPRECATED_VERSION',
    ];
    const streams = ['', 'QR', 'SYNCING', 'OFFLINE', 'MAIN', 'CONFLICT', 'TOS_BLOCK'];
    for (const socket of words) {
      for (const stream of streams) {
        for (const flags of [0, 1, 2, 3, 4, 5, 6, 7]) {
          const page = {
            ...connected,
            socket,
            stream,
            ready: (flags & 1) > 0,
            hooked: (flags & 2) > 0,
            registered: (flags & 4) > 0,
          };
          const right = flags === 7 && socket === 'CONNECTED' && stream === 'MAIN';
          expect(judgeLink(page, known).state === 'connected').toBe(right);
        }
      }
    }
  });
});
