import type { UsageDay } from '../../src/session/records.ts';
import { decimals, dollars } from '../../src/words/figures.ts';
import type { Language } from '../../src/words/language.ts';
import { boxed } from '../paint/box.ts';
import { columnsChart } from '../paint/charts/columns-chart.ts';
import { glyph } from '../paint/glyphs.ts';
import { emptyLine, type Line, padStart, span, textLine } from '../paint/line.ts';
import { overlaid } from '../paint/overlaid.ts';
import type { View } from './view.ts';

/** What the AI cost a day, as columns with the budget across. */

const dayMs = 86_400_000;
const noonOf = (day: string): number => Date.parse(`${day}T12:00:00Z`);
const dayOf = (noon: number): string => new Date(noon).toISOString().slice(0, 10);

export interface CostDay {
  readonly day: string;
  /** Null: nothing was kept yet. */
  readonly costUsd: number | null;
  readonly calls: number;
}

/** The last `count` days of the calendar, the oldest first; `today` costs what the fleet says now. */
export const lastDays = (
  used: readonly UsageDay[],
  { count, today, costToday }: { readonly count: number; readonly today: string; readonly costToday: number },
): readonly CostDay[] => {
  const byDay = new Map(used.map((day) => [day.day, day]));
  const first = [today, ...used.map(({ day }) => day)].sort()[0] ?? today;
  return Array.from({ length: count }, (_, index) => {
    const day = dayOf(noonOf(today) - (count - 1 - index) * dayMs);
    const found = byDay.get(day);
    const known = day >= first;
    const costUsd = day === today ? Math.max(costToday, found?.costUsd ?? 0) : known ? (found?.costUsd ?? 0) : null;
    return { day, costUsd, calls: found?.calls ?? 0 };
  });
};

/** A step that reads well, so that three of them or fewer reach `most`. */
export const niceStep = (most: number): number => {
  const raw = Math.max(most, 0.01) / 3;
  const base = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * base >= raw - 1e-12) ?? 10) * base;
};

/** Its box says in Portuguese that these are dollars: `US$ ` before each would be wider than the axis. */
const axisLabel = (usd: number, language: Language): string => {
  const figure =
    usd >= 1 && Number.isInteger(usd) ? `${usd}` : decimals(usd, usd < 0.1 ? 3 : 2, language).replace(/0$/, '');
  return language === 'en' ? `$${figure}` : figure;
};

const axisWidth = 6;

interface Measures {
  readonly height: number;
  readonly bar: number;
  readonly gap: number;
  readonly count: number;
}

/** A column as wide as two and a gap reads well: three weeks or more of them are better than 28 thin days in half of the box. */
const wellRead = 3;

/** 28 days, or as many over three weeks as are well read, or 28 of one column and a gap; else 14. */
export const dayMeasures = (width: number, rows: number): Measures => {
  const room = width - 4 - axisWidth;
  const well = Math.floor((room + 1) / wellRead);
  const count = well >= 21 ? Math.min(28, well) : room >= 55 ? 28 : 14;
  const each = Math.max(2, Math.min(7, Math.floor((room + 1) / count)));
  const gap = each >= 6 ? 2 : 1;
  return { height: Math.max(2, rows - 4), bar: each - gap, gap, count };
};

/** Dates under the first day, every seventh and the last. */
const dateLine = (view: View, days: readonly CostDay[], each: number): Line => {
  const { cost } = view.t;
  let line: Line = emptyLine;
  const last = (days.length - 1) * each;
  for (const [index, { day }] of days.entries()) {
    if (index % 7 !== 0 || index * each + 6 > last - 6) continue;
    line = overlaid(line, index * each, [span(view.calendar.date(noonOf(day)), 'muted')]);
  }
  const end = cost.today;
  return overlaid(line, Math.max(0, last + Math.max(1, each - 1) - end.length), [span(end, 'muted')]);
};

const legend = (view: View, budget: number | null): Line => {
  const { cost } = view.t;
  return [
    ...(budget === null
      ? []
      : [
          span(`${glyph.dashed.repeat(2)} `, 'warn'),
          span(`${cost.budget} `, 'muted'),
          span(dollars(budget, view.language), 'warn+'),
          span('   '),
        ]),
    span('█ ', 'accent'),
    span(`${cost.finished}   `, 'muted'),
    span('█ ', 'in'),
    span(cost.today, 'muted'),
  ];
};

/** A box of `width` by `rows` with the days in it. */
export const daysBox = (
  view: View,
  days: readonly CostDay[],
  budget: number | null,
  { width, rows }: { readonly width: number; readonly rows: number },
): readonly Line[] => {
  const { cost } = view.t;
  const { height, bar, gap } = dayMeasures(width, rows);
  const each = bar + gap;
  const values = days.map(({ costUsd }) => costUsd);
  const highest = Math.max(0.01, budget ?? 0, ...values.map((value) => value ?? 0));
  const step = niceStep(highest);
  const most = step * Math.ceil(highest / step - 1e-9);
  const chart = columnsChart(values, { height, bar, gap, tone: 'accent', today: 'in', limit: budget, most });

  const labelAt = (line: number): string => {
    const row = height - 1 - line;
    for (let value = step; value <= most + 1e-9; value += step)
      if (Math.ceil((value / most) * height - 1e-9) - 1 === row) return axisLabel(value, view.language);
    return '';
  };
  const over = values.reduce<number>((at, value, index) => ((value ?? 0) > (values[at] ?? 0) ? index : at), 0);
  const day = days[over];
  const isOver = budget !== null && (values[over] ?? 0) > budget && day !== undefined;
  const note = isOver
    ? `${dollars(values[over] ?? 0, view.language)} ${cost.on(view.calendar.date(noonOf(day.day)))} `
    : '';

  const content = chart.map((line, index): Line => {
    const shown =
      index === 0 && isOver && over * each >= note.length
        ? overlaid(line, over * each - note.length, [span(note, 'bad')])
        : line;
    return [span(`${padStart(labelAt(index), axisWidth - 1)} `, 'muted'), ...shown];
  });
  const used = days.length * each - gap;
  const measured = days.filter(({ costUsd }) => costUsd !== null).length;
  return boxed({
    title: [span(cost.aDay, 'bold'), span(`, ${cost.days(days.length)}`, 'muted')],
    right: legend(view, budget),
    width,
    rows,
    content: [
      ...content,
      [span(' '.repeat(axisWidth)), span(glyph.light.repeat(used), 'faint')],
      [span(' '.repeat(axisWidth)), ...dateLine(view, days, each)],
    ].map((line, index) =>
      measured <= 1 && index === 0 ? overlaid(line, axisWidth, textLine(cost.measuring, 'muted')) : line,
    ),
  });
};
