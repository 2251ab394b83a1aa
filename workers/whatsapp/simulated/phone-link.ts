import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import type { LinkedAccount, LinkState, LinkStatus, WhatsAppEvent } from '../whatsapp-client.ts';
import { fakePairingCode, fakeQrPayload } from './fake-codes.ts';
import type { PhoneRecord } from './phone-record.ts';
import type { Script } from './scenario.ts';
import type { SeededRandom } from './seeded-random.ts';
import { fakePhone } from './texts.ts';
import type { Timers } from './timers.ts';

/** The link between a simulated phone and its session: codes, scan, drops, logouts. */
export interface PhoneLink {
  /** The page runs: codes, or the known login. */
  start(): void;
  status(): LinkStatus;
  account(): LinkedAccount | null;
  newCodes(): void;
  pairByCode(phone: string): void;
  scan(phone?: string): void;
  enterCode(): void;
  drop(reason: DropReason, lastMs: Milliseconds | null): void;
  reconnect(): void;
  unlinkFromPhone(): void;
  /** We unlink ourselves: the login is gone, no state follows. */
  forget(): void;
  ban(): void;
  breakPage(reasonCode: 'page-crashed' | 'page-hung' | 'browser-exited'): void;
}

export type DropReason = 'no-network' | 'socket-timeout' | 'conflict';

const reasons = {
  'no-network': 'no network in the page (ERR_INTERNET_DISCONNECTED)',
  'socket-timeout': 'WhatsApp does not answer; the page tries again by itself',
  conflict: 'WhatsApp is open in another place; taking over',
  'page-crashed': 'the page ran out of memory',
  'page-hung': 'the page does not answer any more',
  'browser-exited': 'the browser ended by itself',
} as const;

export const createPhoneLink = (options: {
  readonly record: PhoneRecord;
  readonly script: Script;
  readonly random: SeededRandom;
  readonly timers: Timers;
  readonly emit: (event: WhatsAppEvent) => void;
  readonly now: () => EpochMs;
  /** After every (re)connect. */
  readonly onConnected: () => void;
}): PhoneLink => {
  const { record, script, random, timers, emit, now } = options;
  let status: LinkStatus = { state: 'starting', reasonCode: null, reason: null, since: now() };
  let attempt = 0;
  let pairingPhone: string | null = null;
  let personScheduled = false;
  let logoutScheduled = false;
  let cancelCode = (): void => undefined;
  let cancelDrop = (): void => undefined;

  const dead = (): boolean => status.state === 'broken' || status.state === 'banned';
  const become = (state: LinkState, reasonCode: string | null = null, reason: string | null = null): void => {
    status = { state, reasonCode, reason, since: now() };
    emit({ type: 'link', status, account: record.account() });
  };

  const showQr = (): void => {
    attempt += 1;
    if (status.state !== 'qr') become('qr');
    emit({ type: 'qr', payload: fakeQrPayload(random), attempt, expiresAt: now() + script.qrMs });
    cancelCode = timers.after(script.qrMs, showQr);
    if (script.scanAfterMs !== null && !personScheduled) {
      personScheduled = true;
      timers.after(random.between(script.scanAfterMs), () => scan());
    }
  };
  const showCode = (): void => {
    attempt += 1;
    if (status.state !== 'code') become('code');
    emit({ type: 'code', code: fakePairingCode(random), attempt, expiresAt: now() + script.codeMs });
    cancelCode = timers.after(script.codeMs, showCode);
    if (script.enterCodeAfterMs !== null && !personScheduled) {
      personScheduled = true;
      timers.after(random.between(script.enterCodeAfterMs), enterCode);
    }
  };

  const connect = (): void => {
    cancelDrop();
    become('connected');
    options.onConnected();
    if (script.drops !== null) {
      const { everyMs, lastMs, reason } = script.drops;
      cancelDrop = timers.after(random.between(everyMs), () => drop(reason, random.between(lastMs)));
    }
    if (script.logoutAfterMs !== null && !logoutScheduled) {
      logoutScheduled = true;
      timers.after(random.between(script.logoutAfterMs), unlinkFromPhone);
    }
  };
  const link = (phone: string): void => {
    cancelCode();
    attempt = 0;
    personScheduled = false;
    record.link({ phone, lid: `${random.between([1e8, 9e8])}${phone.slice(-6)}@lid`, pushName: script.pushName });
    become('syncing');
    timers.after(random.between(script.syncMs), () => {
      if (status.state === 'syncing') connect();
    });
  };
  const ownPhone = (): string => script.phone ?? fakePhone(random);

  const scan = (phone?: string): void => {
    if (status.state === 'qr') link(phone ?? ownPhone());
  };
  const enterCode = (): void => {
    if (status.state === 'code') link(pairingPhone ?? ownPhone());
  };
  const drop = (reason: DropReason, lastMs: Milliseconds | null): void => {
    if (status.state !== 'connected' && status.state !== 'syncing') return;
    cancelDrop();
    become('offline', reason, reasons[reason]);
    if (lastMs !== null) cancelDrop = timers.after(lastMs, reconnect);
  };
  const reconnect = (): void => {
    if (status.state === 'offline') connect();
  };
  const unlinkFromPhone = (): void => {
    if (record.account() === null || dead()) return;
    cancelDrop();
    record.unlink();
    become('logged_out', 'unlinked', 'unlinked on the phone');
  };
  const startCodes = (show: () => void): void => {
    cancelCode();
    attempt = 0;
    personScheduled = false;
    show();
  };

  return {
    start: () => {
      if (script.linked && record.account() === null && status.state === 'starting')
        record.link({ phone: ownPhone(), lid: null, pushName: script.pushName });
      if (record.account() === null) showQr();
      else connect();
    },
    status: () => status,
    account: () => record.account(),
    newCodes: () => {
      if (record.account() === null && !dead()) startCodes(showQr);
    },
    pairByCode: (phone) => {
      pairingPhone = phone;
      startCodes(showCode);
    },
    scan,
    enterCode,
    drop,
    reconnect,
    unlinkFromPhone,
    forget: () => {
      cancelCode();
      cancelDrop();
      record.unlink();
    },
    ban: () => {
      cancelDrop();
      become('banned', 'tos-block', 'WhatsApp blocked this number for breaking its terms');
    },
    breakPage: (reasonCode) => {
      cancelCode();
      cancelDrop();
      become('broken', reasonCode, reasons[reasonCode]);
    },
  };
};
