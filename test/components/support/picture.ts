import type { Terminal } from '@xterm/headless';

/** What a terminal shows, cell by cell: signs and how each looks. */

type Cell = NonNullable<ReturnType<NonNullable<ReturnType<Terminal['buffer']['active']['getLine']>>['getCell']>>;

export interface PictureRow {
  /** One a column; empty behind a sign that is two columns wide. */
  readonly signs: readonly string[];
  /** `b231/160`: bold, colour 231 on 160; `-` is the terminal's own. */
  readonly styles: readonly string[];
}

export type Picture = readonly PictureRow[];

const color = (isDefault: boolean, isRgb: boolean, value: number): string => {
  if (isDefault) return '';
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : String(value);
};

const styleOf = (cell: Cell, isBlank: boolean): string => {
  const isInverse = cell.isInverse() !== 0;
  const ofText = isBlank ? '' : `${cell.isBold() !== 0 ? 'b' : ''}${cell.isDim() !== 0 ? 'd' : ''}`;
  const weights = `${ofText}${isInverse ? 'i' : ''}${cell.isUnderline() !== 0 ? 'u' : ''}`;
  // A blank has no foreground that anybody sees.
  const ink = isBlank && !isInverse ? '' : color(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor());
  const paper = color(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor());
  const style = `${weights}${ink}${paper === '' ? '' : `/${paper}`}`;
  return style === '' ? '-' : style;
};

export const pictureOf = (terminal: Terminal): Picture => {
  const buffer = terminal.buffer.active;
  // Filled anew for each column: thousands of a screen need no object each.
  const one = buffer.getNullCell();
  return Array.from({ length: terminal.rows }, (_, row) => {
    const line = buffer.getLine(buffer.viewportY + row);
    const signs: string[] = [];
    const styles: string[] = [];
    for (let column = 0; column < terminal.cols; column += 1) {
      const cell = line?.getCell(column, one);
      if (cell === undefined) continue;
      const sign = cell.getWidth() === 0 ? '' : cell.getChars() || ' ';
      signs.push(sign);
      styles.push(sign === '' ? (styles.at(-1) ?? '-') : styleOf(cell, sign.trim() === ''));
    }
    return { signs, styles };
  });
};
