import { dollars } from '../../../../src/words/figures.ts';
import { boxed } from '../../../paint/box.ts';
import { meter, meterTone } from '../../../paint/charts/meter.ts';
import { gigas, percent } from '../../../paint/format.ts';
import {
  emptyLine,
  type Line,
  layout,
  place,
  placeLine,
  span,
  type Tone,
  textLine,
  textWidth,
} from '../../../paint/line.ts';
import type { BoxSize } from '../../session/overview-data.ts';
import { notMeasured, type View } from '../../view.ts';
import { shortDollars } from '../pulse-row.ts';

/** What the machine has left, and what the AI cost today. */

interface Measure {
  readonly name: string;
  /** Null: there is no limit to measure it by. */
  readonly share: number | null;
  readonly value: string;
  readonly tone?: Tone;
}

const measures = (view: View): readonly Measure[] => {
  const { chart } = view.t;
  const { machine, aiToday } = view.snapshot.fleet;
  const budget = aiToday.budgetUsd;
  const spent = dollars(aiToday.costUsd, view.language);
  const cost: Measure = {
    name: chart.aiToday,
    share: budget === null || budget <= 0 ? null : aiToday.costUsd / budget,
    value: budget === null ? spent : `${spent} ${chart.of} ${shortDollars(budget, view.language)}`,
    tone: 'accent',
  };
  if (machine === null) return [cost];

  const disk = percent(machine.diskUsed, machine.diskTotal);
  return [
    {
      name: chart.memory,
      share: machine.memoryUsed / machine.memoryTotal,
      value: `${gigas(machine.memoryUsed, view.language)} ${chart.of} ${gigas(machine.memoryTotal, view.language)} G`,
    },
    { name: chart.cpu, share: machine.cpuPercent / 100, value: `${Math.round(machine.cpuPercent)}%` },
    {
      name: chart.disk,
      share: machine.diskUsed / machine.diskTotal,
      value: machine.diskFullInDays === null ? `${disk}%` : chart.diskFull(disk, machine.diskFullInDays),
    },
    cost,
  ];
};

const nameWidth = 9;

const roomLine = (view: View): Line => {
  const { chart } = view.t;
  const room = view.snapshot.fleet.machine?.roomFor ?? null;
  if (room === null) return emptyLine;
  if (room === 0) return [span(chart.noRoom, 'warn')];
  const [before = '', n = '', after = ''] = chart.roomFor(room);
  return [span(before, 'muted'), span(n, 'bold'), span(after, 'muted')].filter(({ text }) => text !== '');
};

export const serverBox = (view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { chart } = view.t;
  const inner = width - 4;
  const shown = measures(view).slice(0, rows - 2);
  const valueWidth = Math.max(...shown.map(({ value }) => textWidth(value)));
  const bar = Math.max(0, inner - nameWidth - valueWidth - 1);
  const lines = shown.map(({ name, share, value, tone }) => {
    const color = share === null ? 'faint' : meterTone(share) === 'ok' ? (tone ?? 'ok') : meterTone(share);
    return layout(
      [
        place(0, name, 'muted'),
        ...(share === null ? [] : placeLine(nameWidth, meter(share, bar, color))),
        place(nameWidth + bar + 1, value),
      ],
      inner,
    );
  });
  const nodes = view.snapshot.nodes?.length ?? 0;
  const measuring = view.snapshot.fleet.machine === null ? [textLine(notMeasured(view), 'muted')] : [];
  return boxed({
    title: [span(nodes > 1 ? chart.servers(nodes) : chart.server, 'bold')],
    right: roomLine(view),
    width,
    rows,
    content: [...measuring, ...lines],
  });
};
