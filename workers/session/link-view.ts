import type { WorkerState } from '../../src/protocol/worker-messages.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { qrIdleReason } from '../../src/session/verdict.ts';
import type { LinkedAccount, LinkStatus } from '../whatsapp/whatsapp-client.ts';
import type { PhoneHold } from './link-account.ts';
import type { Body } from './worker-identity.ts';

export type StateBody = Body<'zap:state'>;

/** What the worker knows of its link, before it is told to anyone. */
export interface LinkFacts {
  readonly status: LinkStatus;
  readonly account: LinkedAccount | null;
  readonly hold: PhoneHold | null;
  /** Nobody scanned and the browser was closed. */
  readonly idle: boolean;
}

const cut = (text: string, length: number): string => {
  const plain = plainText(text);
  return plain.length <= length ? plain : `${plain.slice(0, length - 1)}…`;
};

/** The session's state as it is reported; `since` is kept from `before` while state and reason are the same. */
export const stateBody = (facts: LinkFacts, before: StateBody | null, now: number): StateBody => {
  const { status, account, hold } = facts;
  const seen = ((): { state: WorkerState; reasonCode: string | null; reason: string | null } => {
    if (facts.idle)
      return { state: 'waiting', reasonCode: qrIdleReason, reason: 'nobody scanned the QR; the browser was closed' };
    if (hold !== null && (status.state === 'connected' || status.state === 'syncing'))
      return { state: 'held', reasonCode: hold.reasonCode, reason: hold.reason };
    return { state: status.state, reasonCode: status.reasonCode, reason: status.reason };
  })();
  const isLinked = account !== null && !facts.idle;
  const isSame = before !== null && before.state === seen.state && before.reasonCode === seen.reasonCode;
  return {
    state: seen.state,
    since: isSame ? before.since : now,
    reasonCode: seen.reasonCode === null ? null : cut(seen.reasonCode, 100),
    reason: seen.reason === null ? null : cut(seen.reason, 500),
    phone: isLinked ? cut(account.phone, 20) : null,
    lid: isLinked && account.lid !== null ? cut(account.lid, 60) : null,
    pushName: isLinked && account.pushName !== null ? cut(account.pushName, 200) : null,
    nextTryAt: null,
  };
};
