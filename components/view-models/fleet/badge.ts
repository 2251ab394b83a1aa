import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { type VerdictGroup, verdictLooks } from '../../../src/session/verdict.ts';
import { fitting } from '../../paint/ends.ts';
import { age } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { type Line, span, type Tone } from '../../paint/line.ts';
import type { View } from '../view.ts';

/** The one solid red thing of the first second: how many bots need a person, and who waits for them. */

export type GroupCounts = Readonly<Record<VerdictGroup, number>>;

export const countGroups = (sessions: readonly SessionRow[]): GroupCounts => {
  const counts = { needs_you: 0, unknown: 0, recovering: 0, answering: 0, off: 0 };
  for (const row of sessions) counts[verdictLooks[row.verdict].group] += 1;
  return counts;
};

/** Customers of the whole fleet who got nothing, and those who wait for a person of the business. */
export const fleetLeft = (
  sessions: readonly SessionRow[],
): {
  readonly silent: number;
  readonly silentSince: number | null;
  readonly asking: number;
  readonly drafts: number;
} => {
  const since = sessions.flatMap(({ silent }) => silent.oldestSince ?? []);
  const sum = (count: (row: SessionRow) => number): number => sessions.reduce((all, row) => all + count(row), 0);
  return {
    silent: sum(({ silent }) => silent.chats),
    silentSince: since.length === 0 ? null : Math.min(...since),
    asking: sum(({ asksForPerson }) => asksForPerson),
    drafts: sum(({ drafts }) => drafts),
  };
};

/** Customers who wait in the whole fleet. */
export const fleetWaiting = (
  sessions: readonly SessionRow[],
): { readonly chats: number; readonly estimated: boolean; readonly oldestSince: number | null } => {
  let chats = 0;
  let estimated = false;
  let oldestSince: number | null = null;
  for (const { waiting } of sessions) {
    if (waiting.chats === 0) continue;
    chats += waiting.chats;
    estimated ||= waiting.estimated;
    if (waiting.oldestSince !== null)
      oldestSince = oldestSince === null ? waiting.oldestSince : Math.min(oldestSince, waiting.oldestSince);
  }
  return { chats, estimated, oldestSince };
};

/**
 * Nobody can say whether somebody waits there: whoever writes to it gets nothing now and counts as waiting only when that has taken too
 * long, or its machine gives no news.
 */
const mayKeepWaiting = ({ verdict }: SessionRow): boolean =>
  verdict === 'not_replying' || verdict === 'restricted' || verdict === 'unreachable';

/** Nothing is known of anybody who waits, and it would be known. */
export const maySayNobodyWaits = (sessions: readonly SessionRow[]): boolean =>
  sessions.length > 0 && !sessions.some(mayKeepWaiting);

export interface WaitingWords {
  readonly text: string;
  /** Customers are without an answer: it belongs to the alarm. */
  readonly alarm: boolean;
}

/** Who waits and who was left, in as few words as the window has room for; that nobody waits is said only when nobody does in any way. */
export const waitingWords = (view: View): WaitingWords => {
  const { t, snapshot, now, columns } = view;
  const { chats, estimated, oldestSince } = fleetWaiting(snapshot.sessions);
  const { silent, silentSince, asking, drafts } = fleetLeft(snapshot.sessions);
  const wide = columns >= 100;
  const phone = columns < 52;
  const oldest = age(now - (oldestSince ?? now));
  const alarm = (text: string): WaitingWords => ({ text, alarm: true });
  if (phone) {
    if (chats > 0) return alarm(`${t.header.waitingPhone(estimated, chats, oldest)}${silent > 0 ? ` !${silent}` : ''}`);
    return silent > 0 ? alarm(`!${silent} ${age(now - (silentSince ?? now))}`) : { text: '', alarm: false };
  }
  if (chats > 0 && silent > 0) return alarm(t.header.waitingAndSilent(estimated, chats, oldest, silent));
  if (chats > 0) return alarm((wide ? t.header.waiting : t.header.waitingShort)(estimated, chats, oldest));
  if (silent > 0)
    return alarm((wide ? t.header.silent : t.header.silentShort)(silent, age(now - (silentSince ?? now))));
  const calm = (text: string): WaitingWords => ({ text, alarm: false });
  if (asking > 0) return calm(t.detail.asksForPerson(asking));
  if (drafts > 0) return calm(t.detail.drafts(drafts));
  return calm(maySayNobodyWaits(snapshot.sessions) ? t.header.nobodyWaits : '');
};

/** How the whole fleet is, as a filled badge. */
const badgeSpan = (view: View, counts: GroupCounts): { readonly text: string; readonly tone: Tone } => {
  const { t, snapshot } = view;
  if (snapshot.sessions.length === 0) return { text: ` ${t.badge.noSessions} `, tone: 'p:off' };
  if (counts.needs_you > 0) {
    const isBad = snapshot.sessions.some(
      (row) =>
        verdictLooks[row.verdict].token === 'bad' ||
        (verdictLooks[row.verdict].group === 'needs_you' && row.waiting.chats > 0),
    );
    return { text: ` ${t.badge.needYou(counts.needs_you)} `, tone: isBad ? 'p:bad' : 'p:warn' };
  }
  if (counts.unknown > 0) return { text: ` ? ${t.badge.unknown(counts.unknown)} `, tone: 'p:warn' };
  if (counts.recovering > 0)
    return { text: ` ${glyph.recovers} ${t.badge.recovering(counts.recovering)} `, tone: 'p:move' };
  if (counts.answering > 0) return { text: ` ${glyph.done} ${t.badge.allAnswering(counts.answering)} `, tone: 'p:ok' };
  return { text: ` ${t.badge.allOff(snapshot.sessions.length)} `, tone: 'p:off' };
};

/** The badge, joined with who waits: two pairs without a gap. */
export const badgeLine = (view: View, counts: GroupCounts): Line => {
  const badge = badgeSpan(view, counts);
  const words = waitingWords(view);
  const first = span(badge.text, badge.tone);
  if (words.text === '') return [first];
  if (words.alarm) return [first, span(` ${words.text} `, 'p:bad2')];
  return [first, span('  '), span(words.text, 'muted')];
};

/** The other groups, at the right: only what is not zero and what the badge does not say already; as many of them as `width` columns hold. */
export const countsLine = (view: View, counts: GroupCounts, width: number): Line => {
  const { t } = view;
  const parts: Line[] = [];
  const part = (sign: string, tone: Tone, n: number, word: string) =>
    parts.push([span(`${sign} `, tone), span(String(n), 'bold'), span(` ${word}`, 'muted')]);
  const alarmed = counts.needs_you > 0 || counts.unknown > 0;
  if (counts.unknown > 0 && counts.needs_you > 0) part('?', 'warn', counts.unknown, t.count.unknown);
  if (counts.recovering > 0 && alarmed) part(glyph.recovers, 'move', counts.recovering, t.count.recovering);
  if (counts.answering > 0 && (alarmed || counts.recovering > 0))
    part(glyph.answers, 'ok', counts.answering, t.count.answering);
  if (counts.off > 0 && counts.off < view.snapshot.sessions.length)
    part(glyph.off, 'muted', counts.off, t.count.off(counts.off));
  return fitting(parts, width, view.columns >= 100 ? 3 : 2);
};
