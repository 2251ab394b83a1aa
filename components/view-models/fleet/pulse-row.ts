import { dollars } from '../../../src/words/figures.ts';
import type { Language } from '../../../src/words/language.ts';
import { meter } from '../../paint/charts/meter.ts';
import { spark } from '../../paint/charts/spark.ts';
import { gigas, percent } from '../../paint/format.ts';
import { type Line, layout, lineWidth, placeLine, span } from '../../paint/line.ts';
import { lastColumn, notMeasured, type View } from '../view.ts';
import { answerAge } from './row-state.ts';

/** The fleet's pulse in one row, where there is no room for boxes: the most useful pieces that fit. */

const hourMinutes = 60;

/** Messages of the last hour in `cells` equal parts. */
export const lastHour = (minutes: readonly number[], cells: number): readonly number[] => {
  const hour = minutes.slice(-hourMinutes);
  return Array.from({ length: cells }, (_, cell) =>
    hour
      .slice(Math.floor((cell * hour.length) / cells), Math.floor(((cell + 1) * hour.length) / cells))
      .reduce((sum, value) => sum + value, 0),
  );
};

const traffic = (view: View, wide: boolean): Line => {
  const { t, snapshot } = view;
  const { trends } = snapshot;
  const per: Line = [
    span(`${t.chart.in} `, 'muted'),
    span(String(snapshot.fleet.messagesPerMinute.in), 'in+'),
    span(t.chart.perMinute, 'muted'),
  ];
  if (trends === undefined || trends === null) {
    const out = [
      span(`  ${t.chart.out} `, 'muted'),
      span(String(snapshot.fleet.messagesPerMinute.out), 'ok+'),
      span(t.chart.perMinute, 'muted'),
    ];
    return [...per, ...out];
  }
  return [...per, span(' '), ...spark(lastHour(trends.messages.received, wide ? 12 : 8), 'in')];
};

const answers = (view: View, wide: boolean): Line => {
  const now = view.snapshot.trends?.answerNow ?? null;
  if (now === null) return [];
  const { chart } = view.t;
  const slow = now.most > 120_000;
  return [
    span(`${chart.answers} `, 'muted'),
    span(answerAge(now.half), 'bold'),
    ...(wide ? [span(`  ${chart.ninetyFive} `, 'muted'), span(answerAge(now.most), slow ? 'warn+' : 'bold')] : []),
  ];
};

const memory = (view: View, cells: number): Line => {
  const { machine } = view.snapshot.fleet;
  if (machine === null) return [span(notMeasured(view), 'muted')];
  return [
    span(`${view.t.chart.mem} `, 'muted'),
    span(gigas(machine.memoryUsed, view.language), 'bold'),
    span(`/${gigas(machine.memoryTotal, view.language)}G `, 'muted'),
    ...meter(machine.memoryUsed / machine.memoryTotal, cells),
  ];
};

const cpu = (view: View): Line => {
  const { machine } = view.snapshot.fleet;
  if (machine === null) return [];
  return [span(`${view.t.chart.cpu} `, 'muted'), span(`${Math.round(machine.cpuPercent)}%`, 'bold')];
};

const disk = (view: View): Line => {
  const { machine } = view.snapshot.fleet;
  if (machine === null) return [];
  const used = percent(machine.diskUsed, machine.diskTotal);
  return [
    span(`${view.t.chart.disk} `, 'muted'),
    span(`${used}%`, used >= 90 ? 'bad+' : used >= 80 ? 'warn+' : 'bold'),
  ];
};

/** `$5` when it is round. */
export const shortDollars = (usd: number, language: Language): string =>
  dollars(usd, language, Number.isInteger(usd) ? 0 : 2);

const cost = (view: View): Line => {
  const { aiToday } = view.snapshot.fleet;
  const { chart } = view.t;
  return [
    span(`${chart.ai} `, 'muted'),
    span(dollars(aiToday.costUsd, view.language), 'bold'),
    ...(aiToday.budgetUsd === null
      ? []
      : [span(` ${chart.of} ${shortDollars(aiToday.budgetUsd, view.language)}`, 'muted')]),
  ];
};

/** Fewer cells are no meter. */
const leastMeter = 3;

export const pulseRow = (view: View): Line => {
  const wide = view.columns >= 100;
  const end = lastColumn(view) + 1;
  const right = cost(view);
  // Behind each piece there are two blanks, also behind the last one.
  let room = end - 1 - lineWidth(right);
  const before = [traffic(view, wide), answers(view, wide)];
  const beside = [...before, memory(view, 0), cpu(view)].filter((piece) => piece.length > 0);
  // Before the CPU is left out the meter of the memory is shorter.
  const spare = room - beside.reduce((sum, piece) => sum + lineWidth(piece) + 2, 0);
  const full = wide ? 10 : 7;
  const cells = spare < leastMeter ? full : Math.min(full, spare);
  const pieces = [...before, memory(view, cells), cpu(view), disk(view)];
  const shown: Line[] = [];
  for (const piece of pieces) {
    const width = lineWidth(piece) + 2;
    if (piece.length === 0 || width > room) continue;
    shown.push(piece);
    room -= width;
  }
  const left = shown.flatMap((piece, index) => (index === 0 ? piece : [span('  '), ...piece]));
  return layout([...placeLine(1, left), ...placeLine(end - lineWidth(right), right)], view.columns - 1);
};
