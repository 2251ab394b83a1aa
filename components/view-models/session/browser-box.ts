import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { MemoryHistory } from '../../../src/protocol/history.ts';
import { formatPhone } from '../../../src/session/phone.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { boxed } from '../../paint/box.ts';
import { area } from '../../paint/charts/area.ts';
import { meter, meterTone } from '../../paint/charts/meter.ts';
import { resampled, spark } from '../../paint/charts/spark.ts';
import { age, bytesShort } from '../../paint/format.ts';
import { emptyLine, type Line, layout, place, placeLine, span, textLine } from '../../paint/line.ts';
import type { View } from '../view.ts';
import { type BoxSize, type OverviewData, told } from './overview-data.ts';

/** The browser of a session: its memory against the limit, a day of it, and what it costs the machine. */

const labelWidth = 10;
const mega = 2 ** 20;

const limitWords = (row: SessionRow, view: View): Line => {
  const soft = row.memorySoftBytes ?? null;
  return [
    span(bytesShort(row.resources?.memoryBytes ?? 0, view.language), 'bold'),
    ...(soft === null ? [] : [span(` ${view.t.overview.of} ${bytesShort(soft, view.language)}`, 'muted')]),
  ];
};

const memoryRow = (row: SessionRow, view: View, width: number, chartWidth: number): Line => {
  const soft = row.memorySoftBytes ?? null;
  const share = soft === null ? null : (row.resources?.memoryBytes ?? 0) / soft;
  return layout(
    [
      place(0, view.t.overview.memory, 'muted'),
      ...(share === null ? [] : placeLine(labelWidth, meter(share, chartWidth, meterTone(share)))),
      ...placeLine(share === null ? labelWidth : labelWidth + chartWidth + 1, limitWords(row, view)),
    ],
    width,
  );
};

/** How fast it grows, and when it reaches the limit at that pace. */
const slopeWords = (row: SessionRow, { slopeBytesPerHour: slope }: MemoryHistory, view: View): readonly Line[] => {
  const { overview } = view.t;
  if (slope === null) return [];
  if (Math.abs(slope) < mega / 2) return [textLine(overview.steady, 'muted')];
  const word = slope > 0 ? overview.grows : overview.shrinks;
  const pace: Line = [
    span(`${word} `, 'muted'),
    span(overview.perHourShort(bytesShort(Math.abs(slope), view.language))),
  ];
  const soft = row.memorySoftBytes ?? null;
  const used = row.resources?.memoryBytes ?? null;
  if (slope < 0 || soft === null || used === null || used >= soft) return [pace];
  return [pace, textLine(overview.restartIn(age(((soft - used) / slope) * 3_600_000)), 'muted')];
};

const history = (row: SessionRow, data: OverviewData, view: View, width: number, height: number): readonly Line[] => {
  const chartWidth = Math.max(4, width - labelWidth - 14);
  return told(data.memory, view, width, (found) => {
    const { overview } = view.t;
    if (found.buckets.every((bucket) => bucket === null)) {
      const next = 15 * 60_000 - (view.now % (15 * 60_000));
      return [textLine(overview.measuring(age(next)), 'muted')];
    }
    const values = resampled(found.buckets, 2 * chartWidth);
    const most = Math.max(...values.map((value) => value ?? 0)) * 1.15;
    const chart = area(values, { width: chartWidth, height, tone: 'in', most });
    const words = slopeWords(row, found, view);
    return chart.map((line, index) =>
      layout(
        [
          place(0, index === 0 ? '24 h' : '', 'muted'),
          ...placeLine(labelWidth, line),
          ...placeLine(labelWidth + chartWidth + 1, words[index] ?? emptyLine),
        ],
        width,
      ),
    );
  });
};

/** Where its login is kept besides here, and what is wrong with that; nothing where logins do not travel. */
const loginWords = ({ details }: OverviewData, view: View): Line | null => {
  // An older master says nothing of it.
  const standing = details.data?.loginBundle ?? null;
  if (standing === null) return null;
  const { overview } = view.t;
  const { made, fetched, problem } = standing;
  if (problem !== null) return [span(overview.loginProblem, 'warn')];
  if (fetched !== null && (made === null || fetched.at > made.at))
    return [span(overview.loginCame(plainText(fetched.from)), 'bold')];
  return made === null ? null : [span(overview.loginKept(age(view.now - made.at)))];
};

/** What its bot has in its hands did not all come, or is not kept; nothing while all is well. */
const handWords = ({ details }: OverviewData, { t }: View): Line | null => {
  const standing = details.data?.belongings ?? null;
  if (standing === null || (standing.problem === null && standing.missing.length === 0)) return null;
  return [span(standing.missing.length === 0 ? t.overview.loginProblem : t.overview.handsProblem, 'warn')];
};

/** A bot that does next to nothing is no mountain range. */
const leastCpu = 10;

/** Its day, the hours before the first measure blank; empty until there is one. */
const cpuDay = ({ memory }: OverviewData, width: number): Line => {
  const cells = resampled(memory.data?.cpu ?? [], width);
  const first = cells.findIndex((cell) => cell !== null);
  if (first === -1) return emptyLine;
  const known = cells.slice(first);
  return [span(' '.repeat(first)), ...spark(known, 'in', Math.max(leastCpu, ...known.map((cell) => cell ?? 0)))];
};

const facts = (row: SessionRow, data: OverviewData, view: View, width: number): readonly Line[] => {
  const { overview } = view.t;
  const field = (label: string, words: Line): Line =>
    layout([place(0, label, 'muted'), ...placeLine(labelWidth, words)], width);
  const up = row.startedAt === null ? '' : overview.restartsSince(age(view.now - row.startedAt));
  const phone = row.phone ?? row.expectedPhone;
  const login = loginWords(data, view);
  const hands = handWords(data, view);
  const day = cpuDay(data, Math.max(4, width - labelWidth - 14));
  return [
    field(overview.cpu, [
      ...day,
      ...(day.length === 0 ? [] : [span(' ')]),
      span(`${Math.round(row.resources?.cpuPercent ?? 0)}%`, 'bold'),
      span(` ${overview.now}`, 'muted'),
    ]),
    ...(row.pid === null ? [] : [field(overview.process, [span(overview.pidPort(row.pid, row.port))])]),
    field(overview.restarts, [span(String(row.restarts), 'bold'), span(up, 'muted')]),
    ...(phone === null ? [] : [field(overview.number, [span(formatPhone(phone))])]),
    ...(login === null ? [] : [field(overview.login, login)]),
    ...(hands === null ? [] : [field(overview.hands, hands)]),
  ];
};

const low = (row: SessionRow, view: View, width: number): readonly Line[] => {
  const { overview } = view.t;
  return [
    memoryRow(row, view, width, Math.max(4, width - labelWidth - 14)),
    [
      span(`${overview.cpu} `, 'muted'),
      span(`${Math.round(row.resources?.cpuPercent ?? 0)}%`, 'bold'),
      span(`   ${overview.restarts} `, 'muted'),
      span(String(row.restarts), 'bold'),
      ...(row.pid === null ? [] : [span(`   ${overview.pid(row.pid)}`, 'muted')]),
    ],
  ];
};

export const browserBox = (
  row: SessionRow,
  data: OverviewData,
  view: View,
  { width, rows }: BoxSize,
): readonly Line[] => {
  const { overview } = view.t;
  const inner = width - 4;
  const title: Line = [span(overview.browser, 'bold')];
  if (row.resources === null)
    return boxed({
      title,
      width,
      rows,
      content: [textLine(overview.off, 'muted'), ...facts(row, data, view, inner).slice(1)],
    });
  const soft = row.memorySoftBytes ?? null;
  const isNear = soft !== null && row.resources.memoryBytes >= 0.8 * soft;
  const right: Line =
    soft === null ? emptyLine : [isNear ? span(overview.nearLimit, 'warn') : span(overview.healthy, 'ok')];
  const known = facts(row, data, view, inner);
  const chart = rows - 3 - known.length;
  const chartWidth = Math.max(4, inner - labelWidth - 14);
  const content =
    chart < 2
      ? rows >= known.length + 3
        ? [memoryRow(row, view, inner, chartWidth), ...known]
        : low(row, view, inner)
      : [memoryRow(row, view, inner, chartWidth), ...history(row, data, view, inner, chart), ...known];
  return boxed({ title, right, width, rows, content });
};
