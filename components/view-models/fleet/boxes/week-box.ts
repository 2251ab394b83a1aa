import type { Heat } from '../../../../src/protocol/history.ts';
import { thousands } from '../../../../src/words/figures.ts';
import { boxed } from '../../../paint/box.ts';
import { dataBar } from '../../../paint/charts/bars.ts';
import { heat as heatChart } from '../../../paint/charts/heat.ts';
import { type Line, layout, place, placeLine, rightOf, span, textLine } from '../../../paint/line.ts';
import type { BoxSize } from '../../session/overview-data.ts';
import type { View } from '../../view.ts';

/** When customers of the whole fleet write: a week, an hour a cell, and how many a day. */

const dayWidth = 4;
const barWidth = 10;

export const weekBox = (heat: Heat | null, view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { chart } = view.t;
  const inner = width - 4;
  const title = [span(chart.when, 'bold'), span(chart.week, 'muted')];
  if (heat === null || heat.measuredDays === 0)
    return boxed({ title, width, rows, content: heat === null ? [] : [textLine(chart.measuring, 'muted')] });

  const totals = heat.cells.map((hours) => hours.reduce((sum, value) => sum + value, 0));
  const most = Math.max(1, ...totals);
  const lines = heatChart(heat.cells).map((line, day): Line => {
    const total = totals[day] ?? 0;
    return layout(
      [
        place(0, chart.weekdays[day] ?? '', 'muted'),
        ...placeLine(dayWidth, line),
        ...placeLine(dayWidth + 26, dataBar(total / most, barWidth, 'in')),
        rightOf(thousands(total, view.language), inner - 1, 'muted'),
      ],
      inner,
    );
  });
  const axis = layout(
    [0, 6, 12, 18].map((hour) => place(dayWidth + hour, `${hour}h`, 'muted')),
    inner,
  );
  return boxed({ title, width, rows, content: [...lines, axis] });
};
