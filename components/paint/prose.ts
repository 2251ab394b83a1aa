import { plainText } from '../../src/session/plain-text.ts';
import { type Line, span, textLine } from './line.ts';

/** A text of several lines with a cursor, for the built-in editor. Pure. */

export interface Prose {
  readonly lines: readonly string[];
  readonly row: number;
  /** In characters. */
  readonly column: number;
}

export const proseOf = (text: string): Prose => ({ lines: text.split('\n').map(plainText), row: 0, column: 0 });
export const proseText = (prose: Prose): string => prose.lines.join('\n');

const lineAt = (prose: Prose, row: number): readonly string[] => [...(prose.lines[row] ?? '')];

const withLine = (prose: Prose, row: number, remove: number, ...lines: readonly string[]): readonly string[] => [
  ...prose.lines.slice(0, row),
  ...lines,
  ...prose.lines.slice(row + remove),
];

/** Inserts a text that may have several lines (a paste). */
export const insertProse = (prose: Prose, text: string): Prose => {
  const added = text.split(/\r\n|[\r\n]/).map(plainText);
  const line = lineAt(prose, prose.row);
  const before = line.slice(0, prose.column).join('');
  const after = line.slice(prose.column).join('');
  const last = added.length - 1;
  const lines = added.map((part, index) => `${index === 0 ? before : ''}${part}${index === last ? after : ''}`);
  const column = [...(added[last] ?? '')].length + (last === 0 ? prose.column : 0);
  return { lines: withLine(prose, prose.row, 1, ...lines), row: prose.row + last, column };
};

const moveTo = (prose: Prose, row: number, column: number): Prose => {
  const to = Math.max(0, Math.min(prose.lines.length - 1, row));
  return { ...prose, row: to, column: Math.max(0, Math.min(lineAt(prose, to).length, column)) };
};

/** What a key does in the text; null when it is not the text's business. */
export const editProse = (
  prose: Prose,
  key: { readonly name: string; readonly text: string },
  page = 10,
): Prose | null => {
  const { row, column } = prose;
  const line = lineAt(prose, row);
  switch (key.name) {
    case 'up':
      return moveTo(prose, row - 1, column);
    case 'down':
      return moveTo(prose, row + 1, column);
    case 'pgup':
      return moveTo(prose, row - page, column);
    case 'pgdn':
      return moveTo(prose, row + page, column);
    case 'home':
      return { ...prose, column: 0 };
    case 'end':
      return { ...prose, column: line.length };
    case 'left':
      return column > 0 || row === 0 ? moveTo(prose, row, column - 1) : moveTo(prose, row - 1, Number.MAX_SAFE_INTEGER);
    case 'right':
      return column < line.length || row === prose.lines.length - 1
        ? moveTo(prose, row, column + 1)
        : moveTo(prose, row + 1, 0);
    case 'enter':
      return insertProse(prose, '\n');
    case 'backspace': {
      if (column > 0) {
        const kept = [...line.slice(0, column - 1), ...line.slice(column)].join('');
        return { lines: withLine(prose, row, 1, kept), row, column: column - 1 };
      }
      if (row === 0) return prose;
      const above = lineAt(prose, row - 1);
      return { lines: withLine(prose, row - 1, 2, [...above, ...line].join('')), row: row - 1, column: above.length };
    }
    case 'delete': {
      if (column < line.length) {
        const kept = [...line.slice(0, column), ...line.slice(column + 1)].join('');
        return { ...prose, lines: withLine(prose, row, 1, kept) };
      }
      if (row === prose.lines.length - 1) return prose;
      return { ...prose, lines: withLine(prose, row, 2, `${line.join('')}${prose.lines[row + 1] ?? ''}`) };
    }
    default:
      return key.text === '' ? null : insertProse(prose, key.text);
  }
};

/** The rows around the cursor, each cut sideways so that the cursor is visible; the cursor is an underscore. */
export const showProse = (prose: Prose, height: number, width: number): readonly Line[] => {
  const top = Math.max(0, Math.min(prose.row - Math.floor(height / 2), prose.lines.length - height));
  const from = Math.max(0, prose.column - width + 2);
  return prose.lines.slice(top, top + height).map((text, index) => {
    const characters = [...text];
    if (top + index !== prose.row) return textLine(characters.slice(from, from + width).join(''));
    const before = characters.slice(from, prose.column).join('');
    const after = characters.slice(prose.column, from + width - 1).join('');
    return [...textLine(before), span('_', 'p:accent'), ...textLine(after)];
  });
};
