import type { Heat } from '../../../src/protocol/history.ts';
import { boxed } from '../../paint/box.ts';
import { heat as heatChart } from '../../paint/charts/heat.ts';
import { type Line, layout, place, placeLine, span } from '../../paint/line.ts';
import type { View } from '../view.ts';
import { type BoxSize, type OverviewData, told } from './overview-data.ts';
import { hourNow } from './today-box.ts';

/** When customers write: a week, hour by hour. */

const labelWidth = 5;

const busiest = ({ cells }: Heat, view: View): Line => {
  const { overview } = view.t;
  let top = { day: 0, hour: 0, count: 0 };
  for (const [day, hours] of cells.entries())
    for (const [hour, count] of hours.entries()) if (count > top.count) top = { day, hour, count };
  if (top.count === 0) return [];
  return [
    span(`${overview.busiest} `, 'muted'),
    span(overview.dayHour(overview.days[top.day] ?? '', top.hour), 'bold'),
    span(', ', 'muted'),
    span(String(top.count), 'bold'),
    span(` ${overview.messages(top.count)}`, 'muted'),
  ];
};

/** What comes in this hour on other days, where that is known; and today. */
const usual = ({ usualNow }: Heat, { today }: OverviewData, view: View): Line => {
  const { overview } = view.t;
  const hour = hourNow(view);
  if (usualNow === undefined || usualNow === null) return [];
  const now = today.data?.perHour[hour];
  return [
    span(`${overview.usual(hour)} `, 'muted'),
    span(String(usualNow), 'bold'),
    ...(now === undefined ? [] : [span(`, ${overview.todayShort} `, 'muted'), span(String(now), 'ok+')]),
  ];
};

export const heatBox = (data: OverviewData, view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { overview } = view.t;
  const inner = width - 4;
  const measured = data.heat.data?.measuredDays ?? 7;
  const cellWidth = Math.max(1, Math.floor((inner - labelWidth) / 24));
  return boxed({
    title: [span(overview.heat, 'bold')],
    right: [span(measured < 7 ? overview.heatMeasured(measured) : overview.heatDays, 'muted')],
    width,
    rows,
    content: told(data.heat, view, inner, (found) => {
      const shownDays = Math.min(7, Math.max(0, rows - 3));
      const chart = heatChart(found.cells.slice(0, shownDays), cellWidth);
      const axis = layout(
        [0, 6, 12, 18].map((hour) => place(labelWidth + hour * cellWidth, `${hour}h`, 'muted')),
        inner,
      );
      const lines = chart.map((line, day) =>
        layout([place(0, overview.days[day] ?? '', 'muted'), ...placeLine(labelWidth, line)], inner),
      );
      return [...lines, axis, busiest(found, view), usual(found, data, view)];
    }),
  });
};
