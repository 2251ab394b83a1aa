import { plainText } from '../../src/session/plain-text.ts';
import type { EventLevel, FleetEvent } from '../../src/session/records.ts';
import type { EpochMs } from '../../src/session/units.ts';
import { joined } from '../paint/ends.ts';
import { glyph } from '../paint/glyphs.ts';
import { cut, cutLine, type Line, lineWidth, padEnd, type Span, span, wrapText } from '../paint/line.ts';
import type { Tone } from '../paint/tone.ts';
import { labelOf } from './chats/chat-lines.ts';
import { eventText } from './told.ts';
import type { View } from './view.ts';

/** Log lines and events as one kind of entry: time, level, session, text. Only what is visible becomes rows. */

export type Level = 'debug' | 'info' | 'warn' | 'error';
export const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];

export interface Entry {
  readonly at: EpochMs | null;
  readonly level: Level;
  readonly source: string;
  readonly text: string;
}

const levelOf = (value: unknown): Level => {
  if (typeof value === 'number') return value >= 50 ? 'error' : value >= 40 ? 'warn' : value >= 30 ? 'info' : 'debug';
  if (value === 'error' || value === 'fatal') return 'error';
  if (value === 'warn' || value === 'warning') return 'warn';
  return value === 'debug' || value === 'trace' ? 'debug' : 'info';
};

const timeOf = (value: unknown): EpochMs | null => {
  const at = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(at) ? at : null;
};

const known = new Set(['time', 'at', 'ts', 'level', 'msg', 'message', 'text', 'session', 'pid', 'name', 'v']);

/** A JSON log line; a line that is not JSON is shown as it is. */
export const logEntry = (line: string): Entry => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { at: null, level: 'info', source: '', text: plainText(line) };
  }
  if (typeof parsed !== 'object' || parsed === null)
    return { at: null, level: 'info', source: '', text: plainText(line) };
  const record = parsed as Readonly<Record<string, unknown>>;
  const message = record['msg'] ?? record['message'] ?? record['text'] ?? '';
  const rest = Object.entries(record)
    .filter(([key, value]) => !known.has(key) && value !== null && value !== undefined)
    .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  return {
    at: timeOf(record['time'] ?? record['at'] ?? record['ts']),
    level: levelOf(record['level']),
    source: typeof record['session'] === 'string' ? plainText(record['session']) : '',
    text: plainText([String(message), ...rest].join('  ')),
  };
};

const eventLevels: Readonly<Record<EventLevel, Level>> = { info: 'info', warn: 'warn', error: 'error' };

export const eventEntry = (event: FleetEvent, view: View): Entry => ({
  at: event.at,
  level: eventLevels[event.level],
  source: plainText(event.sessionName ?? 'zap-fleet'),
  text: `${eventText(event, view)}${event.actor === '' || event.actor === 'master' ? '' : `  (${view.t.pager.actor(plainText(event.actor))})`}`,
});

export interface EntriesLook {
  readonly least: Level;
  readonly search: string;
  readonly wrap: boolean;
  /** Columns pushed out at the left, where lines are not wrapped. */
  readonly shift: number;
  readonly withSource: boolean;
}

export const visibleEntries = (entries: readonly Entry[], least: Level): readonly Entry[] =>
  entries.filter(({ level }) => levels.indexOf(level) >= levels.indexOf(least));

/** `label`: the client's name of the session that it comes from; it is found by that and by the technical one. */
export const matches = (entry: Entry, search: string, label = ''): boolean =>
  search !== '' && `${entry.source} ${label} ${entry.text}`.toLowerCase().includes(search.toLowerCase());

/** Splits a text into spans so that what was searched for stands out. */
const highlighted = (text: string, search: string): readonly Span[] => {
  if (search === '') return [{ text, tone: 'plain' }];
  const spans: Span[] = [];
  const lower = text.toLowerCase();
  const wanted = search.toLowerCase();
  let from = 0;
  for (;;) {
    const at = lower.indexOf(wanted, from);
    if (at < 0) break;
    if (at > from) spans.push({ text: text.slice(from, at), tone: 'plain' });
    spans.push({ text: text.slice(at, at + wanted.length), tone: 'p:accent' });
    from = at + wanted.length;
  }
  if (from < text.length) spans.push({ text: text.slice(from), tone: 'plain' });
  return spans;
};

/** Its word, and the edge of the whole line where a person should look. */
const looks: Readonly<Record<Level, { readonly word: Tone; readonly edge: Tone | null }>> = {
  debug: { word: 'muted', edge: null },
  info: { word: 'muted', edge: null },
  warn: { word: 'warn', edge: 'warn' },
  error: { word: 'bad+', edge: 'bad' },
};

/** What a log line says, and behind it, muted, its values. */
const told = (text: string, search: string): Line => {
  const at = text.search(/ {2}[\w.]+=/);
  if (at < 0) return highlighted(text, search);
  return [
    ...highlighted(text.slice(0, at), search),
    ...highlighted(text.slice(at), search).map((part) =>
      part.tone === 'plain' ? { ...part, tone: 'muted' as const } : part,
    ),
  ];
};

const entryRows = (entry: Entry, view: View, look: EntriesLook): readonly Line[] => {
  const width = view.columns - 1;
  const narrow = view.columns < 60;
  const { word, edge } = looks[entry.level];
  const time = entry.at === null ? '' : narrow ? view.calendar.time(entry.at) : view.calendar.timeSeconds(entry.at);
  const sourceWidth = view.columns >= 100 ? 22 : 15;
  const label = look.withSource && !narrow ? cut(labelOf(entry.source, view), sourceWidth) : '';
  const source = look.withSource && !narrow ? `${padEnd(label, sourceWidth)} ` : '';
  const mark: Line = edge === null ? [span(' ')] : [span(glyph.edge, edge)];
  const head: Line = [
    ...mark,
    span(time === '' ? '' : `${time} `, 'muted'),
    span(`${padEnd(entry.level, 5)} `, word),
    span(source, edge === null ? 'muted' : 'plain'),
  ].filter(({ text }) => text !== '');
  const indent = lineWidth(head);
  const room = Math.max(10, width - indent);
  const texts = look.wrap ? wrapText(entry.text, room) : [cut([...entry.text].slice(look.shift).join(''), room)];
  return (texts.length === 0 ? [''] : texts).map(
    (text, index): Line => [
      ...(index === 0 ? head : [...mark, span(' '.repeat(indent - 1))]),
      ...told(text, look.search),
    ],
  );
};

/** The rows that end with entry `end` (exclusive) and fill `height`. */
export const entriesWindow = (
  entries: readonly Entry[],
  end: number,
  height: number,
  view: View,
  look: EntriesLook,
): readonly Line[] => {
  const rows: Line[] = [];
  for (let index = Math.min(end, entries.length) - 1; index >= 0 && rows.length < height; index -= 1) {
    const entry = entries[index];
    if (entry !== undefined) rows.unshift(...entryRows(entry, view, look));
  }
  return rows.length > height ? rows.slice(rows.length - height) : rows;
};

export interface PagerState {
  readonly follow: boolean;
  readonly shown: number;
  readonly end: number;
  readonly least: Level;
  readonly search: string;
  readonly wrap: boolean;
}

export const pagerLine = (state: PagerState, view: View): Line => {
  const { pager } = view.t;
  const parts: readonly Line[] = [
    state.follow
      ? [span(`${glyph.answers} `, 'ok'), span(pager.following)]
      : [span(`${glyph.off} `, 'warn'), span(pager.paused(state.end, state.shown))],
    [span(pager.level(state.least), 'muted')],
    ...(state.wrap ? [[span(pager.wrapped, 'muted')]] : []),
    ...(state.search === '' ? [] : [[span(pager.search(state.search), 'accent')]]),
  ];
  return cutLine([span(' '), ...joined(parts, 3)], view.columns - 1);
};
