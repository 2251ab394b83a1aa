import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import type { LinkedAccount, LinkState, LinkStatus, WhatsAppEvent } from '../whatsapp-client.ts';
import { createPhoneCodes } from './phone-codes.ts';
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
  let pairingPhone: string | null = null;
  let isLogoutScheduled = false;
  let cancelDrop = (): void => undefined;

  const isDead = (): boolean => status.state === 'broken' || status.state === 'banned';
  const enterState = (state: LinkState, reasonCode: string | null = null, reason: string | null = null): void => {
    status = { state, reasonCode, reason, since: now() };
    emit({ type: 'link', status, account: record.account() });
  };

  const connect = (): void => {
    cancelDrop();
    enterState('connected');
    options.onConnected();
    if (script.drops !== null) {
      const { everyMs, lastMs, reason } = script.drops;
      cancelDrop = timers.after(random.between(everyMs), () => drop(reason, random.between(lastMs)));
    }
    if (script.logoutAfterMs !== null && !isLogoutScheduled) {
      isLogoutScheduled = true;
      timers.after(random.between(script.logoutAfterMs), unlinkFromPhone);
    }
  };
  const linkTo = (phone: string): void => {
    codes.linked();
    record.link({ phone, lid: `${random.between([1e8, 9e8])}${phone.slice(-6)}@lid`, pushName: script.pushName });
    enterState('syncing');
    timers.after(random.between(script.syncMs), () => {
      if (status.state === 'syncing') connect();
    });
  };
  const ownPhone = (): string => script.phone ?? fakePhone(random);

  const scan = (phone?: string): void => {
    if (status.state === 'qr') linkTo(phone ?? ownPhone());
  };
  const enterCode = (): void => {
    if (status.state === 'code') linkTo(pairingPhone ?? ownPhone());
  };
  const codes = createPhoneCodes({
    script,
    random,
    timers,
    emit,
    now,
    linkState: () => status.state,
    enterState,
    onScan: () => scan(),
    onCodeEntered: enterCode,
  });

  const drop = (reason: DropReason, lastMs: Milliseconds | null): void => {
    if (status.state !== 'connected' && status.state !== 'syncing') return;
    cancelDrop();
    enterState('offline', reason, reasons[reason]);
    if (lastMs !== null) cancelDrop = timers.after(lastMs, reconnect);
  };
  const reconnect = (): void => {
    if (status.state === 'offline') connect();
  };
  const unlinkFromPhone = (): void => {
    if (record.account() === null || isDead()) return;
    cancelDrop();
    record.unlink();
    enterState('logged_out', 'unlinked', 'unlinked on the phone');
  };

  return {
    start: () => {
      if (script.linked && record.account() === null && status.state === 'starting')
        record.link({ phone: ownPhone(), lid: null, pushName: script.pushName });
      if (record.account() === null) codes.showQr();
      else connect();
    },
    status: () => status,
    account: () => record.account(),
    newCodes: () => {
      if (record.account() === null && !isDead()) codes.restart('qr');
    },
    pairByCode: (phone) => {
      pairingPhone = phone;
      codes.restart('code');
    },
    scan,
    enterCode,
    drop,
    reconnect,
    unlinkFromPhone,
    forget: () => {
      codes.stop();
      cancelDrop();
      record.unlink();
    },
    ban: () => {
      cancelDrop();
      enterState('banned', 'tos-block', 'WhatsApp blocked this number for breaking its terms');
    },
    breakPage: (reasonCode) => {
      codes.stop();
      cancelDrop();
      enterState('broken', reasonCode, reasons[reasonCode]);
    },
  };
};
