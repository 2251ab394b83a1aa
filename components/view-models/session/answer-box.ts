import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { AnswerHistogram } from '../../../src/protocol/history.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { boxed } from '../../paint/box.ts';
import { dataBar } from '../../paint/charts/bars.ts';
import { firstFitting } from '../../paint/ends.ts';
import { percent, took } from '../../paint/format.ts';
import {
  emptyLine,
  type Line,
  layout,
  place,
  placeLine,
  rightOf,
  span,
  textLine,
  textWidth,
} from '../../paint/line.ts';
import type { Tone } from '../../paint/tone.ts';
import type { View } from '../view.ts';
import { type BoxSize, type OverviewData, told } from './overview-data.ts';

/** How long customers waited for today's answers. */

const tones: readonly Tone[] = ['ok', 'ok', 'ok', 'warn', 'bad'];

const bars = ({ counts }: AnswerHistogram, view: View, width: number): readonly Line[] => {
  const { overview } = view.t;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...counts);
  const at = Math.max(...overview.buckets.map(textWidth)) + 2;
  const room = Math.max(1, width - at - 6);
  return counts.map((count, index) =>
    layout(
      [
        place(0, overview.buckets[index] ?? '', 'muted'),
        ...placeLine(at, dataBar(count / Math.max(1, most), room, tones[index] ?? 'ok')),
        rightOf(`${percent(count, total)}%`, width - 1, 'bold'),
      ],
      width,
    ),
  );
};

/** Whom it was, and when: the time stays where both do not fit. */
const slowest = ({ slowest: found }: AnswerHistogram, view: View, width: number): Line => {
  if (found === null) return emptyLine;
  const { overview } = view.t;
  const who = plainText(found.chat ?? '');
  const at = view.calendar.time(found.at);
  const line = (words: string): Line => [
    span(`${overview.slowest} `, 'muted'),
    span(took(found.ms, view.language), 'bold'),
    span(`  ${words}`, 'muted'),
  ];
  return firstFitting([line(overview.slowestAt(who, at)), line(at)], width);
};

export const answerBox = (
  row: SessionRow,
  { answers }: OverviewData,
  view: View,
  { width, rows }: BoxSize,
): readonly Line[] => {
  const { overview } = view.t;
  const half = row.answerMs ?? null;
  const inner = width - 4;
  return boxed({
    title: [span(overview.answer, 'bold')],
    right:
      half === null
        ? emptyLine
        : firstFitting(
            [
              [span(`${overview.halfIn} `, 'muted'), span(took(half.half, view.language), 'ok+')],
              [span(took(half.half, view.language), 'ok+')],
            ],
            width - 9 - textWidth(overview.answer),
          ),
    width,
    rows,
    content: told(answers, view, inner, (data) => {
      if (data.counts.every((count) => count === 0)) return [textLine(overview.noAnswers, 'muted')];
      const drawn = bars(data, view, inner);
      return rows >= 9 ? [...drawn, emptyLine, slowest(data, view, inner)] : drawn;
    }),
  });
};
