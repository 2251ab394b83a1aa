import { type KeyReport, keyName } from './key-name.ts';

/**
 * Who gets a key: the topmost layer that wants it (a dialog, then a field, then help, then the screen). Several characters in one
 * read outside a field run moves only, so that a text pasted into the table stops no bot.
 */

export interface KeyPress {
  /** As `keyName` gives it. */
  readonly name: string;
  /** What a field would insert; empty for keys that are no text. */
  readonly text: string;
}

export interface KeyLayer {
  readonly priority: number;
  /** True: the key is used up. */
  readonly press: (key: KeyPress) => boolean;
  /** Present: this layer is a field and takes text, typed fast or pasted. */
  readonly insert?: (text: string) => void;
  /** A field whose enter is never taken from a paste (typed confirmations). */
  readonly guarded?: boolean;
}

export interface MousePress {
  readonly kind: 'press' | 'drag' | 'release' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
}

export interface KeyRouter {
  add(layer: { current: KeyLayer }): () => void;
  /** A read of the keyboard. */
  read(input: string, key: KeyReport): void;
  paste(text: string): void;
  /** The mouse does what a key does; nothing while a field or a dialog is open. */
  tap(name: string): void;
  /** What the mouse did, as the terminal reports it. */
  mouse(report: {
    readonly button: number;
    readonly column: number;
    readonly row: number;
    readonly isDown: boolean;
  }): void;
  onMouse(listener: (press: MousePress) => void): () => void;
  /** When a key was pressed last; null: never. */
  lastKeyAt(): number | null;
}

/** Of the left button and the wheel; everything else is not ours. */
const mouseKind = (button: number, isDown: boolean): MousePress['kind'] | null => {
  if (!isDown) return button === 0 ? 'release' : null;
  return button === 0
    ? 'press'
    : button === 32
      ? 'drag'
      : button === 64
        ? 'wheel-up'
        : button === 65
          ? 'wheel-down'
          : null;
};

/** From here on a layer is a field or a dialog. */
const typingFrom = 80;

/** `onlyMoves`: whether a key does nothing but move the cursor. */
export const createKeyRouter = (clock: () => number, onlyMoves: (name: string) => boolean): KeyRouter => {
  const layers = new Set<{ current: KeyLayer }>();
  const mouseListeners = new Set<(press: MousePress) => void>();
  let lastKeyAt: number | null = null;

  const ordered = (): readonly KeyLayer[] =>
    [...layers]
      .map(({ current }) => current)
      .reverse()
      .sort((a, b) => b.priority - a.priority);

  const press = (key: KeyPress): void => {
    for (const layer of ordered()) if (layer.press(key)) return;
  };

  const moveOnly = (text: string): void => {
    for (const character of text) {
      if (onlyMoves(character)) press({ name: character, text: character });
    }
  };

  const field = (): KeyLayer | null => {
    const top = ordered()[0];
    return top?.insert === undefined ? null : top;
  };

  return {
    add: (layer) => {
      layers.add(layer);
      return () => layers.delete(layer);
    },
    read: (input, key) => {
      // What Ink does not know of escape sequences (focus reports, keys of other terminals) is no text.
      if (/^\[[<?0-9;]*[~A-Za-z]$/.test(input) && input.length > 1) return;
      lastKeyAt = clock();
      const name = keyName(input, key);
      const characters = [...input];
      if (characters.length > 1 && name === input) {
        const top = field();
        if (top === null) {
          moveOnly(input);
          return;
        }
        const entered = /[\r\n]$/.test(input) && top.guarded !== true;
        top.insert?.(input.replace(/[\r\n]+$/, ''));
        if (entered) press({ name: 'enter', text: '' });
        return;
      }
      const isText = characters.length === 1 && !key.ctrl && !key.meta && input >= ' ' && input !== '\u007f';
      if (name !== '') press({ name, text: isText ? input : '' });
    },
    paste: (text) => {
      lastKeyAt = clock();
      const top = field();
      if (top === null) moveOnly(text);
      else top.insert?.(text);
    },
    tap: (name) => {
      const top = ordered()[0];
      if (top !== undefined && top.priority < typingFrom) press({ name, text: name.length === 1 ? name : '' });
    },
    mouse: ({ button, column, row, isDown }) => {
      const kind = mouseKind(button, isDown);
      if (kind === null) return;
      lastKeyAt = clock();
      for (const listener of mouseListeners) listener({ kind, column, row });
    },
    onMouse: (listener) => {
      mouseListeners.add(listener);
      return () => mouseListeners.delete(listener);
    },
    lastKeyAt: () => lastKeyAt,
  };
};
