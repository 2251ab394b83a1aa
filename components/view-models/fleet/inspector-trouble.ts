import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import { verdictLooks } from '../../../src/session/verdict.ts';
import { strip } from '../../paint/charts/strip.ts';
import { fitting, joined } from '../../paint/ends.ts';
import { glyph } from '../../paint/glyphs.ts';
import {
  cutLine,
  emptyLine,
  firstLines,
  type Line,
  layout,
  type Placed,
  place,
  placeLine,
  span,
  textLine,
  wrapText,
} from '../../paint/line.ts';
import { clientText, isForClient } from '../client-text.ts';
import type { BoxSize } from '../session/overview-data.ts';
import { helpfulKeys, wordsOf } from '../session-cells.ts';
import { eventText } from '../told.ts';
import type { View } from '../view.ts';
import { type FleetExtra, usualOf } from './fleet-extra.ts';
import { keysLine } from './keys-line.ts';
import { answerAge } from './row-state.ts';

/** What is wrong with the session under the cursor, and what helps. */

/** As many letters as hours of the strip. */
const stripWidth = 24;
const hourMs = 3_600_000;

/** A sentence that says what the state means, where there is one; else what the worker says. */
const reasonLines = (row: SessionRow, view: View, width: number): readonly Line[] => {
  const { why } = view.t.inspect;
  const words = wordsOf(row, view, true);
  const known = Object.hasOwn(why, row.verdict) ? why[row.verdict as keyof typeof why] : undefined;
  if (known === undefined)
    return firstLines(
      wrapText(words, width).map((text) => textLine(text)),
      2,
      width,
    );
  const sentence = typeof known === 'function' ? known(view.calendar.time(row.since)) : known;
  const first = firstLines(
    wrapText(sentence, width).map((text) => textLine(text)),
    2,
    width,
  );
  return row.verdict === 'gave_up' ? [...first, textLine(words, 'muted')].slice(0, 2) : first;
};

/** A row has no place for the code that is typed on the phone. */
const keysOf = (row: SessionRow): ReturnType<typeof helpfulKeys> =>
  row.verdict === 'logged_out' ? [...helpfulKeys(row), 'pairing'] : helpfulKeys(row);

const helpLine = (row: SessionRow, view: View, width: number): Line => {
  const keys = keysOf(row).map((name) =>
    keysLine([{ key: view.t.rowKey[name].key, label: view.t.inspect.helps[name] }], view),
  );
  const wide = fitting(keys, width, 5);
  return wide.length === joined(keys, 5).length ? wide : fitting(keys, width, 3);
};

/** A text that the client is sent, with the link still to come. */
const copyLine = (row: SessionRow, view: View, width: number): readonly Line[] => {
  if (!isForClient(row)) return [];
  const { inspect } = view.t;
  const text = `“${clientText(row, view, glyph.more)}”`;
  return [cutLine([span('y', 'accent+'), span(` ${inspect.copies}`), span(text, 'muted')], width)];
};

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

/** The hours of the strip in which it was not yet as it is: how many customers wrote in, and in how many of those all were served in time. */
const servedBefore = (row: SessionRow, now: EpochMs): { readonly inTime: number; readonly hours: number } => {
  const letters = row.served ?? '';
  const back = Math.floor(now / hourMs) - Math.floor(row.since / hourMs);
  const before = [...letters].slice(0, Math.max(0, letters.length - 1 - back));
  return {
    inTime: before.filter((letter) => letter === 'i').length,
    hours: before.filter((letter) => 'iln'.includes(letter)).length,
  };
};

/** How it did before, and what comes in at this hour otherwise; what is not known is not said. */
const beforeLine = (row: SessionRow, extra: FleetExtra, view: View, width: number): Line => {
  // Who was stopped is missed by nobody.
  if (verdictLooks[row.verdict].group === 'off') return emptyLine;
  const { inspect } = view.t;
  const { inTime, hours } = servedBefore(row, view.now);
  const [share = '', words = ''] = inspect.hoursInTime(inTime, hours);
  const half = row.answerMs?.half ?? null;
  const usual = usualOf(row, extra);
  const pieces: readonly Line[] = [
    ...(hours === 0 ? [] : [[span(inspect.beforeThat, 'muted'), span(share, 'ok+'), span(words, 'muted')]]),
    ...(half === null ? [] : [[span(inspect.halfIn, 'muted'), span(answerAge(half), 'bold')]]),
    ...(usual === null
      ? []
      : [[span(inspect.usualNow, 'muted'), span(String(usual), 'bold'), span(inspect.anHour, 'muted')]]),
  ];
  return fitting(
    pieces.map((piece, index) => (index === 0 ? piece : [span(', ', 'muted'), ...piece])),
    width,
    0,
  );
};

const eventsLine = (row: SessionRow, view: View, width: number): Line =>
  cutLine(
    joined(
      view.snapshot.events
        .filter(({ sessionName }) => sessionName === row.name)
        .slice(0, 3)
        .map((event) => [
          span(`${view.calendar.when(event.at, view.now)} `, 'muted'),
          span(eventText(event, view), 'muted'),
        ]),
      3,
    ),
    width,
  );

export const troubleContent = (
  row: SessionRow,
  extra: FleetExtra,
  view: View,
  { width, rows }: BoxSize,
): readonly Line[] => {
  const [stripRow, axisRow] = servedRows(row, view);
  const beside = stripRow.length === 0 ? 0 : 42;
  const room = width - beside;
  const before = beforeLine(row, extra, view, room);
  const events = eventsLine(row, view, room);
  const told = before.length === 0 ? [events, emptyLine] : [before, events];
  const foot = [stripRow, axisRow].map((pieces, index) =>
    layout([...pieces, ...placeLine(beside, told[index] ?? emptyLine)], width),
  );

  const why = reasonLines(row, view, width);
  const help = [helpLine(row, view, width), ...copyLine(row, view, width)];
  const head = [...why, ...help];
  const left = rows - head.length;
  // The strip explains itself to whoever has seen it with its scale.
  if (left < foot.length) return [...head, ...foot.slice(0, left)];
  return [...head, ...Array.from({ length: left - foot.length }, () => emptyLine), ...foot];
};
