import type { SessionToday } from '../../../src/protocol/history.ts';
import { boxed } from '../../paint/box.ts';
import { area } from '../../paint/charts/area.ts';
import { bigDigits, bigWidth } from '../../paint/charts/big-digits.ts';
import { firstFitting, fitting } from '../../paint/ends.ts';
import { emptyLine, type Line, layout, place, placeLine, span } from '../../paint/line.ts';
import type { View } from '../view.ts';
import { type BoxSize, type OverviewData, told } from './overview-data.ts';

/** Messages of today: the number to be read from across the room, and when in the day they came. */

/** The hour that the clock shows. */
export const hourNow = (view: View): number => Number(view.calendar.time(view.now).slice(0, 2));

/** `count` points between the middles of the hours that have begun; what is to come stays empty. */
export const throughTheDay = (perHour: readonly number[], hour: number, count: number): readonly (number | null)[] =>
  Array.from({ length: count }, (_, index) => {
    const at = (index / count) * perHour.length;
    if (at >= hour + 1) return null;
    const middle = Math.max(0, Math.min(hour, at - 0.5));
    const before = Math.floor(middle);
    const from = perHour[before] ?? 0;
    const to = perHour[Math.min(hour, before + 1)] ?? from;
    return from + (to - from) * (middle - before);
  });

export const hourAxis = (width: number): Line =>
  layout(
    [0, 6, 12, 18].map((hour) => place(Math.round((hour / 24) * width), `${hour}h`, 'muted')),
    width,
  );

const tall = (today: SessionToday, view: View, width: number, height: number): readonly Line[] => {
  const { overview } = view.t;
  const digits = String(today.received);
  const at = Math.max(bigWidth(digits) + 4, 12);
  const [first, second, third] = bigDigits(digits, 'in+');
  const row = (big: Line, words: Line): Line => layout([...placeLine(1, big), ...placeLine(at, words)], width);
  const number = (n: number): string => String(n).padStart(3);
  const came = (words: string): Line => [span(`    ${words}`, 'muted')];
  return [
    row(first, firstFitting([came(overview.cameWords), came(overview.in)], width - at)),
    row(second, [span(number(today.sent), 'ok+'), span(` ${overview.wentOut}`, 'muted')]),
    row(third, [span(number(today.customers), 'bold'), span(` ${overview.customers(today.customers)}`, 'muted')]),
    ...area(throughTheDay(today.perHour, hourNow(view), 2 * width), { width, height: height - 4, tone: 'in' }),
    hourAxis(width),
  ];
};

const low = (today: SessionToday, view: View, width: number, height: number): readonly Line[] => {
  const { overview } = view.t;
  const counts = fitting(
    [
      [span(String(today.received), 'in+'), span(` ${overview.in}`, 'muted')],
      [span(String(today.sent), 'ok+'), span(` ${overview.out}`, 'muted')],
      [span(String(today.customers), 'bold'), span(` ${overview.customers(today.customers)}`, 'muted')],
    ],
    width,
  );
  const chart = area(throughTheDay(today.perHour, hourNow(view), 2 * width), { width, height: height - 1, tone: 'in' });
  return [counts, ...chart];
};

export const todayBox = ({ today }: OverviewData, view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { overview } = view.t;
  const inner = width - 4;
  const height = rows - 2;
  return boxed({
    title: [span(overview.today, 'bold')],
    right: rows >= 4 ? [span(overview.perHour, 'muted')] : emptyLine,
    width,
    rows,
    content: told(today, view, inner, (data) =>
      height >= 6 && inner >= 34 ? tall(data, view, inner, height) : low(data, view, inner, height),
    ),
  });
};
