import type { SessionRow } from '../../src/protocol/fleet.ts';
import { type VerdictGroup, verdictLooks } from '../../src/session/verdict.ts';
import { type Span, span } from '../paint/line.ts';
import type { View } from './view.ts';

/** The one coloured thing of the first second: how many sessions need a person. */

export type GroupCounts = Readonly<Record<VerdictGroup, number>>;

export const countGroups = (sessions: readonly SessionRow[]): GroupCounts => {
  const counts = { needs_you: 0, recovering: 0, answering: 0, off: 0 };
  for (const row of sessions) counts[verdictLooks[row.verdict].group] += 1;
  return counts;
};

/** Counts beside the badge leave out what the badge already says, and zeroes. */
export const badge = (view: View, counts: GroupCounts): { readonly badge: Span; readonly rest: readonly string[] } => {
  const { t } = view;
  const rest: string[] = [];
  const total = view.snapshot.sessions.length;
  const off = counts.off > 0 && counts.off < total ? [t.count.off(counts.off)] : [];
  if (total === 0) return { badge: span(`[ ${t.badge.noSessions} ]`), rest };
  if (counts.needs_you > 0) {
    if (counts.recovering > 0) rest.push(t.count.recovering(counts.recovering));
    if (counts.answering > 0) rest.push(t.count.answering(counts.answering));
    const worst = view.snapshot.sessions.some((row) => verdictLooks[row.verdict].token === 'bad') ? 'p:bad' : 'p:warn';
    return { badge: span(`[ ${t.badge.needYou(counts.needs_you)} ]`, worst), rest: [...rest, ...off] };
  }
  if (counts.recovering > 0) {
    if (counts.answering > 0) rest.push(t.count.answering(counts.answering));
    return { badge: span(`[ ${t.badge.recovering(counts.recovering)} ]`, 'p:move'), rest: [...rest, ...off] };
  }
  if (counts.answering > 0) return { badge: span(`[ ${t.badge.allAnswering(counts.answering)} ]`), rest: off };
  return { badge: span(`[ ${t.badge.allOff(total)} ]`), rest };
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
