import type { FleetTrends } from '../../../../src/protocol/fleet.ts';
import { boxed } from '../../../paint/box.ts';
import { resampled, spark } from '../../../paint/charts/spark.ts';
import {
  emptyLine,
  type Line,
  layout,
  padStart,
  place,
  placeLine,
  span,
  type Tone,
  textLine,
} from '../../../paint/line.ts';
import type { BoxSize } from '../../session/overview-data.ts';
import { notMeasured, type View } from '../../view.ts';
import { answerAge } from '../row-state.ts';

/** How long customers wait for an answer, and how many of them got it in time. */

/** Slower than this for one in twenty is worth a look. */
const slowMs = 120_000;

const times = (
  name: string,
  now: number | null,
  values: readonly (number | null)[],
  { tone, strong, width }: { readonly tone: Tone; readonly strong: Tone; readonly width: number },
): Line =>
  layout(
    [
      place(0, name, 'muted'),
      ...(now === null ? [] : [place(8, padStart(answerAge(now), 5), strong)]),
      ...placeLine(15, spark(resampled(values, Math.max(0, width - 15)), tone)),
    ],
    width,
  );

/** One bar: in time, late, not; thin, taller, tall. */
const shares = (parts: readonly number[], width: number): Line => {
  const all = parts.reduce((sum, part) => sum + part, 0);
  const [, late = 0, not = 0] = parts;
  const cells = (part: number) => (part === 0 ? 0 : Math.max(1, Math.round((part / all) * width)));
  const [lateCells, notCells] = [cells(late), cells(not)];
  return [
    span('▂'.repeat(Math.max(0, width - lateCells - notCells)), 'calm'),
    span('▅'.repeat(lateCells), 'warn'),
    span('▇'.repeat(notCells), 'bad'),
  ].filter(({ text }) => text !== '');
};

const content = (
  { answer, answerNow, served24h }: FleetTrends,
  view: View,
  { width, rows }: BoxSize,
): readonly Line[] => {
  const { chart } = view.t;
  const slow = (answerNow?.most ?? 0) > slowMs;
  const lines: Line[] = [
    times(chart.half, answerNow?.half ?? null, answer.half, { tone: 'ok', strong: 'bold', width }),
    times(chart.ninetyFive, answerNow?.most ?? null, answer.most, {
      tone: slow ? 'warn' : 'in',
      strong: slow ? 'warn+' : 'bold',
      width,
    }),
  ];
  const parts = [served24h.inTime, served24h.late, served24h.not];
  const all = parts.reduce((sum, part) => sum + part, 0);
  if (all === 0) return lines;

  const [inTime = 0, late = 0, not = 0] = parts.map((part) => Math.round((part / all) * 100));
  const legend = (sign: string, tone: Tone, [share = '', word = '']: readonly string[]): Line => [
    span(`${sign} `, tone),
    span(share, 'bold'),
    span(word, 'muted'),
  ];
  while (lines.length < rows - 2) lines.push(emptyLine);
  return [
    ...lines,
    shares(parts, width),
    [
      ...legend('▂', 'calm', chart.inTime(inTime)),
      span(' '),
      ...legend('▅', 'warn', chart.late(late)),
      span(' '),
      ...legend('▇', 'bad', chart.not(not)),
    ],
  ];
};

export const answerBox = (view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { chart } = view.t;
  const { trends } = view.snapshot;
  return boxed({
    title: [span(chart.timeToAnswer, 'bold'), span(chart.day, 'muted')],
    width,
    rows,
    content:
      trends === undefined || trends === null
        ? [textLine(notMeasured(view), 'muted')]
        : content(trends, view, { width: width - 4, rows: rows - 2 }),
  });
};
