import type { FleetTrends } from '../../../../src/protocol/fleet.ts';
import { boxed } from '../../../paint/box.ts';
import { area } from '../../../paint/charts/area.ts';
import { type Line, layout, padStart, place, placeLine, span, textLine, textWidth } from '../../../paint/line.ts';
import type { BoxSize } from '../../session/overview-data.ts';
import { notMeasured, type View } from '../../view.ts';

/** Messages a minute over two hours: what came in rises, what went out hangs. */

/** `values` in `count` parts, each the mean of its share. */
const means = (values: readonly number[], count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count);
    const part = values.slice(from, Math.max(from + 1, Math.floor(((index + 1) * values.length) / count)));
    return part.reduce((sum, value) => sum + value, 0) / Math.max(1, part.length);
  });

/** The highest value keeps a little air above it. */
const air = 1.08;

const chart = (
  { messages }: FleetTrends,
  view: View,
  { width, height }: { readonly width: number; readonly height: number },
): readonly Line[] => {
  const { chart: words } = view.t;
  const { messagesPerMinute: now } = view.snapshot.fleet;
  const legend = Math.max(textWidth(words.in), textWidth(words.out)) + 6;
  const cells = width - legend;
  const rows = height - 1;
  const up = Math.ceil(rows / 2);
  const down = rows - up;
  const most = Math.max(1, ...messages.received, ...messages.sent) * air;
  const rising = area(means(messages.received, cells * 2), { width: cells, height: up, tone: 'in', most });
  const hanging = area(means(messages.sent, cells * 2), {
    width: cells,
    height: down,
    tone: 'ok',
    // One scale for both: a row less means a lower end.
    most: most * (down / up),
    hanging: true,
  });
  const beside = (row: number): Line => {
    if (row === up - 1) return [span(padStart(String(now.in), 3), 'in+'), span(` ${words.in}`, 'muted')];
    if (row === up) return [span(padStart(String(now.out), 3), 'ok+'), span(` ${words.out}`, 'muted')];
    return [];
  };
  const lines = [...rising, ...hanging].map((line, row) =>
    layout([...placeLine(0, line), ...placeLine(cells + 2, beside(row))], width),
  );
  const axis = layout(
    [
      place(0, '-2 h', 'muted'),
      place(Math.floor(cells / 2) - 2, '-1 h', 'muted'),
      place(cells - textWidth(words.now), words.now, 'muted'),
    ],
    width,
  );
  return [...lines, axis];
};

export const messagesBox = (view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { chart: words } = view.t;
  const { trends } = view.snapshot;
  return boxed({
    title: [span(words.messages, 'bold'), span(words.perMinuteTwoHours, 'muted')],
    width,
    rows,
    content:
      trends === undefined || trends === null
        ? [textLine(notMeasured(view), 'muted')]
        : chart(trends, view, { width: width - 4, height: rows - 2 }),
  });
};
