// Makes Ink's `Output` give the same frames with less work (scripts/frame-plugins.mjs). Ink copies every line of every frame into cells and
// makes lines of them again, style by style: half of a frame's time and most of its garbage. A row that one line of text fills alone, which
// is nearly every row of a screen, is that line: made once, kept for as long as it is shown.
import { isWholeLine } from './line-cells.mjs';

const blank = { type: 'char', value: ' ', fullWidth: false, styles: [] };

/** The lines of the last frame. */
let last = new Map();

/** @param Output Ink's own class. @param toText Makes text of Ink's cells. */
export const rowOutput = (Output, toText) =>
  class extends Output {
    #lines = new Map();
    #before = last;

    constructor(options) {
      super(options);
      last = this.#lines;
    }

    /** A text as Ink writes its cells: what styles it, in the shortest way. */
    #written(text) {
      let line = this.#lines.get(text) ?? this.#before.get(text);
      line ??= toText(this.caches.getStyledChars(text));
      this.#lines.set(text, line);
      return line;
    }

    #row({ x, text, transformers }) {
      const shownBy = (line) => transformers.reduce((sofar, transformer) => transformer(sofar, 0), line);
      // Nearly every line: painted whole, and no component makes anything else of it. It need not be made of cells at all.
      if (isWholeLine(text) && shownBy(text) === text) return (' '.repeat(x) + text).trimEnd();

      const line = this.#written(text);
      const shown = shownBy(line);
      // What a component made of it is cut into cells anew.
      return (' '.repeat(x) + (shown === line ? line : toText(this.caches.getStyledChars(shown)))).trimEnd();
    }

    get() {
      const { operations, height, width } = this;
      if (operations.some(({ type }) => type !== 'write')) return super.get();

      const writers = new Array(height).fill(0);
      const isOneLine = operations.map(({ x, y, text }) => x >= 0 && y >= 0 && !text.includes('\n'));
      for (const [index, { y, text }] of operations.entries()) {
        const rows = isOneLine[index] ? 1 : text.split('\n').length;
        for (let row = y; row < y + rows; row += 1) if (row >= 0 && row < height) writers[row] += 1;
      }

      const lines = new Array(height).fill('');
      const cells = new Array(height).fill(undefined);
      const shared = [];
      for (const [index, operation] of operations.entries()) {
        if (isOneLine[index] && writers[operation.y] === 1) lines[operation.y] = this.#row(operation);
        else shared.push(operation);
      }
      for (const operation of shared) {
        const rows = operation.text.split('\n').length;
        for (let row = operation.y; row < operation.y + rows; row += 1)
          if (row >= 0 && row < height) cells[row] ??= new Array(width).fill(blank);
        this.applyWriteOperation(cells, operation, undefined);
      }
      for (const [row, line] of cells.entries())
        if (line !== undefined) lines[row] = toText(line.filter((cell) => cell !== undefined)).trimEnd();
      return { output: lines.join('\n'), height };
    }
  };
