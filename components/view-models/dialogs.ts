import { formatPhone } from '../../src/session/phone.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { StoredTotals } from '../../src/session/records.ts';
import { type Field, showField } from '../paint/field.ts';
import { age, thousands } from '../paint/format.ts';
import { emptyLine, type Line, layout, place, span, textLine, wrapText } from '../paint/line.ts';
import { boxLines } from './box.ts';
import type { Target } from './dialog-kinds.ts';
import { sessionById, type View } from './view.ts';

/** Dialogs as lines. They say what happens, what stays, and which key does it. */

/** Inner width: 58 columns less on a phone. */
const dialogInner = (view: View): number => Math.max(20, Math.min(58, view.columns - 3));
export const wideInner = (view: View): number => Math.max(20, Math.min(100, view.columns - 3));

const wrapped = (text: string, inner: number, tone: 'plain' | 'p:bad' | 'bold' = 'plain'): readonly Line[] =>
  wrapText(text, inner - 4).map((part) => textLine(part, tone));

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

const about = (view: View, target: Target): readonly string[] => {
  const row = sessionById(view, target.id);
  const { t } = view;
  if (row === null) return [t.dialog.gone];
  const phone = row.phone ?? row.expectedPhone;
  const parts = [
    ...(row.label === '' ? [] : [`"${plainText(row.label)}"`]),
    ...(phone === null ? [] : [formatPhone(phone)]),
    t.dialog.stateFor(t.verdict[row.verdict], age(view.now - row.since)),
  ];
  const { chats, estimated } = row.waiting;
  return [parts.join('  '), ...(chats > 0 ? [t.dialog.waitingNow(estimated, chats)] : [])];
};

const nameList = (targets: readonly Target[]): string => targets.map(({ name }) => name).join(', ');

export const askBox = (
  view: View,
  title: string,
  lines: readonly string[],
  targets: readonly Target[],
): readonly Line[] => {
  const inner = dialogInner(view);
  const pin = pinState(view, targets);
  const first = targets[0];
  const intro = targets.length === 1 && first !== undefined ? about(view, first) : [nameList(targets)];
  const content: Line[] = [
    ...intro.flatMap((text) => wrapped(text, inner)).slice(0, 4),
    ...lines.flatMap((text) => wrapped(text, inner)),
    emptyLine,
    ...(pin === 'same' ? [] : wrapped(view.t.dialog[pin], inner, 'p:bad')),
    ...wrapped(view.t.dialog.yesNo, inner),
  ];
  return boxLines(title, content, inner);
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

export const nameBox = (
  view: View,
  action: 'delete' | 'logout',
  targets: readonly Target[],
  state: NameState,
): readonly Line[] => {
  const inner = dialogInner(view);
  const { dialog } = view.t;
  const first = targets[0];
  const single = targets.length === 1 && first !== undefined;
  const what = single ? first.name : dialog.sessions(targets.length);
  const row = single ? sessionById(view, first.id) : null;
  const intro = single ? about(view, first) : [nameList(targets)];
  const pair = (label: string, text: string) => layout([place(0, label), place(9, text)], inner - 4);
  const ask = single
    ? action === 'delete'
      ? dialog.typeName
      : dialog.typeNameUnlink
    : dialog.typeCount(targets.length);
  const typed = showField(state.field, Math.max(6, inner - 4 - ask.length - 2));
  const content: Line[] = [...intro.flatMap((text) => wrapped(text, inner)).slice(0, 4), emptyLine];
  if (action === 'delete') {
    content.push(
      pair(dialog.goes, dialog.goesWhat(row?.port ?? null)),
      pair(
        dialog.stays,
        state.totals === null || !single
          ? dialog.staysWhat
          : dialog.staysCounted(
              thousands(state.totals.chats, view.language),
              thousands(state.totals.messages, view.language),
            ),
      ),
      pair(dialog.archive, dialog.archiveWhat),
      emptyLine,
      textLine(`[${state.purge ? 'x' : ' '}] ${dialog.purge}`, state.focus === 'purge' ? 'bold' : 'plain'),
    );
  } else content.push(...wrapped(dialog.logoutWhat, inner), emptyLine);
  content.push([span(`${ask}  `, state.focus === 'name' ? 'bold' : 'plain'), span(typed)]);
  const gone = pinState(view, targets) === 'gone';
  if (gone || state.changed) content.push(...wrapped(gone ? dialog.gone : dialog.changed, inner, 'p:bad'));
  content.push(emptyLine, ...wrapped(action === 'delete' ? dialog.deleteKeys : dialog.logoutKeys, inner));
  return boxLines(action === 'delete' ? dialog.deleteTitle(what) : dialog.logoutTitle(what), content, inner);
};

/** Whether what was typed confirms it: the name, or for several sessions their number. */
export const confirms = (text: string, targets: readonly Target[]): boolean =>
  targets.length === 1 ? text === targets[0]?.name : text === String(targets.length);

export interface FormField {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

export const formBox = (
  view: View,
  title: string,
  fields: readonly FormField[],
  focus: number,
  problem: string | null,
  keys: string,
): readonly Line[] => {
  const inner = dialogInner(view);
  const labelWidth = Math.max(...fields.map(({ label }) => label.length)) + 2;
  const content: Line[] = [emptyLine];
  for (const [index, { label, value, note }] of fields.entries())
    content.push(
      layout(
        [
          place(0, index === focus ? '>' : ''),
          { column: 2, text: label, tone: index === focus ? 'bold' : 'plain' },
          place(2 + labelWidth, value),
          ...(note === '' ? [] : [{ column: inner - 4 - note.length, text: note, tone: 'muted' as const }]),
        ],
        inner - 4,
      ),
    );
  content.push(
    emptyLine,
    ...(problem === null ? [emptyLine] : wrapped(problem, inner, 'p:bad')),
    ...wrapped(keys, inner),
  );
  return boxLines(title, content, inner);
};

/** Text to read, scrolled from `top`. */
export const infoBox = (
  view: View,
  title: string,
  texts: readonly string[],
  top: number,
  copyable: boolean,
): { readonly lines: readonly Line[]; readonly more: number } => {
  const inner = wideInner(view);
  const all = texts.flatMap((text) => (text === '' ? [emptyLine] : wrapped(text, inner)));
  const room = Math.max(1, view.rows - 6);
  const shown = all.slice(top, top + room);
  const content = [
    ...shown,
    emptyLine,
    textLine(copyable ? view.t.dialog.infoKeysCopy : view.t.dialog.infoKeys, 'muted'),
  ];
  return { lines: boxLines(title, content, inner), more: Math.max(0, all.length - room) };
};
