import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { formatPhone } from '../../../src/session/phone.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { verdictLooks } from '../../../src/session/verdict.ts';
import { dollars } from '../../../src/words/figures.ts';
import { boxed } from '../../paint/box.ts';
import { meter } from '../../paint/charts/meter.ts';
import { spark } from '../../paint/charts/spark.ts';
import { strip } from '../../paint/charts/strip.ts';
import { age, bytesShort } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import {
  emptyLine,
  type Line,
  layout,
  type Placed,
  place,
  placeLine,
  span,
  textLine,
  wrapText,
} from '../../paint/line.ts';
import type { BoxSize } from '../session/overview-data.ts';
import { helpfulKeys, wordsOf } from '../session-cells.ts';
import { shapeOf } from '../state-look.ts';
import { eventText } from '../told.ts';
import type { View } from '../view.ts';
import type { Exchange, FleetExtra } from './fleet-extra.ts';
import { keysLine } from './keys-line.ts';
import { answerAge, labelOf, stateWord, toneOf } from './row-state.ts';

/** The session under the cursor in words: why, and what helps; or, when it is well, what it just did. */

/** As many letters as hours of the strip. */
const stripWidth = 24;

const titleOf = (row: SessionRow): Line => {
  const label = labelOf(row);
  const phone = row.phone ?? row.expectedPhone;
  return [
    span(`${shapeOf(row)} `, toneOf(row)),
    span(label, 'bold'),
    ...(label === row.name ? [] : [span(`  ${row.name}`, 'muted')]),
    ...(phone === null ? [] : [span(`  ${formatPhone(phone)}`, 'muted')]),
  ];
};

const stateOf = (row: SessionRow, view: View): Line => {
  const { inspect, verdict, state } = view.t;
  const word = row.verdict === 'drafts' ? state.approve(row.drafts) : verdict[row.verdict];
  const tone = toneOf(row);
  const strong =
    tone === 'bad' ? 'bad+' : tone === 'warn' ? 'warn+' : tone === 'move' ? 'move+' : tone === 'ok' ? 'ok+' : 'muted+';
  if (row.verdict === 'connected') return [span(stateWord(row, view).text, stateWord(row, view).tone)];
  return [span(word, strong), span(inspect.for(age(view.now - row.since)), 'muted')];
};

/** A sentence that says what the state means, where there is one; else what the worker says. */
const reasonLines = (row: SessionRow, view: View, width: number): readonly Line[] => {
  const { why } = view.t.inspect;
  const words = wordsOf(row, view, true);
  const known = Object.hasOwn(why, row.verdict) ? why[row.verdict as keyof typeof why] : undefined;
  if (known === undefined)
    return wrapText(words, width)
      .slice(0, 2)
      .map((text) => textLine(text));
  const sentence = typeof known === 'function' ? known(view.calendar.time(row.since)) : known;
  const first = wrapText(sentence, width)
    .slice(0, 2)
    .map((text) => textLine(text));
  return row.verdict === 'gave_up' ? [...first, textLine(words, 'muted')].slice(0, 2) : first;
};

const helpLine = (row: SessionRow, view: View): Line =>
  keysLine(
    helpfulKeys(row).map((name) => ({ key: view.t.rowKey[name].key, label: view.t.inspect.helps[name] })),
    view,
    '     ',
  );

/** The strip with its scale below. */
const servedRows = (row: SessionRow, view: View): readonly [readonly Placed[], readonly Placed[]] => {
  const { inspect, chart } = view.t;
  if (typeof row.served !== 'string') return [[], []];
  const at = 12;
  return [
    [place(0, inspect.served, 'muted'), ...placeLine(at, strip(row.served, stripWidth))],
    [
      place(0, inspect.day, 'muted'),
      place(at, '-24h', 'muted'),
      place(at + 10, '-12h', 'muted'),
      place(at + stripWidth - chart.now.length, chart.now, 'muted'),
    ],
  ];
};

const eventSpans = (row: SessionRow, view: View): readonly Line[] =>
  view.snapshot.events
    .filter(({ sessionName }) => sessionName === row.name)
    .slice(0, 2)
    .map((event) => [
      span(`${view.calendar.when(event.at, view.now)} `, 'muted'),
      span(eventText(event, view), 'muted'),
    ]);

const troubleContent = (row: SessionRow, view: View, { width, rows }: BoxSize): readonly Line[] => {
  const head = [...reasonLines(row, view, width), helpLine(row, view)];
  const [stripRow, axisRow] = servedRows(row, view);
  const events = eventSpans(row, view);
  const beside = stripRow.length === 0 ? 0 : 42;
  const foot = [stripRow, axisRow].map((pieces, index) =>
    layout([...pieces, ...placeLine(beside, events[index] ?? emptyLine)], width),
  );
  const room = rows - head.length;
  if (room < foot.length) return head;
  return [...head, ...Array.from({ length: room - foot.length }, () => emptyLine), ...foot];
};

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

/** What it does, as numbers with a small chart each. */
const factLines = (row: SessionRow, view: View, width: number): readonly Line[] => {
  const { inspect } = view.t;
  const chartAt = 11;
  const valueAt = chartAt + stripWidth + 2;
  const fact = (name: string, chart: Line, value: Line): Line =>
    layout([place(0, name, 'muted'), ...placeLine(chartAt, chart), ...placeLine(valueAt, value)], width);
  const lines: Line[] = [];
  if (typeof row.served === 'string') lines.push(fact(inspect.served, strip(row.served, stripWidth), []));
  const [hour = '', words = ''] = inspect.lastHour(row.receivedLastHour, row.sentLastHour);
  const trend = row.messagesTrend?.received ?? null;
  const bars = trend === null ? [] : trend.flatMap((value) => [value, value]);
  lines.push(
    fact(inspect.messages, spark(bars, 'in', Math.max(6, ...bars)), [span(hour, 'bold'), span(words, 'muted')]),
  );
  const soft = row.memorySoftBytes ?? null;
  if (row.resources !== null) {
    const used = row.resources.memoryBytes;
    const value = [
      span(bytesShort(used, view.language), 'bold'),
      ...(soft === null ? [] : [span(inspect.of(bytesShort(soft, view.language)), 'muted')]),
    ];
    lines.push(fact(inspect.memory, soft === null ? [] : meter(used / soft, stripWidth), value));
  }
  const model = plainText(row.model === '' ? row.provider : row.model);
  lines.push(
    fact(
      inspect.answersBy,
      [span(model)],
      [span(dollars(row.costTodayUsd, view.language), 'bold'), span(inspect.today, 'muted')],
    ),
  );
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

const wellContent = (row: SessionRow, extra: FleetExtra, view: View, { width, rows }: BoxSize): readonly Line[] => {
  const left = Math.floor(width * 0.52);
  const known = extra.exchanges !== null && extra.exchanges.name === row.name ? extra.exchanges.list : null;
  const said =
    known === null
      ? []
      : known.length === 0
        ? [textLine(view.t.inspect.nobody, 'muted')]
        : known.slice(0, Math.floor(rows / 2)).flatMap((exchange) => exchangeLines(exchange, view, left - 2));
  const facts = factLines(row, view, width - left - 1);
  return Array.from({ length: rows }, (_, index) =>
    layout([...placeLine(0, said[index] ?? emptyLine), ...placeLine(left + 1, facts[index] ?? emptyLine)], width),
  );
};

export const inspectorBox = (row: SessionRow, extra: FleetExtra, view: View, size: BoxSize): readonly Line[] => {
  const { group } = verdictLooks[row.verdict];
  const inner: BoxSize = { width: size.width - 4, rows: size.rows - 2 };
  const inTrouble = group === 'needs_you' || group === 'recovering';
  return boxed({
    title: titleOf(row),
    right: stateOf(row, view),
    tone: group === 'needs_you' ? toneOf(row) : 'faint',
    ...size,
    content: inTrouble || group === 'off' ? troubleContent(row, view, inner) : wellContent(row, extra, view, inner),
  });
};
