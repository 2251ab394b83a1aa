import type { SessionRow } from '../../../../src/protocol/fleet.ts';
import type { EpochMs } from '../../../../src/session/units.ts';
import { boxed } from '../../../paint/box.ts';
import { bigDigits, bigWidth } from '../../../paint/charts/big-digits.ts';
import { age } from '../../../paint/format.ts';
import { type Line, layout, placeLine, span } from '../../../paint/line.ts';
import { newestTrouble } from '../../event-look.ts';
import type { BoxSize } from '../../session/overview-data.ts';
import type { View } from '../../view.ts';
import { countGroups, fleetLeft, fleetWaiting, maySayNobodyWaits } from '../badge.ts';
import { answerAge, labelOf } from '../row-state.ts';

/** The number to read from across the room: how many customers wait, or how many bots answer. */

const byMost = (a: SessionRow, b: SessionRow): number =>
  b.waiting.chats - a.waiting.chats || (a.name < b.name ? -1 : 1);

const withNumber = (
  number: string,
  tone: 'bad' | 'ok' | 'move',
  beside: readonly Line[],
  width: number,
): readonly Line[] =>
  bigDigits(number, tone).map((line, row) =>
    layout([...placeLine(1, line), ...placeLine(bigWidth(number) + 4, beside[row] ?? [])], width),
  );

/** What the snapshot's events say is newer than what was asked for minutes ago. */
const lastTrouble = (view: View, askedAt: EpochMs | null): Line => {
  const at = Math.max(newestTrouble(view.snapshot.events) ?? 0, askedAt ?? 0);
  if (at === 0) return [];
  return [span(`${view.t.overview.lastTrouble} `, 'muted'), span(age(view.now - at), 'bold')];
};

/** `troubleAt`: when something went wrong last, of what was asked for; null: not known. */
export const waitingBox = (view: View, troubleAt: EpochMs | null, { width, rows }: BoxSize): readonly Line[] => {
  const { t, snapshot, now } = view;
  const { chats, estimated, oldestSince } = fleetWaiting(snapshot.sessions);
  const inner = width - 4;
  if (chats > 0) {
    const most = snapshot.sessions.filter(({ waiting }) => waiting.chats > 0).sort(byMost);
    const first: Line = [span(t.chart.firstFor, 'muted'), span(age(now - (oldestSince ?? now)), 'bad+')];
    const named = most
      .slice(0, 2)
      .map((row): Line => [span(`${row.waiting.chats} `, 'bold'), span(labelOf(row), 'muted')]);
    return boxed({
      title: [span(t.chart.customersWaiting, 'bad+')],
      tone: 'bad',
      width,
      rows,
      content: withNumber(`${estimated ? '~' : ''}${chats}`, 'bad', [first, ...named], inner),
    });
  }

  const counts = countGroups(snapshot.sessions);
  const running = snapshot.sessions.length - counts.off;
  const { silent, asking, drafts } = fleetLeft(snapshot.sessions);
  const half = snapshot.trends?.answerNow?.half ?? null;
  const others = [
    ...(silent > 0 ? [t.detail.silentShort(silent)] : []),
    ...(asking > 0 ? [t.detail.asksForPerson(asking)] : []),
    ...(drafts > 0 ? [t.detail.drafts(drafts)] : []),
  ];
  const unsaid = maySayNobodyWaits(snapshot.sessions)
    ? t.header.nobodyWaits
    : counts.unknown > 0
      ? t.badge.unknown(counts.unknown)
      : t.badge.recovering(counts.recovering);
  const number = `${counts.answering}/${running}`;
  const beside: Line[] = [
    [span(others[0] ?? (counts.needs_you === 0 ? unsaid : t.badge.needYou(counts.needs_you)))],
    ...(half === null
      ? []
      : [
          [span(number.length > 4 ? `${t.chart.half} ` : t.chart.halfAnswered, 'muted'), span(answerAge(half), 'bold')],
        ]),
    // While something is wrong the row that says so stands beside it.
    ...(counts.needs_you + counts.recovering + counts.unknown > 0 ? [] : [lastTrouble(view, troubleAt)]),
  ];
  const tone = counts.needs_you > 0 ? 'bad' : counts.unknown + counts.recovering > 0 ? 'move' : 'ok';
  return boxed({
    title: [span(t.chart.answering, tone === 'bad' ? 'bad+' : tone === 'move' ? 'move+' : 'ok+')],
    width,
    rows,
    content: withNumber(number, tone, beside, inner),
  });
};
