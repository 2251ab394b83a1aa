import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { verdictLooks } from '../../../src/session/verdict.ts';
import { dollars } from '../../../src/words/figures.ts';
import { budgetTone, meter } from '../../paint/charts/meter.ts';
import { spark } from '../../paint/charts/spark.ts';
import { strip } from '../../paint/charts/strip.ts';
import { firstFitting } from '../../paint/ends.ts';
import { age, bytesShort } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { emptyLine, type Line, layout, place, placeLine, span, textLine, wrapText } from '../../paint/line.ts';
import type { BoxSize } from '../session/overview-data.ts';
import { proofText } from '../session/probe-box.ts';
import type { View } from '../view.ts';
import { type Exchange, type FleetExtra, usualOf } from './fleet-extra.ts';
import { shortDollars } from './pulse-row.ts';
import { answerAge } from './row-state.ts';

/** What the session under the cursor just did, and what it does, as numbers. */

/** A cell an hour; a narrow box has a cell for two. */
const chartWidth = (width: number): number => (width >= 50 ? 24 : 12);
const chartAt = 11;

const exchangeLines = (exchange: Exchange, view: View, width: number): readonly Line[] => [
  layout(
    [
      place(0, view.calendar.time(exchange.at), 'muted'),
      { column: 6, text: exchange.who, width: 11 },
      place(18, glyph.customerEdge, 'in'),
      { column: 20, text: exchange.asked, width: width - 20 },
    ],
    width,
  ),
  layout(
    exchange.said === null
      ? [place(18, glyph.customerEdge, 'faint')]
      : [
          place(6, view.t.inspect.bot, 'muted'),
          place(6 + view.t.inspect.bot.length, exchange.tookMs === null ? '' : answerAge(exchange.tookMs), 'ok'),
          place(18, glyph.customerEdge, 'ok'),
          { column: 20, text: exchange.said, width: width - 20, tone: 'muted' },
        ],
    width,
  ),
];

/** What it cost today of what it may cost, and whose limit that is; what it cost alone where nothing limits it. */
const moneyFacts = (row: SessionRow, extra: FleetExtra, view: View, room: number, chart: number) => {
  const { inspect } = view.t;
  const { costUsd, budgetUsd } = view.snapshot.fleet.aiToday;
  const spent = dollars(row.costTodayUsd, view.language);
  const today: Line = [span(spent, 'bold'), span(inspect.today, 'muted')];
  const own = extra.budget?.name === row.name ? extra.budget.usd : null;
  if (own !== null && own > 0) {
    const share = row.costTodayUsd / own;
    const values = inspect
      .ofItsBudget(shortDollars(own, view.language))
      .map((of): Line => [span(spent, 'bold'), span(of, 'muted')]);
    return {
      meter: meter(share, chart, budgetTone(share)),
      value: firstFitting([...values, [span(spent, 'bold')]], room),
      beside: emptyLine,
    };
  }
  if (budgetUsd === null || budgetUsd <= 0) return { meter: null, value: emptyLine, beside: today };

  const share = costUsd / budgetUsd;
  const values = inspect
    .fleetBudget(dollars(costUsd, view.language), Math.round(share * 100), shortDollars(budgetUsd, view.language))
    .map((text) => textLine(text, 'muted'));
  return { meter: meter(share, chart, budgetTone(share)), value: firstFitting(values, room), beside: today };
};

/** What it does, as numbers with a small chart each. */
const factLines = (row: SessionRow, extra: FleetExtra, view: View, width: number): readonly Line[] => {
  const { inspect } = view.t;
  const chart = chartWidth(width);
  const valueAt = chartAt + chart + 2;
  const room = width - valueAt;
  const fact = (name: string, drawn: Line, value: Line): Line =>
    layout([place(0, name, 'muted'), ...placeLine(chartAt, drawn), ...placeLine(valueAt, value)], width);
  const lines: Line[] = [];
  if (typeof row.served === 'string') lines.push(fact(inspect.served, strip(row.served, chart), []));
  if (row.probe != null)
    lines.push(
      fact(view.t.column.proof, strip(row.probe.hours, chart), textLine(proofText(row.probe, view, true), 'muted')),
    );

  const trend = row.messagesTrend?.received ?? null;
  const bars = trend === null ? [] : trend.flatMap((value) => (chart > trend.length ? [value, value] : [value]));
  const count = span(`${row.receivedLastHour}/${row.sentLastHour}`, 'bold');
  const counts = [
    ...inspect.lastHour(usualOf(row, extra)).map((words): Line => [count, span(words, 'muted')]),
    [count],
  ];
  lines.push(fact(inspect.messages, spark(bars, 'in', Math.max(6, ...bars)), firstFitting(counts, room)));

  const soft = row.memorySoftBytes ?? null;
  if (row.resources !== null) {
    const used = row.resources.memoryBytes;
    const value = [
      span(bytesShort(used, view.language), 'bold'),
      ...(soft === null ? [] : [span(inspect.of(bytesShort(soft, view.language)), 'muted')]),
    ];
    lines.push(fact(inspect.memory, soft === null ? [] : meter(used / soft, chart), value));
  }

  const money = moneyFacts(row, extra, view, room, chart);
  if (money.meter !== null) lines.push(fact(inspect.aiToday, money.meter, money.value));
  const model = row.model === '' ? view.t.dialog.provider[row.provider] : plainText(row.model);
  lines.push(fact(inspect.answersBy, [span(model)], money.beside));
  if (row.startedAt !== null && row.pid !== null)
    lines.push(
      fact(
        inspect.up,
        [span(inspect.upFor(age(view.now - row.startedAt), row.restarts))],
        [span(inspect.pid, 'muted'), span(String(row.pid))],
      ),
    );
  return lines;
};

const proseLines = (text: string, width: number): readonly Line[] =>
  wrapText(text, width).map((part) => textLine(part, 'muted'));

export const wellContent = (
  row: SessionRow,
  extra: FleetExtra,
  view: View,
  { width, rows }: BoxSize,
): readonly Line[] => {
  const left = Math.floor(width * 0.52);
  const known = extra.exchanges !== null && extra.exchanges.name === row.name ? extra.exchanges.list : null;
  const said =
    known === null
      ? []
      : known.length === 0
        ? [textLine(/[iln]/.test(row.served ?? '') ? view.t.inspect.nobodyNow : view.t.inspect.nobody, 'muted')]
        : known.slice(0, Math.floor(rows / 2)).flatMap((exchange) => exchangeLines(exchange, view, left - 2));
  const facts = factLines(row, extra, view, width - left - 1);
  const isUnknown = verdictLooks[row.verdict].group === 'unknown';
  const shown = isUnknown
    ? proseLines(view.t.inspect.noNews(plainText(row.node ?? ''), view.calendar.when(row.since, view.now)), left - 2)
    : said;
  return Array.from({ length: rows }, (_, index) =>
    layout([...placeLine(0, shown[index] ?? emptyLine), ...placeLine(left + 1, facts[index] ?? emptyLine)], width),
  );
};
