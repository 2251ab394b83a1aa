import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { formatPhone } from '../../../src/session/phone.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { verdictLooks } from '../../../src/session/verdict.ts';
import { dollars } from '../../../src/words/figures.ts';
import { spark } from '../../paint/charts/spark.ts';
import { strip } from '../../paint/charts/strip.ts';
import { age, bytesShort, recentAge } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import {
  cut,
  type Line,
  layout,
  lineWidth,
  onGround,
  type Placed,
  padEnd,
  place,
  placeLine,
  type Tone,
  textWidth,
} from '../../paint/line.ts';
import { noteOf, rowKeys, shortCount, wordsOf } from '../session-cells.ts';
import { shapeOf } from '../state-look.ts';
import type { View } from '../view.ts';
import { type Column, type ColumnId, columnOf, type FleetColumns } from './columns.ts';
import { keysLine } from './keys-line.ts';
import { labelOf, pillOf, stateWord, toneOf } from './row-state.ts';
import type { Passed } from './traffic.ts';

/** One row of the fleet table. In trouble it says why and which key helps; else how it does, in numbers and small charts. */

export interface RowLook {
  readonly cursor: boolean;
  readonly marked: boolean;
  /** Its state belongs to another group already. */
  readonly moved: boolean;
  /** CPU in percent as it is shown: it changes at most every two seconds. */
  readonly cpu: number | null;
  /** A message passes in this moment. */
  readonly passed: Passed | null;
}

/** What fits into its column only in thousands. */
const number = (n: number): string => (n > 999 ? `${Math.round(n / 1000)}k` : String(n));

const right = ({ start, width }: Column, text: string, tone: Tone): Placed => {
  const shown = cut(text, width);
  return place(start + width - textWidth(shown), shown, tone);
};

/** `~9  27m`: how many wait, and since when the first does; `!2 14m`: two were left in silence. */
const waitingPieces = (row: SessionRow, column: Column, view: View): readonly Placed[] => {
  const { waiting, silent, verdict } = row;
  const { group } = verdictLooks[verdict];
  const trouble = group === 'needs_you';
  const end = column.start + column.width;
  const countEnd = end - 5;
  const left = silent.chats === 0 ? '' : `!${shortCount(silent.chats)}`;
  if (waiting.chats === 0 && left === '') return group === 'off' ? [] : [place(countEnd - 1, glyph.nothing, 'faint')];

  const count = waiting.chats === 0 ? left : `${waiting.estimated ? '~' : ''}${shortCount(waiting.chats)}`;
  const since = waiting.chats === 0 ? silent.oldestSince : waiting.oldestSince;
  const tone: Tone = trouble ? 'bad+' : verdict === 'unreachable' ? 'muted' : 'bold';
  // Both kinds at once: what was left is the worse, the age gives way to it.
  if (waiting.chats > 0 && left !== '') {
    const start = Math.max(column.start, end - textWidth(`${count} ${left}`));
    return [place(start, count, tone), place(start + textWidth(count) + 1, left, 'bad+')];
  }
  const text = since === null ? '' : age(view.now - since);
  return [
    place(Math.max(column.start, countEnd - textWidth(count)), count, tone),
    place(end - textWidth(text), text, trouble || left !== '' ? 'bad' : 'muted'),
  ];
};

const phoneWaiting = (row: SessionRow, column: Column, view: View): readonly Placed[] => {
  const { waiting, silent } = row;
  const chats = waiting.chats > 0 ? waiting.chats : silent.chats;
  if (chats === 0) return [];
  const since = waiting.chats > 0 ? waiting.oldestSince : silent.oldestSince;
  const mark = waiting.chats === 0 ? '!' : waiting.estimated ? '~' : '';
  const text = `${mark}${shortCount(chats)}${since === null ? '' : ` ${age(view.now - since)}`}`;
  return [right(column, text, verdictLooks[row.verdict].group === 'needs_you' ? 'bad+' : 'plain')];
};

const shownSpark = (row: SessionRow, width: number): Line => {
  const trend = row.messagesTrend;
  if (trend === undefined || trend === null) return [];
  const each = trend.received.length / width;
  const values =
    width >= trend.received.length
      ? trend.received.slice(-width)
      : Array.from({ length: width }, (_, cell) =>
          trend.received
            .slice(Math.floor(cell * each), Math.max(Math.floor(cell * each) + 1, Math.floor((cell + 1) * each)))
            .reduce((sum, value) => sum + value, 0),
        );
  return spark(values, 'in', Math.max(6, ...values));
};

const memoryTone = (row: SessionRow): Tone => {
  const soft = row.memorySoftBytes ?? null;
  return soft !== null && row.resources !== null && row.resources.memoryBytes >= soft * 0.8 ? 'warn' : 'muted';
};

/** `12m ✓`: proved twelve minutes ago; `✕ 1`: the last question got no answer. */
const proofPieces = ({ probe }: SessionRow, column: Column, view: View): readonly Placed[] => {
  if (probe == null) return [];
  if (probe.lastOutcome === 'failed')
    return [right(column, `${glyph.gaveUp} ${shortCount(probe.failedInRow)}`, 'warn')];
  if (probe.provedAt === null) return [right(column, glyph.nothing, 'faint')];

  const end = column.start + column.width;
  const ago = age(view.now - probe.provedAt);
  return [place(end - 2 - textWidth(ago), ago, 'muted'), place(end - 1, glyph.done, 'ok')];
};

/** A metric of a session that runs. */
const metric = (row: SessionRow, column: Column, view: View, cpu: number | null): readonly Placed[] => {
  const shown = (text: string, tone: Tone = 'muted'): readonly Placed[] =>
    text === '' ? [] : [right(column, text, tone)];
  switch (column.id) {
    case 'messages':
      return placeLine(column.start, shownSpark(row, column.width));
    case 'inOut': {
      const none = row.receivedLastHour === 0 && row.sentLastHour === 0;
      return shown(`${number(row.receivedLastHour)}/${number(row.sentLastHour)}`, none ? 'faint' : 'plain');
    }
    case 'last':
      return row.lastMessageAt === null
        ? shown(glyph.nothing, 'faint')
        : shown(recentAge(view.now - row.lastMessageAt));
    case 'proof':
      return proofPieces(row, column, view);
    case 'cpu':
      return shown(cpu === null ? '' : `${Math.round(cpu)}%`);
    case 'mem':
      return shown(row.resources === null ? '' : bytesShort(row.resources.memoryBytes, view.language), memoryTone(row));
    case 'restarts':
      return shown(String(row.restarts), row.restarts > 0 ? 'warn' : 'faint');
    case 'cost':
      return shown(dollars(row.costTodayUsd, view.language));
    case 'port':
      return shown(row.port === null ? '' : String(row.port));
    case 'ai':
      return [
        {
          column: column.start,
          text: plainText(row.model === '' ? row.provider : row.model),
          width: column.width,
          tone: 'muted',
        },
      ];
    default:
      return [];
  }
};

const statePiece = (row: SessionRow, column: Column, view: View): Placed => {
  const pill = pillOf(row);
  const word = stateWord(row, view);
  return pill === null
    ? { column: column.start + 1, text: word.text, tone: word.tone, width: column.width - 1 }
    : place(column.start, padEnd(cut(` ${word.text}`, column.width), column.width), pill);
};

/** From here on the long words say more than the short ones, even where their end is cut. */
const longFrom = 30;
/** Fewer columns would show half a word beside a state that says as much. */
const leastWords = 14;
/** A key whose word takes more than this stands alone where the reason would be cut for it. */
const spareLabel = 4;

/** What it is about stands behind the last colon (`6 crashes in 10 min: out of memory`), before the first, or in the first sentence. */
const pointsOf = (text: string): readonly string[] => {
  const sentences = text.split(/(?<=[.!?]) /);
  if (sentences.length > 1) return [(sentences[0] ?? '').replace(/\.$/, '')];
  const parts = text.split(': ');
  return parts.length === 1 ? [] : [parts.at(-1) ?? '', parts[0] ?? ''];
};

/** In trouble or on its way: the words take the place of the numbers, the keys stand at the edge. */
const troublePieces = (row: SessionRow, columns: FleetColumns, view: View): readonly Placed[] => {
  const roomFor = (line: Line): number =>
    columns.edge + 1 - (line.length === 0 ? 0 : lineWidth(line) + 1) - columns.detail;
  const offered = rowKeys(row, view, !columns.narrow);
  const few = rowKeys(row, view, false);
  const alone = few.map(({ key }) => ({ key, label: '' }));
  const long = wordsOf(row, view, true);
  const short = wordsOf(row, view, false);
  // What it is about says more than that it is: `the AI service gave an empty answer` than `12 left in silence`.
  const candidates = [long, ...pointsOf(long), short, ...pointsOf(short)];
  const fitting = (keys: Line): string | undefined => candidates.find((each) => textWidth(each) <= roomFor(keys));
  // Fewer keys come before fewer words, and both before half a word.
  const spares = columns.narrow && offered.some(({ label }) => label.length > spareLabel) ? [alone] : [];
  const named = keysLine(offered, view);
  const keys =
    [offered, few, ...spares].map((each) => keysLine(each, view)).find((each) => fitting(each) !== undefined) ?? named;
  const room = roomFor(keys);
  const text = fitting(keys) ?? (room >= longFrom ? long : room >= leastWords ? short : '');
  const quiet = verdictLooks[row.verdict].group !== 'needs_you';
  return [
    { column: columns.detail, text, width: Math.max(0, room), tone: quiet ? 'muted' : 'plain' },
    ...placeLine(columns.edge + 1 - lineWidth(keys), keys),
  ];
};

/** Fewer columns would show half a word. */
const leastNote = 8;

interface NotePlace {
  readonly width: number;
  /** What stands there otherwise. */
  readonly instead: ReadonlySet<ColumnId>;
}

const numbersFrom: readonly ColumnId[] = ['ai', 'cost', 'restarts', 'port', 'messages', 'inOut', 'last', 'cpu', 'mem'];

/** A note stands in the strip's place, else in that of numbers that are nothing. */
const notePlace = (row: SessionRow, columns: FleetColumns): NotePlace => {
  const first = (ids: readonly ColumnId[]): number =>
    columns.all.find(({ id }) => ids.includes(id))?.start ?? columns.edge + 2;
  const until = (ids: readonly ColumnId[]): number => first(ids) - 1 - columns.detail;
  const served = columnOf(columns, 'served');
  if (served !== undefined && served.width >= 24) return { width: served.width, instead: new Set(['served']) };
  if (served !== undefined)
    return { width: until(['inOut', 'last', 'cpu', 'mem']), instead: new Set(['served', 'messages']) };

  const spoke = row.receivedLastHour > 0 || row.sentLastHour > 0;
  // The CPU of a bot that nobody writes to has one or two digits of its four columns.
  if (columns.narrow && !spoke) return { width: until(['cpu', 'mem']) + 2, instead: new Set(['messages', 'inOut']) };
  return { width: until(numbersFrom), instead: new Set() };
};

/** What comes first is what matters: the rest is left out whole before anything is cut in a word. */
const shorter = (text: string, width: number): string =>
  textWidth(text) <= width ? text : (text.split(', ')[0] ?? text);

const answeringPieces = (row: SessionRow, columns: FleetColumns, view: View, cpu: number | null): readonly Placed[] => {
  const own = columnOf(columns, 'note');
  const note = noteOf(row, view, true);
  const phone = row.phone === null ? '' : formatPhone(row.phone);
  const pieces: Placed[] = [];
  let instead: ReadonlySet<ColumnId> = new Set();
  if (own !== undefined) {
    const text = note === '' ? phone : textWidth(note) <= own.width ? note : noteOf(row, view, false);
    pieces.push({ column: own.start, text, width: own.width, tone: 'muted' });
  } else {
    const where = notePlace(row, columns);
    // Where no chart stands, the number does.
    const charts = columnOf(columns, 'served') ?? columnOf(columns, 'messages');
    const text = note === '' && charts === undefined ? phone : note;
    const shown = textWidth(text) <= where.width || note === '' ? text : shorter(noteOf(row, view, false), where.width);
    if (shown !== '' && where.width >= leastNote) {
      pieces.push({ column: columns.detail, text: shown, width: where.width, tone: 'muted' });
      instead = where.instead;
    }
  }
  for (const column of columns.all) {
    if (instead.has(column.id)) continue;
    if (column.id === 'served') pieces.push(...placeLine(column.start, strip(row.served ?? '', column.width)));
    else pieces.push(...metric(row, column, view, cpu));
  }
  return pieces;
};

const inOrder = (pieces: readonly Placed[]): readonly Placed[] => [...pieces].sort((a, b) => a.column - b.column);

const labelPieces = (row: SessionRow, column: Column, view: View, look: RowLook): readonly Placed[] => {
  const { group } = verdictLooks[row.verdict];
  const simulated = row.engine === 'simulated' && !view.snapshot.fleet.demo ? view.t.detail.sim : '';
  const tone: Tone = look.marked
    ? 'accent+'
    : look.cursor || group === 'needs_you'
      ? 'bold'
      : group === 'off' || row.verdict === 'unreachable'
        ? 'muted'
        : 'plain';
  if (simulated === '') return [{ column: column.start, text: labelOf(row), width: column.width, tone }];
  const text = cut(labelOf(row), column.width - textWidth(simulated) - 1);
  return [place(column.start, text, tone), place(column.start + textWidth(text) + 1, simulated, 'muted')];
};

const edgePiece = (row: SessionRow, look: RowLook): Placed => {
  if (look.cursor) return place(0, glyph.cursor, 'accent+');
  return place(0, verdictLooks[row.verdict].group === 'needs_you' ? glyph.edge : '', toneOf(row));
};

/** In the colour of its state, but for the tick in which a message passes. */
const dotTone = (row: SessionRow, { passed }: RowLook): Tone =>
  passed === null || verdictLooks[row.verdict].group !== 'answering' ? toneOf(row) : passed === 'in' ? 'in+' : 'bold';

/** A row of exactly `width` columns where it carries the cursor's bar. */
export const sessionLine = (row: SessionRow, columns: FleetColumns, view: View, look: RowLook, width: number): Line => {
  const { phone } = columns;
  const { group } = verdictLooks[row.verdict];
  const pieces: Placed[] = [edgePiece(row, look)];
  if (look.marked) pieces.push(place(phone ? 2 : 1, glyph.done, 'accent+'));
  pieces.push(place(phone ? 1 : 2, shapeOf(row), dotTone(row, look)));
  // On a phone both have one place, and what is marked is acted on.
  if (look.moved && !(phone && look.marked)) pieces.push(place(phone ? 2 : 3, glyph.arrow, toneOf(row)));
  for (const column of columns.all) {
    if (column.id === 'name') pieces.push(...labelPieces(row, column, view, look));
    else if (column.id === 'state') pieces.push(statePiece(row, column, view));
    else if (column.id === 'for')
      pieces.push(right(column, age(view.now - row.since), group === 'needs_you' ? 'plain' : 'muted'));
    else if (column.id === 'waiting')
      pieces.push(...(phone ? phoneWaiting(row, column, view) : waitingPieces(row, column, view)));
    else if (column.id === 'node')
      pieces.push({ column: column.start, text: plainText(row.node ?? ''), width: column.width, tone: 'muted' });
  }
  if (!phone) {
    const served = columnOf(columns, 'served');
    if (columns.ownNote && served !== undefined && group !== 'off' && group !== 'answering')
      pieces.push(...placeLine(served.start, strip(row.served ?? '', served.width)));
    if (group === 'answering') pieces.push(...answeringPieces(row, columns, view, look.cpu));
    else pieces.push(...troublePieces(row, columns, view));
  }
  const line = layout(inOrder(pieces), columns.edge + 1);
  return look.cursor ? onGround(line, 'cursor', width) : line;
};
