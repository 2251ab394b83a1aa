import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Terminal } from '@xterm/headless';
import { expect } from 'vitest';

/**
 * Pictures of screens as text, to be compared with golden files: each row of signs, and below it where a style begins (`25 b231/160`:
 * from column 25 on bold, colour 231 on 160). `-` is the terminal's own. A difference is read in a diff as it is seen on the screen.
 */

type Cell = NonNullable<ReturnType<NonNullable<ReturnType<Terminal['buffer']['active']['getLine']>>['getCell']>>;

const color = (isDefault: boolean, isRgb: boolean, value: number): string => {
  if (isDefault) return '';
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : String(value);
};

const styleOf = (cell: Cell): string => {
  const weights = [
    cell.isBold() !== 0 ? 'b' : '',
    cell.isDim() !== 0 ? 'd' : '',
    cell.isInverse() !== 0 ? 'i' : '',
    cell.isUnderline() !== 0 ? 'u' : '',
  ].join('');
  const ink = color(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor());
  const paper = color(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor());
  const style = `${weights}${ink}${paper === '' ? '' : `/${paper}`}`;
  return style === '' ? '-' : style;
};

/** A blank has no foreground that anybody sees. */
const seenStyleOf = (cell: Cell): string => {
  const isBlank = cell.getChars().trim() === '';
  if (!isBlank || cell.isInverse() !== 0 || cell.isUnderline() !== 0) return styleOf(cell);
  const paper = color(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor());
  return paper === '' ? '-' : `/${paper}`;
};

export const pictureOf = (terminal: Terminal): string => {
  const buffer = terminal.buffer.active;
  const rows: string[] = [];
  for (let row = 0; row < terminal.rows; row += 1) {
    const line = buffer.getLine(buffer.viewportY + row);
    const starts: string[] = [];
    let text = '';
    let last = '-';
    for (let column = 0; column < terminal.cols; column += 1) {
      const cell = line?.getCell(column);
      if (cell === undefined || cell.getWidth() === 0) continue;
      text += cell.getChars() || ' ';
      const style = seenStyleOf(cell);
      if (style !== last) starts.push(`${column} ${style}`);
      last = style;
    }
    rows.push(`|${text.trimEnd()}`);
    if (starts.length > 0) rows.push(`  ${starts.join(', ')}`);
  }
  return `${rows.join('\n')}\n`;
};

const folder = fileURLToPath(new URL('../golden/', import.meta.url));
const isUpdated = (process.env['UPDATE_GOLDEN'] ?? '') !== '';

/** Compares a picture with its golden file; `UPDATE_GOLDEN=1` writes the file instead. */
export const expectGolden = (name: string, picture: string): void => {
  const file = `${folder}${name}.txt`;
  if (isUpdated) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, picture);
    return;
  }
  if (!existsSync(file)) throw new Error(`there is no picture ${name}: UPDATE_GOLDEN=1 makes it, then look at it`);
  expect(picture, `${name} looks different (UPDATE_GOLDEN=1 when it is meant)`).toBe(readFileSync(file, 'utf8'));
};

/** Golden files that no test looks at. */
export const unusedGolden = (used: ReadonlySet<string>): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.txt') && !used.has(file.replace(/\.txt$/, '')))
        .sort()
    : [];
