import type { Incident, SessionRow } from '../../src/protocol/fleet.ts';
import type { EpochMs } from '../../src/session/units.ts';
import { verdictLooks } from '../../src/session/verdict.ts';
import { dataBar } from '../paint/charts/bars.ts';
import { bothEnds } from '../paint/ends.ts';
import { age } from '../paint/format.ts';
import { withNumbers } from '../paint/key-line.ts';
import { emptyLine, type Line, padEnd, padStart, span, textLine, wrapText } from '../paint/line.ts';
import { titledRule, widestOf } from '../paint/overlaid.ts';
import { strong } from '../paint/tone.ts';
import { labelOf, stateWord, toneOf } from './fleet/row-state.ts';
import { laneLooks, laneOf, shownLanes } from './incident-week.ts';
import { shapeOf } from './state-look.ts';
import type { View } from './view.ts';

/** What stands below the list of incidents: the month in figures, and the single bots in trouble, which are no incident. */

const capitalized = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

/** Those of this month; early in a month without one, those of the month of the last. */
const ofOneMonth = (view: View, incidents: readonly Incident[]): readonly Incident[] => {
  const monthOf = (at: EpochMs): string => view.calendar.day(at).slice(0, 7);
  const newest = Math.max(...incidents.map(({ startedAt }) => startedAt));
  return incidents.filter(({ startedAt }) => monthOf(startedAt) === monthOf(newest));
};

/** A month in figures: how many, how long, whose fault. */
export const monthLines = (view: View, incidents: readonly Incident[], inner: number): readonly Line[] => {
  const { incident: words } = view.t;
  const own = ofOneMonth(view, incidents);
  const [first] = own;
  if (first === undefined) return [];

  const lengths = own.map(({ startedAt, endedAt }) => (endedAt ?? view.now) - startedAt);
  const all = lengths.reduce((sum, ms) => sum + ms, 0);
  const shown = shownLanes(own);
  const counts = shown.map((lane) => own.filter(({ blame }) => laneOf(blame) === lane).length);
  const labelWidth = widestOf(shown.map((lane) => words.lane[lane])) + 2;
  const barWidth = Math.max(4, inner - labelWidth - 5);
  return [
    titledRule([span(capitalized(view.calendar.month(first.startedAt, view.now)), 'bold')], inner),
    emptyLine,
    withNumbers(words.inAll(own.length, age(all), age(Math.max(...lengths))), 'muted', 'bold'),
    ...shown.map((lane, index) => [
      span(padEnd(words.lane[lane], labelWidth), 'muted'),
      ...dataBar((counts[index] ?? 0) / Math.max(1, ...counts), barWidth, laneLooks[lane].tone),
      span(padStart(String(counts[index] ?? 0), 4), 'bold'),
    ]),
  ];
};

/** Bots that need a person and are in no running incident, the newest trouble first. */
export const singlesOf = (view: View, incidents: readonly Incident[]): readonly SessionRow[] => {
  const running = incidents.filter(({ endedAt }) => endedAt === null);
  const together = new Set(running.flatMap(({ sessionIds }) => sessionIds));
  return view.snapshot.sessions
    .filter((row) => verdictLooks[row.verdict].group === 'needs_you' && !together.has(row.id))
    .sort((a, b) => b.since - a.since || (a.name < b.name ? -1 : 1));
};

const singleLine = (row: SessionRow, view: View, inner: number): Line =>
  bothEnds(
    [span(`${shapeOf(row)} `, strong(toneOf(row) === 'bad' ? 'bad' : 'warn')), span(labelOf(row))],
    [
      span(stateWord(row, view).text, toneOf(row) === 'bad' ? 'bad' : 'warn'),
      span(padStart(age(view.now - row.since), 5), 'muted'),
    ],
    inner,
  );

/** As many of them as there is room for; where they are mended stands last, with how many there are more. */
export const singleLines = (
  view: View,
  incidents: readonly Incident[],
  inner: number,
  room: number,
): readonly Line[] => {
  const { incident: words } = view.t;
  const singles = singlesOf(view, incidents);
  const intro = wrapText(words.singles, inner).map((text) => textLine(text, 'muted'));
  const outro = (rest: number) => wrapText(words.singlesStand(rest), inner).map((text) => textLine(text, 'muted'));
  const most = room - intro.length - outro(singles.length).length;
  if (singles.length === 0 || most < 1) return [];

  const shown = singles.slice(0, most);
  return [...intro, ...shown.map((row) => singleLine(row, view, inner)), ...outro(singles.length - shown.length)];
};

/** The month goes before the single bots: these stand on the first screen, too. */
export const belowList = (view: View, incidents: readonly Incident[], inner: number, room: number): readonly Line[] => {
  const month = monthLines(view, incidents, inner);
  const withMonth: readonly Line[] = month.length > 0 && room > month.length ? [emptyLine, ...month] : [];
  const singles = singleLines(view, incidents, inner, room - withMonth.length - 1);
  return [...withMonth, ...(singles.length === 0 ? [] : [emptyLine, ...singles])];
};
