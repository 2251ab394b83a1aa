import { bothEnds } from '../../paint/ends.ts';
import { type Field, fieldLine, showField } from '../../paint/field.ts';
import { glyph } from '../../paint/glyphs.ts';
import { keyLines } from '../../paint/key-line.ts';
import { cutLine, emptyLine, type Line, span } from '../../paint/line.ts';
import type { View } from '../view.ts';
import { dialogLines, dialogWidth, insideOf } from './dialog-frame.ts';
import { problemLines } from './dialog-subject.ts';

/** Fields of a dialog, one a line. */

export interface FormField {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  /** Chosen with space, not typed. */
  readonly choice?: boolean;
  /** What is typed while the keys go there: as much of it is shown as has room, with its cursor. */
  readonly field?: Field;
  /** In place of all of that: rows of their own, below each other beside the label, each `formRoom` wide. */
  readonly drawn?: readonly Line[];
}

const labelRoom = (labels: readonly string[]): number => Math.max(...labels.map((label) => label.length)) + 2;

/** Columns that the text of a dialog has which asks for this one alone. */
export const formRoom = (view: View, label: string): number => insideOf(dialogWidth(view)) - labelRoom([label]);

/** What stands beside a field has a column of its own, so that fields end below each other; what is longer goes below its field. */
const noteRoom = 16;

/** A field of fewer columns shows too little of what is typed: what stands beside it goes below. */
const leastField = 16;

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
  const labelWidth = labelRoom(fields.map(({ label }) => label));
  const notes = Math.min(noteRoom, Math.max(0, ...fields.map(({ note }) => note.length)));
  const content = fields.flatMap(({ label, value, note, choice = false, field, drawn }, index): readonly Line[] => {
    const focused = index === focus;
    const isBelow =
      note !== '' && value !== '' && (note.length > notes || inside - labelWidth - notes - 2 < leastField);
    const room =
      inside -
      labelWidth -
      (notes === 0 || inside - labelWidth - notes - 2 < leastField
        ? isBelow || note === ''
          ? 0
          : note.length + 2
        : notes + 2);
    const typed = focused && field !== undefined ? showField(field, room - 2) : value;
    const shown: Line = choice
      ? [span(focused ? `${glyph.path} ` : '  ', 'accent+'), span(value, focused ? 'bold' : 'plain')]
      : fieldLine(typed, room, { focused });
    const head = span(label.padEnd(labelWidth), focused ? 'accent+' : 'muted');
    if (drawn !== undefined)
      return [
        ...drawn.map((row, at): Line => [at === 0 ? head : span(' '.repeat(labelWidth)), ...row]),
        ...(note === '' ? [] : [[span(' '.repeat(labelWidth)), span(note, 'muted')]]),
      ];
    const line: Line = [head, ...cutLine(shown, room)];
    if (isBelow) return [line, [span(' '.repeat(labelWidth)), span(`${glyph.arrow} ${note}`, 'muted')]];
    return [bothEnds(line, note === '' ? [] : [span(note, 'muted')], inside)];
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
