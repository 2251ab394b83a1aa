import { formatPhone } from '../../src/session/phone.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { StoredTotals } from '../../src/session/records.ts';
import { verdictLooks } from '../../src/session/verdict.ts';
import { thousands } from '../../src/words/figures.ts';
import { meter } from '../paint/charts/meter.ts';
import { bothEnds } from '../paint/ends.ts';
import { type Field, showField } from '../paint/field.ts';
import { age } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { keyLine, keyLines, withNumbers } from '../paint/key-line.ts';
import { cut, cutLine, emptyLine, type Line, lineWidth, onGround, padEnd, span, textLine } from '../paint/line.ts';
import { isPair, type Tone } from '../paint/tone.ts';
import { type DialogTone, dialogLines, dialogWidth, insideOf, wideDialogWidth, wrapped } from './dialog-frame.ts';
import type { Target } from './dialog-kinds.ts';
import { stateTone } from './session-cells.ts';
import { sessionById, type View } from './view.ts';

/** Dialogs as lines. They say what happens, what stays, and which key does it. */

export type PinState = 'same' | 'changed' | 'gone';

/** Whether the sessions of a dialog are still what was on the screen when it opened. */
export const pinState = (view: View, targets: readonly Target[]): PinState => {
  let state: PinState = 'same';
  for (const target of targets) {
    const row = sessionById(view, target.id);
    if (row === null) return 'gone';
    if (row.revision !== target.revision || row.verdict !== target.verdict) state = 'changed';
  }
  return state;
};

/** As people call it; the technical name where it has no other. */
const calledOf = (view: View, target: Target): string => {
  const label = plainText(sessionById(view, target.id)?.label ?? '');
  return label === '' ? target.name : label;
};

/** Which bot it is and how it stands, and on the next line who waits for it now. */
const about = (view: View, target: Target, inside: number): readonly Line[] => {
  const row = sessionById(view, target.id);
  const { t } = view;
  if (row === null) return [textLine(t.dialog.gone, 'bad')];
  const phone = row.phone ?? row.expectedPhone;
  const tone = stateTone(row);
  const word = t.verdict[row.verdict];
  const quiet = verdictLooks[row.verdict].token === 'ok' || verdictLooks[row.verdict].token === 'off';
  const standing: Line = [
    ...(phone === null ? [] : [span(`  ${formatPhone(phone)}`, 'muted')]),
    span('  '),
    span(isPair(tone) ? ` ${word} ` : word, quiet ? 'muted' : tone),
    span(`  ${t.dialog.forAge(age(view.now - row.since))}`, 'muted'),
  ];
  // Its name is typed: it is never what is cut.
  const fits = target.name.length + lineWidth(standing) <= inside;
  const { chats, estimated } = row.waiting;
  return [
    ...(fits ? [[span(target.name, 'muted'), ...standing]] : [[span(target.name, 'muted')], cutLine(standing, inside)]),
    ...(chats > 0 ? [emptyLine, withNumbers(t.dialog.waitingNow(estimated, chats), 'plain', 'bad+')] : []),
  ];
};

const aboutAll = (view: View, targets: readonly Target[], inside: number): readonly Line[] => {
  const first = targets[0];
  if (first === undefined) return [];
  if (targets.length === 1) return about(view, first, inside);
  return wrapped(targets.map(({ name }) => name).join(', '), inside, 'muted').slice(0, 4);
};

/** Something went wrong, or would. */
const problemLines = (text: string, inside: number): readonly Line[] =>
  wrapped(text, inside - 2).map((line, index) => [
    span(index === 0 ? `${glyph.gaveUp} ` : '  ', 'bad+'),
    ...line.map((part) => ({ ...part, tone: 'bad' as Tone })),
  ]);

export const askBox = (
  view: View,
  title: string,
  lines: readonly string[],
  targets: readonly Target[],
  tone: DialogTone = 'warn',
): readonly Line[] => {
  const width = dialogWidth(view);
  const inside = insideOf(width);
  const pin = pinState(view, targets);
  const intro = aboutAll(view, targets, inside);
  return dialogLines(view, {
    title,
    tone,
    width,
    content: [
      ...intro,
      ...(intro.length === 0 ? [] : [emptyLine]),
      ...lines.flatMap((text) => wrapped(text, inside)),
      ...(pin === 'same' ? [] : [emptyLine, ...problemLines(view.t.dialog[pin], inside)]),
      emptyLine,
      keyLine(view.t.dialog.yesNo),
    ],
  });
};

export interface NameState {
  readonly field: Field;
  readonly purge: boolean;
  /** Which part the keys go to. */
  readonly focus: 'purge' | 'name';
  /** The session changed while the name was being typed. */
  readonly changed: boolean;
  /** What the session has in the store; null until it is known. */
  readonly totals: StoredTotals | null;
}

/** What is typed, with a cursor while keys go there; what is still missing behind it. */
export const fieldLine = (shown: string, width: number, { focused = true, rest = '' } = {}): Line => {
  const at = focused ? shown.lastIndexOf('_') : -1;
  const spans: Line =
    at < 0
      ? [span(` ${shown}`, focused ? 'bold' : 'plain')]
      : [span(` ${shown.slice(0, at)}`, 'bold'), span('_', 'p:accent'), span(shown.slice(at + 1), 'bold')];
  return onGround(cutLine([...spans, span(rest, 'muted')], width), 'field', width);
};

const wantedText = (targets: readonly Target[]): string =>
  targets.length === 1 ? (targets[0]?.name ?? '') : String(targets.length);

/** Whether what was typed confirms it: the name, or for several sessions their number. */
export const confirms = (text: string, targets: readonly Target[]): boolean => text === wantedText(targets);

/** The field that a name is typed into: how far it is, as a meter and in letters. */
const typedLines = (
  view: View,
  ask: string,
  targets: readonly Target[],
  { field, focus }: NameState,
  inside: number,
): readonly Line[] => {
  const { dialog } = view.t;
  const wanted = wantedText(targets);
  const starts = wanted.startsWith(field.text);
  const missing = wanted.length - field.text.length;
  const left = !starts
    ? span(dialog.notTheName, 'bad')
    : missing === 0
      ? span(glyph.done, 'ok+')
      : span(dialog.lettersToGo(missing), field.text === '' ? 'muted' : 'warn');
  const share = starts ? field.text.length / Math.max(1, wanted.length) : 1;
  return [
    bothEnds([span(ask, focus === 'name' ? 'plain' : 'muted')], [left], inside),
    fieldLine(focus === 'name' ? showField(field, inside - 2) : field.text, inside, {
      focused: focus === 'name',
      // Of a number of bots the answer is not shown.
      rest: starts && targets.length === 1 && field.cursor === field.text.length ? wanted.slice(field.text.length) : '',
    }),
    meter(share, inside, !starts || missing === 0 ? 'bad' : 'warn'),
  ];
};

/** A sign, a word and what it stands for, wrapped under itself. */
const factLines = (
  [sign, tone]: readonly [string, Tone],
  label: string,
  text: string,
  { inside, brief }: FactRoom,
): readonly Line[] =>
  (brief ? [textLine(cut(text, inside - 11))] : wrapped(text, inside - 11)).map((line, index) =>
    index === 0 ? [span(`${sign} `, tone), span(padEnd(label, 9), 'bold'), ...line] : [span(' '.repeat(11)), ...line],
  );

/** `brief`: each on one line. */
interface FactRoom {
  readonly inside: number;
  readonly brief: boolean;
}

const deleteFacts = (
  view: View,
  targets: readonly Target[],
  { totals }: NameState,
  room: FactRoom,
): readonly Line[] => {
  const { dialog } = view.t;
  const first = targets[0];
  const row = targets.length === 1 && first !== undefined ? sessionById(view, first.id) : null;
  const stays =
    totals === null || targets.length > 1
      ? dialog.staysWhat
      : dialog.staysCounted(thousands(totals.chats, view.language), thousands(totals.messages, view.language));
  return [
    ...factLines([glyph.gaveUp, 'bad+'], dialog.goes, dialog.goesWhat(row?.port ?? null), room),
    ...factLines([glyph.answers, 'ok'], dialog.stays, stays, room),
    ...factLines([glyph.starting, 'warn'], dialog.archive, dialog.archiveWhat, room),
  ];
};

const purgeLine = (view: View, { purge, focus }: NameState): Line => {
  const [erase = '', ...note] = view.t.dialog.purge.split(' (');
  return [
    span(`[${purge ? 'x' : ' '}]`, focus === 'purge' ? 'accent+' : 'bold'),
    span(` ${erase}`, focus === 'purge' ? 'bold' : 'plain'),
    ...(note.length === 0 ? [] : [span(` (${note.join(' (')}`, 'muted')]),
  ];
};

/** A line and how well a low window can do without it; 0: not at all. */
type Spared = readonly [spare: number, line: Line];

/** Without what can be spared most, until the rest fits; blank rows go anyway (dialog-frame.ts). */
const inRoom = (lines: readonly Spared[], rows: number): readonly Line[] => {
  const written = lines.filter(([, line]) => line.length > 0);
  const spared = new Set(
    written
      .filter(([spare]) => spare > 0)
      .sort(([a], [b]) => b - a)
      .slice(0, Math.max(0, written.length - rows)),
  );
  return lines.filter((line) => !spared.has(line)).map(([, line]) => line);
};

/** What happens, on as many lines as it needs, or in a low window as there are. */
const whatHappens = (
  view: View,
  action: 'delete' | 'logout',
  targets: readonly Target[],
  state: NameState,
  inside: number,
): readonly Spared[] => {
  if (action === 'logout') return wrapped(view.t.dialog.logoutWhat, inside).map((line): Spared => [4, line]);
  const facts = deleteFacts(view, targets, state, { inside, brief: view.rows < 20 });
  return [...facts.map((line): Spared => [4, line]), [0, emptyLine], [0, purgeLine(view, state)]];
};

export const nameBox = (
  view: View,
  action: 'delete' | 'logout',
  targets: readonly Target[],
  state: NameState,
): readonly Line[] => {
  const width = dialogWidth(view);
  const inside = insideOf(width);
  const { dialog } = view.t;
  const first = targets[0];
  const single = targets.length === 1 && first !== undefined;
  const what = single ? calledOf(view, first) : dialog.sessions(targets.length);
  const ask = single
    ? action === 'delete'
      ? dialog.typeName
      : dialog.typeNameUnlink
    : dialog.typeCount(targets.length);
  const gone = pinState(view, targets) === 'gone';
  const done = confirms(state.field.text, targets);
  const [doIt = [], keep = [], ...others] = action === 'delete' ? dialog.deleteKeys : dialog.logoutKeys;
  const doKey = keyLine([doIt], 3, done ? { key: 'bad+', word: 'bold' } : { key: 'muted+' });
  const keepKey = keyLine([keep], 3, { word: 'bold' });
  const otherKeys = others.length === 0 ? [] : [...keyLine(others), span('   ')];
  const hasRoom = lineWidth(doKey) + lineWidth(otherKeys) + lineWidth(keepKey) + 2 <= inside;
  const typed = typedLines(view, ask, targets, state, inside);
  const problem = gone || state.changed ? problemLines(gone ? dialog.gone : dialog.changed, inside) : [];
  const lines: readonly Spared[] = [
    ...aboutAll(view, targets, inside).map((line, index): Spared => [index === 0 ? 0 : 2, line]),
    [0, emptyLine],
    ...whatHappens(view, action, targets, state, inside),
    [0, emptyLine],
    // The meter says again what the letters say.
    ...typed.map((line, index): Spared => [index === 2 ? 5 : 0, line]),
    ...problem.map((line): Spared => [0, line]),
    [0, emptyLine],
    [0, bothEnds(doKey, [...(hasRoom ? otherKeys : []), ...keepKey], inside)],
  ];
  return dialogLines(view, {
    title: action === 'delete' ? dialog.deleteTitle(what) : dialog.logoutTitle(what),
    right: width >= 56 ? [span(dialog.noUndo, 'bad')] : [],
    tone: 'bad',
    width,
    content: inRoom(lines, view.rows - 2),
  });
};

export interface FormField {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  /** Chosen with space, not typed. */
  readonly choice?: boolean;
}

export const formBox = (
  view: View,
  title: string,
  fields: readonly FormField[],
  focus: number,
  problem: string | null,
  keys: readonly (readonly string[])[],
): readonly Line[] => {
  const width = dialogWidth(view);
  const inside = insideOf(width);
  const labelWidth = Math.max(...fields.map(({ label }) => label.length)) + 2;
  const content = fields.flatMap(({ label, value, note, choice = false }, index): readonly Line[] => {
    const focused = index === focus;
    const room = inside - labelWidth - (note === '' ? 0 : note.length + 2);
    const shown: Line = choice
      ? [span(focused ? `${glyph.path} ` : '  ', 'accent+'), span(value, focused ? 'bold' : 'plain')]
      : fieldLine(value, room, { focused });
    const head = span(label.padEnd(labelWidth), focused ? 'accent+' : 'muted');
    return [bothEnds([head, ...cutLine(shown, room)], note === '' ? [] : [span(note, 'muted')], inside)];
  });
  return dialogLines(view, {
    title,
    tone: 'accent',
    width,
    content: [
      ...content,
      emptyLine,
      ...(problem === null ? [emptyLine] : problemLines(problem, inside)),
      ...keyLines(keys, inside),
    ],
  });
};

/** Text to read, scrolled from `top`; a line `-- so --` is a heading. */
export const infoBox = (
  view: View,
  title: string,
  texts: readonly string[],
  top: number,
  copyable: boolean,
): { readonly lines: readonly Line[]; readonly more: number } => {
  const width = wideDialogWidth(view);
  const inside = insideOf(width);
  const { dialog } = view.t;
  const all = texts.flatMap((text) => {
    const heading = /^-- (.*) --$/.exec(text)?.[1];
    if (heading !== undefined)
      return [
        [span(heading, 'bold'), span(` ${glyph.light.repeat(Math.max(0, inside - heading.length - 1))}`, 'faint')],
      ];
    return text === '' ? [emptyLine] : wrapped(text, inside);
  });
  const room = Math.max(1, view.rows - 8);
  const more = Math.max(0, all.length - room);
  const shown = all.slice(top, top + room);
  const keys = copyable ? dialog.infoKeysCopy : dialog.infoKeys;
  return {
    lines: dialogLines(view, {
      title,
      tone: 'accent',
      right: more === 0 ? [] : [span(`${Math.min(all.length, top + room)}/${all.length}`, 'muted')],
      width,
      content: [...shown, emptyLine, ...keyLines(more === 0 ? keys.filter(([key]) => key !== 'j k') : keys, inside)],
    }),
    more,
  };
};
