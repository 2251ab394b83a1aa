import type { StoredTotals } from '../../../src/session/records.ts';
import { thousands } from '../../../src/words/figures.ts';
import { meter } from '../../paint/charts/meter.ts';
import { bothEnds } from '../../paint/ends.ts';
import { type Field, fieldLine, showField } from '../../paint/field.ts';
import { glyph } from '../../paint/glyphs.ts';
import { keyLine } from '../../paint/key-line.ts';
import { cut, emptyLine, type Line, lineWidth, padEnd, span, textLine } from '../../paint/line.ts';
import type { Tone } from '../../paint/tone.ts';
import type { Target } from '../dialog-kinds.ts';
import { sessionById, type View } from '../view.ts';
import { dialogLines, dialogWidth, inRoom, insideOf, type Spared, wrapped } from './dialog-frame.ts';
import { aboutAll, calledOf, pinState, problemLines } from './dialog-subject.ts';

/** What cannot be undone: its name is typed. It says what goes, what stays, and which key does it. */

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
