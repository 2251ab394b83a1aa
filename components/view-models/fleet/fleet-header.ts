import type { Light } from '../../../src/protocol/fleet.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { glyph } from '../../paint/glyphs.ts';
import {
  cut,
  cutLine,
  type Line,
  layout,
  lineWidth,
  place,
  placeLine,
  span,
  type Tone,
  textWidth,
} from '../../paint/line.ts';
import { fleetTone, wordmark } from '../screen-head.ts';
import { reasonText } from '../told.ts';
import { lastColumn, type View } from '../view.ts';
import { badgeLine, countGroups, countsLine, type GroupCounts } from './badge.ts';
import { isPhone } from './columns.ts';
import { theLine } from './the-line.ts';
import { whereLine } from './where-line.ts';

/** The top of the fleet screen: who we are and what we lean on, the whole fleet as a line, who needs a person. */

/** The lights of several nodes take no more of the row than this. */
const nodesShare = 0.4;

/** As many columns of a reason as stand beside a light. */
const reasonWidth = 24;

/** What is wrong; what mends it stands behind its colon, and in `why`. */
const briefly = (reason: string): string =>
  cut(textWidth(reason) <= reasonWidth ? reason : (reason.split(': ')[0] ?? ''), reasonWidth);

const lightLine = (name: string, { status, reason }: Light, wide: boolean): Line => {
  if (status === 'ok') return [span(name, 'muted'), span(` ${glyph.answers}`, 'ok')];
  if (status === 'off') return [span(`${name} ${glyph.off}`, 'muted')];

  const [strong, tone]: readonly [Tone, Tone] = status === 'bad' ? ['bad+', 'bad'] : ['warn+', 'warn'];
  const words = wide && reason !== null ? ` ${briefly(plainText(reason))}` : '';
  return [span(name, strong), span(` ${glyph.needsYou}${words}`, tone)];
};

const lightsLine = (view: View, wide: boolean): Line => {
  const { header } = view.t;
  const { health } = view.snapshot.fleet;
  const master: Light =
    view.lostSince === null
      ? { status: 'ok', reason: null }
      : { status: 'bad', reason: view.lostElsewhere === null ? header.lost : header.lostElsewhere };
  const shown = [lightLine(header.master, master, wide), lightLine(header.store, health.store, wide)];
  if (health.replica !== null && (wide || health.replica.status !== 'ok'))
    shown.push(
      lightLine(
        header.replica,
        health.replica.status === 'ok' ? { status: 'ok', reason: null } : { status: 'bad', reason: null },
        wide,
      ),
    );
  const { code, status, reason } = health.ai;
  shown.push(lightLine(header.ai, { status, reason: reasonText(view.t, 'outcomeReason', code, reason) || null }, wide));
  if (wide || (health.alerts.status !== 'ok' && health.alerts.status !== 'off'))
    shown.push(lightLine(header.alerts, health.alerts, wide));
  return shown.flatMap((line, index) => (index === 0 ? line : [span('  '), ...line]));
};

const clockLine = (view: View, wide: boolean): Line => {
  const time = span(view.calendar.time(view.now), 'bold');
  return wide ? [span(`   ${view.calendar.weekday(view.now)} `, 'muted'), time] : [span('   '), time];
};

const titleLine = (view: View): Line => {
  const { fleet } = view.snapshot;
  const end = lastColumn(view) + 1;
  const left: Line = [
    ...wordmark(fleetTone(view)),
    span('  '),
    ...whereLine(view, Math.floor(view.columns * nodesShare)),
    ...(fleet.demo ? [span('  '), span(` ${view.t.header.demo} `, 'p:off')] : []),
  ];
  const wide = view.columns >= 100;
  const candidates = [
    [...lightsLine(view, wide), ...clockLine(view, wide)],
    [...lightsLine(view, false), ...clockLine(view, false)],
    clockLine(view, false),
  ];
  const right = candidates.find((line) => lineWidth(line) + 3 + lineWidth(left) < end) ?? clockLine(view, false);
  const start = end - lineWidth(right);
  return layout([...placeLine(1, cutLine(left, Math.max(0, start - 2))), ...placeLine(start, right)], view.columns - 1);
};

const verdictLine = (view: View, counts: GroupCounts, marked: number): Line => {
  const end = lastColumn(view) + 1;
  const badge = badgeLine(view, counts);
  const left: Line = [
    ...badge,
    ...(marked > 0 ? [span('  '), span(` ${view.t.count.marked(marked)} `, 'p:accent')] : []),
  ];
  const right = countsLine(view, counts, Math.max(0, end - 1 - lineWidth(left) - 1));
  const start = end - lineWidth(right);
  return layout([...placeLine(1, cutLine(left, end - 1)), ...placeLine(start, right)], view.columns - 1);
};

/** On a phone: the badge and the clock, and the line. */
const phoneHeader = (view: View, counts: GroupCounts): readonly Line[] => {
  const clock = view.calendar.time(view.now);
  const start = lastColumn(view) + 1 - clock.length;
  const badge = cutLine(badgeLine(view, counts), Math.max(0, start - 1));
  return [
    layout([...placeLine(0, badge), place(start, clock, 'bold')], view.columns - 1),
    theLine(counts, view.columns - 1, view.theme.glyphs),
  ];
};

/** Three rows; two on a phone. */
export const fleetHeader = (view: View, marked = 0): readonly Line[] => {
  const counts = countGroups(view.snapshot.sessions);
  if (isPhone(view.columns)) return phoneHeader(view, counts);
  return [titleLine(view), theLine(counts, view.columns - 1, view.theme.glyphs), verdictLine(view, counts, marked)];
};
