import type { Incident } from '../../src/protocol/fleet.ts';
import type { IncidentBlame } from '../../src/session/incident-blame.ts';
import type { EpochMs } from '../../src/session/units.ts';
import { decimals } from '../../src/words/figures.ts';
import { boxed } from '../paint/box.ts';
import { spark } from '../paint/charts/spark.ts';
import { age } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { cut, emptyLine, type Line, lineWidth, padEnd, span, textLine } from '../paint/line.ts';
import { overlaid, widestOf } from '../paint/overlaid.ts';
import { type Role, strong } from '../paint/tone.ts';
import type { View } from './view.ts';

/** The last seven days: incidents in lanes by whose fault they were, and how much was connected. */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The higher the worse: what WhatsApp does nobody here can mend. */
export const lanes = ['whatsapp', 'server', 'network', 'unknown'] as const;
export type Lane = (typeof lanes)[number];

export const laneOf = (blame: IncidentBlame): Lane => {
  if (blame === 'whatsapp' || blame === 'whatsapp-change') return 'whatsapp';
  return blame === 'server' || blame === 'network' ? blame : 'unknown';
};

export const laneLooks: Readonly<Record<Lane, { readonly bar: string; readonly tone: Role }>> = {
  whatsapp: { bar: '▇', tone: 'bad' },
  server: { bar: '▅', tone: 'warn' },
  network: { bar: '▂', tone: 'move' },
  unknown: { bar: '▃', tone: 'muted' },
};

/** Lanes that are always drawn, and the one of those of which nobody knows when there are any. */
export const shownLanes = (incidents: readonly Incident[]): readonly Lane[] =>
  lanes.filter((lane) => lane !== 'unknown' || incidents.some(({ blame }) => laneOf(blame) === 'unknown'));

/** From midnight six days ago to midnight tonight, by the clock on the screen. */
const weekStart = (view: View): EpochMs => {
  const [hours = 0, minutes = 0] = view.calendar.time(view.now).split(':').map(Number);
  const midnight = view.now - (view.now % 60_000) - (hours * 60 + minutes) * 60_000;
  return midnight - 6 * dayMs;
};

interface Scale {
  readonly start: EpochMs;
  readonly width: number;
}

const columnOf = (at: EpochMs, { start, width }: Scale): number =>
  Math.max(0, Math.min(width - 1, Math.floor(((at - start) / (7 * dayMs)) * width)));

/** A faint line with a mark at each midnight. */
const emptyLane = ({ width }: Scale, rule: string): Line => {
  let line = textLine(rule.repeat(width), 'faint');
  for (let day = 0; day < 7; day += 1)
    line = overlaid(line, Math.round((day / 7) * width), [span(glyph.budget, 'faint')]);
  return line;
};

const isOfWeek = ({ startedAt, endedAt }: Incident, start: EpochMs): boolean =>
  endedAt === null || (endedAt >= start && startedAt >= 0);

/** The bars of one lane, and the line below with numbers and lengths. */
const laneLines = (view: View, incidents: readonly Incident[], lane: Lane, scale: Scale): readonly [Line, Line] => {
  const { bar, tone } = laneLooks[lane];
  let bars = emptyLane(scale, glyph.light);
  let labels = emptyLane(scale, ' ');
  let free = 0;
  const own = incidents
    .filter((incident) => laneOf(incident.blame) === lane && isOfWeek(incident, scale.start))
    .sort((a, b) => a.startedAt - b.startedAt);
  for (const { id, startedAt, endedAt } of own) {
    const running = endedAt === null;
    const from = columnOf(Math.max(startedAt, scale.start), scale);
    const cells = Math.max(1, columnOf(endedAt ?? view.now, scale) - from + 1);
    const shownTone = running ? strong(tone) : tone;
    bars = overlaid(bars, from, [span(bar.repeat(cells), shownTone)]);
    const label = `${id} ${running ? view.t.incident.now : age(endedAt - startedAt)}`;
    const at = Math.min(from, scale.width - label.length);
    if (at < free) continue;
    labels = overlaid(labels, at, [span(label, shownTone)]);
    free = at + label.length + 1;
  }
  return [bars, labels];
};

/** How much was connected, the least of each cell; what is to come stays empty. */
const connectedLine = (view: View, hours: readonly (number | null)[], scale: Scale): Line => {
  const currentHour = view.now - (view.now % hourMs);
  const values = Array.from({ length: columnOf(view.now, scale) + 1 }, (_, cell) => {
    const from = scale.start + (cell / scale.width) * 7 * dayMs;
    const to = scale.start + ((cell + 1) / scale.width) * 7 * dayMs;
    const known = hours.flatMap((share, index) => {
      const at = currentHour - (hours.length - 1 - index) * hourMs;
      return share !== null && at + hourMs > from && at < to ? [share] : [];
    });
    return known.length === 0 ? null : Math.min(...known);
  });
  return spark(values, (share) => (share < 0.5 ? 'bad' : share < 0.9 ? 'warn' : 'calm'), 1);
};

const dayNames = (view: View, { start, width }: Scale): Line => {
  let line: Line = emptyLine;
  const each = Math.floor(width / 7);
  for (let day = 0; day < 7; day += 1) {
    const name = view.calendar
      .weekday(start + day * dayMs + 12 * hourMs)
      .split(' ')
      .slice(0, 2)
      .join(' ');
    line = overlaid(line, Math.round((day / 7) * width) + 1, [
      span(cut(name, Math.max(3, each - 2)), day === 6 ? 'plain' : 'muted'),
    ]);
  }
  return line;
};

const legend = (view: View, shown: readonly Lane[]): Line =>
  shown.flatMap((lane, index) => [
    ...(index === 0 ? [] : [span('  ')]),
    span(`${laneLooks[lane].bar} `, laneLooks[lane].tone),
    span(view.t.incident.lane[lane], 'muted'),
  ]);

export interface WeekInput {
  readonly incidents: readonly Incident[];
  /** Null: not answered yet, or not known to this master. */
  readonly connected: { readonly hours: readonly (number | null)[]; readonly share: number | null } | null;
}

/** Rows that `weekBox` takes: with `airy` each lane has a line of numbers below it. */
export const weekRows = (incidents: readonly Incident[], airy: boolean): number =>
  shownLanes(incidents).length * (airy ? 2 : 1) + 4;

export const weekBox = (
  view: View,
  { incidents, connected }: WeekInput,
  width: number,
  airy: boolean,
): readonly Line[] => {
  const { incident: words } = view.t;
  const shown = shownLanes(incidents);
  const labelWidth = widestOf([...shown.map((lane) => words.lane[lane]), words.connected]) + 2;
  const scale: Scale = { start: weekStart(view), width: width - 4 - labelWidth };
  const label = (text: string, line: Line, tone: 'plain' | 'muted' = 'plain'): Line => [
    span(padEnd(text, labelWidth), tone),
    ...line,
  ];
  const share = connected?.share ?? null;
  const hours = connected?.hours ?? [];
  const measured = hours.some((hour) => hour !== null);
  const title: Line = [
    span(words.week, 'bold'),
    ...(share === null
      ? []
      : [span(`, ${words.connectedShare(`${decimals(Math.floor(share * 1000) / 10, 1, view.language)}%`)}`, 'muted')]),
  ];
  const signs = legend(view, shown);
  return boxed({
    title,
    // The lanes have names: where there is no room the legend goes, not the share.
    right: lineWidth(title) + lineWidth(signs) + 9 <= width ? signs : [],
    width,
    rows: weekRows(incidents, airy),
    content: [
      label('', dayNames(view, scale)),
      ...shown.flatMap((lane) => {
        const [bars, labels] = laneLines(view, incidents, lane, scale);
        return airy ? [label(words.lane[lane], bars), label('', labels)] : [label(words.lane[lane], bars)];
      }),
      label(
        words.connected,
        measured ? connectedLine(view, hours, scale) : textLine(connected === null ? '' : words.measuring, 'muted'),
        'muted',
      ),
    ],
  });
};
