import type { SessionRow } from '../../src/protocol/fleet.ts';
import { formatPhone } from '../../src/session/phone.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { overdueReason, type VerdictToken, verdictLooks } from '../../src/session/verdict.ts';
import { age, countdown } from '../paint/format.ts';
import { cut, type Tone, wrapText } from '../paint/line.ts';
import { reasonText } from './told.ts';
import type { View } from './view.ts';

/** Cells of one session that more than one screen shows. */

const tones: Readonly<Record<VerdictToken, Tone>> = {
  bad: 'p:bad',
  person: 'p:warn',
  motion: 'p:move',
  ok: 'plain',
  off: 'muted',
};

export const stateTone = (row: SessionRow): Tone => tones[verdictLooks[row.verdict].token];
export const isTrouble = (row: SessionRow): boolean => verdictLooks[row.verdict].group === 'needs_you';

/** As much as the column of those who wait holds. */
const waitingWidth = 7;
export const shortCount = (n: number): string => String(Math.min(n, 999));
const withAge = (count: string, since: number | null, now: number): string =>
  since === null ? count : `${count} ${age(now - since)}`;

/**
 * `~9 27m`: about nine customers wait, the first since 27 minutes; `!2 14m`: two were left in silence, who are never `-`; `4 9m !2`: both,
 * without the age where there is no room for it. `-`: nobody (or nobody knows); empty where nobody is expected.
 */
export const waitingCell = (row: SessionRow, now: number): string => {
  const { waiting, silent } = row;
  const left = silent.chats === 0 ? '' : `!${shortCount(silent.chats)}`;
  if (waiting.chats === 0) {
    if (left !== '') return withAge(left, silent.oldestSince, now);
    return row.verdict === 'stopped' || row.verdict === 'stopping' ? '' : '-';
  }
  const count = `${waiting.estimated ? '~' : ''}${shortCount(waiting.chats)}`;
  const waits = withAge(count, waiting.oldestSince, now);
  if (left === '') return waits;

  const both = `${waits} ${left}`;
  return both.length <= waitingWidth ? both : `${count} ${left}`;
};

/** Why, on one line: in the operator's language where the code is a known one, else as the worker or the service said it. */
export const reasonOf = (row: SessionRow, view: View): string =>
  // What customers meet has the codes of messages and answers; any other state has its own.
  reasonText(view.t, aboutCustomers.has(row.verdict) ? 'outcomeReason' : 'reason', row.reasonCode, row.reason);

const aboutCustomers: ReadonlySet<SessionRow['verdict']> = new Set([
  'not_replying',
  'restricted',
  'asks_for_person',
  'drafts',
  'proposal',
  'canary',
]);

/** For how long the AI service is not asked; 0: it is. */
const aiWaitMs = (row: SessionRow, now: number): number => Math.max(0, (row.ai.until ?? now) - now);

/** What its AI service says, likewise, and when it is asked again. */
export const aiReasonOf = (row: SessionRow, view: View): string => {
  const reason = reasonText(view.t, 'outcomeReason', row.ai.code, row.ai.reason);
  const waitMs = aiWaitMs(row, view.now);
  return waitMs === 0 ? reason : view.t.detail.tryIn(reason, countdown(waitMs), null);
};

/** The same in a cell: when it is asked again must not be cut off. */
const aiWaitDetail = (row: SessionRow, view: View, long: boolean): string => {
  const reason = long ? cut(reasonText(view.t, 'outcomeReason', row.ai.code, row.ai.reason), 14) : view.t.why.ai;
  return view.t.detail.tryIn(reason, countdown(aiWaitMs(row, view.now)), null);
};

const opening = (row: SessionRow, view: View, withDay: boolean): string => {
  const at = row.opensAt ?? view.now;
  const { calendar, t } = view;
  const today = calendar.date(at) === calendar.date(view.now);
  const tomorrow = calendar.date(at) === calendar.date(view.now + 86_400_000);
  const day = today || !withDay ? '' : ` ${tomorrow ? t.detail.tomorrow : calendar.date(at)}`;
  return t.detail.opens(`${calendar.time(at)}${day}`, row.heldMessages);
};

/** In a long cell since when and why; a short one stands beside the cell that says since when. */
const silentDetail = (row: SessionRow, view: View, reason: string | null): string => {
  const { chats, oldestSince } = row.silent;
  if (reason === null) return view.t.detail.silentShort(chats);
  return view.t.detail.silent(chats, age(view.now - (oldestSince ?? view.now)), reason);
};

/** What WhatsApp refuses, how many it refused, and when it is tried again. */
export const restrictionDetail = (row: SessionRow, view: View, long: boolean): string => {
  const { detail } = view.t;
  const { scope, refused, nextTryAt } = row.restriction ?? { scope: 'new', refused: 0, nextTryAt: null };
  if (!long) return (scope === 'all' ? detail.restrictedAllShort : detail.restrictedNewShort)(refused);

  const left = nextTryAt !== null && nextTryAt > view.now ? countdown(nextTryAt - view.now) : null;
  return (scope === 'all' ? detail.restrictedAll : detail.restrictedNew)(refused, left);
};

const notReplyingDetail = (row: SessionRow, view: View, long: boolean): string => {
  if (row.ai.status === 'bad' && row.ai.reason !== null)
    return reasonText(view.t, 'outcomeReason', row.ai.code, row.ai.reason);
  if (aiWaitMs(row, view.now) > 0) return aiWaitDetail(row, view, long);
  if (row.restriction?.scope === 'all') return restrictionDetail(row, view, long);
  if (row.reasonCode === overdueReason) return view.t.detail.overdue(row.waiting.chats);
  if (row.silent.chats === 0) return reasonOf(row, view);

  return silentDetail(row, view, long ? reasonOf(row, view) : null);
};

/** As many whole words from the start as `width` columns hold. */
const firstWords = (text: string, width: number): string => wrapText(text, width)[0] ?? '';

/** What is worth a note about a session that is connected; empty: nothing is. */
export const noteOf = (row: SessionRow, view: View, long: boolean): string => {
  const { t } = view;
  if (row.pending !== null) return t.detail.pending[row.pending.kind];
  if (row.silent.chats > 0) return silentDetail(row, view, long ? '' : null);
  if (aiWaitMs(row, view.now) > 0) return aiWaitDetail(row, view, long);
  if (row.troubleMessages > 0) return t.detail.trouble(row.troubleMessages);
  if (row.drafts > 0) return t.detail.drafts(row.drafts);
  if ((row.proposals ?? 0) > 0) return t.detail.proposal;
  if (row.opensAt !== null && row.opensAt > view.now) return opening(row, view, long);
  if (row.pausedChats > 0) return t.detail.paused(row.pausedChats, long ? (row.pausedBy ?? null) : null);
  if ((row.resources?.orphans ?? 0) > 0) return t.detail.orphans(row.resources?.orphans ?? 0);
  return '';
};

const connectedDetail = (row: SessionRow, view: View, long: boolean): string => {
  const note = noteOf(row, view, long);
  if (note !== '') return note;

  const phone = row.phone === null ? '' : formatPhone(row.phone);
  const model = plainText(row.model === '' ? row.provider : row.model);
  return long ? `${phone} ${model}`.trim() : phone === '' ? model : phone;
};

/** How it was when its node was last heard: its verdict then is its reason now. */
const lastVerdictWord = ({ reasonCode }: SessionRow, view: View): string => {
  const words: Readonly<Record<string, string>> = view.t.verdict;
  return reasonCode !== null && Object.hasOwn(words, reasonCode) ? (words[reasonCode] ?? '') : '';
};

const verdictDetail = (row: SessionRow, view: View, long: boolean): string => {
  const { t, now } = view;
  const reason = reasonOf(row, view);
  switch (row.verdict) {
    case 'logged_out':
      return long
        ? `${reason === '' ? t.detail.unlinked : reason} ${view.calendar.when(row.since, now)}`
        : reason === '' || row.reasonCode === 'unlinked'
          ? t.detail.unlinkedShort
          : reason;
    case 'not_replying':
      return notReplyingDetail(row, view, long);
    case 'restricted':
      return restrictionDetail(row, view, long);
    case 'asks_for_person':
      return t.detail.asksForPerson(row.asksForPerson);
    case 'drafts':
      return t.detail.drafts(row.drafts);
    case 'proposal':
      return t.detail.proposal;
    case 'canary':
      return reason;
    case 'scan_qr': {
      if (row.qr === null) return t.detail.waitsForCode;
      const left = countdown(row.qr.expiresAt - now);
      return long ? t.detail.code(row.qr.attempt, left) : t.detail.codeShort(left);
    }
    case 'enter_code':
      return row.pairing === null
        ? t.detail.waitsForCode
        : t.detail.pairing(row.pairing.code, countdown(row.pairing.expiresAt - now));
    case 'qr_closed':
      return t.detail.qrClosed;
    case 'starting':
    case 'offline':
    case 'not_receiving':
    case 'paused_start':
      return row.nextTryAt !== null && row.nextTryAt > now
        ? (long ? t.detail.tryIn : t.detail.tryInShort)(
            long ? reason : firstWords(reason, 12),
            countdown(row.nextTryAt - now),
            row.attempt ?? null,
          )
        : reason === '' && row.verdict === 'starting'
          ? t.detail.starting
          : reason;
    case 'queued':
      return reason === '' ? t.detail.queued : reason;
    case 'syncing':
      return reason === '' ? t.detail.syncing : reason;
    case 'connected':
    case 'watching':
      return connectedDetail(row, view, long);
    case 'on_hold':
      return reason === '' ? t.detail.onHold : reason;
    case 'stopping':
      return reason === '' ? t.detail.stopping : reason;
    case 'stopped':
      return long
        ? t.detail.stoppedOn(reason === '' ? t.detail.stopped : reason, view.calendar.date(row.since))
        : reason === ''
          ? t.detail.stopped
          : reason;
    case 'gave_up':
      return t.detail.gaveUp(reason);
    case 'banned':
    case 'wrong_number':
    case 'elsewhere':
    case 'moving':
    case 'left_behind':
      return reason;
    case 'unreachable':
      if (reason !== '') return reason;
      return long
        ? t.detail.lastKnown(lastVerdictWord(row, view), view.calendar.when(row.since, now))
        : t.detail.lastKnownShort(lastVerdictWord(row, view));
  }
};

/** What is going on, in words. `long`: there are thirty columns or more for it. */
export const wordsOf = (row: SessionRow, view: View, long: boolean): string =>
  row.pending === null ? verdictDetail(row, view, long) : view.t.detail.pending[row.pending.kind];

/** The same where nothing else says that a session is simulated. */
export const detailCell = (row: SessionRow, view: View, long: boolean): string => {
  const text = wordsOf(row, view, long);
  return row.engine === 'simulated' ? `${view.t.detail.sim} ${text}` : text;
};

/** Which keys help, the most useful first. */
export const helpfulKeys = (row: SessionRow): readonly (keyof View['t']['rowKey'])[] => {
  switch (row.verdict) {
    case 'logged_out':
      return ['qr', 'linkLong'];
    case 'not_replying':
      return row.ai.status === 'bad' ? ['keyOrModel', 'why'] : ['why'];
    case 'restricted':
    case 'not_receiving':
    case 'banned':
      return ['why'];
    case 'asks_for_person':
      return ['openChats'];
    case 'drafts':
      return ['readDrafts'];
    case 'proposal':
      return ['readProposal'];
    case 'canary':
      return ['decideCanary'];
    case 'gave_up':
      return ['resetTry', 'why'];
    case 'left_behind':
      return ['takeOver'];
    case 'scan_qr':
      return ['qr', 'pairing', 'link'];
    case 'enter_code':
      return ['code', 'link'];
    case 'qr_closed':
      return ['newQr', 'link'];
    case 'wrong_number':
      return ['why', 'unlink'];
    case 'moving':
    case 'offline':
    case 'starting':
    case 'queued':
    case 'paused_start':
    case 'syncing':
      return ['nothing'];
    default:
      return [];
  }
};

export interface RowKey {
  /** Empty: words only, there is nothing to press. */
  readonly key: string;
  readonly label: string;
}

/** The keys at the end of a row in trouble; `long`: there is room for all of them. */
export const rowKeys = (row: SessionRow, view: View, long: boolean): readonly RowKey[] => {
  const keys = helpfulKeys(row).map((name) => view.t.rowKey[name]);
  const shown = long ? keys : keys.slice(0, 1);
  return shown
    .map(({ key, long: word, short }) => ({ key, label: long ? word : short }))
    .filter(({ label }) => label !== '');
};

/** The same as words; empty where there is none. */
export const hintCell = (row: SessionRow, view: View, long: boolean): string =>
  rowKeys(row, view, long)
    .map(({ key, label }) => `${key} ${label}`.trim())
    .join('   ');
