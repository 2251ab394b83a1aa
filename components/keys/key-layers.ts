import { type KeyPress, type KeyReport, keyName } from './key-name.ts';
import { createKeyTurns } from './key-turns.ts';
import { firstKey, isTypedAhead, textBefore } from './typed-ahead.ts';

/**
 * Who gets a key: the topmost layer that wants it (a dialog, then a field, then help, then the screen). A text pasted outside a field
 * runs moves only, so that it stops no bot. Several keys in one read may be one on a terminal that does not tell what is pasted: they are
 * text for a field, also for one that the first of them opens, and else moves.
 */

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
  /** Calls `draw` between two keys of one read; it calls back when the screen is as the first of them left it. Returns the end of it. */
  drawBetween(draw: (then: () => void) => void): () => void;
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

/** A key by itself, several that were typed, or a text that was pasted; `enters`: the enter at its end is one. */
type Typed =
  | { readonly key: KeyPress }
  | { readonly ahead: string }
  | { readonly pasted: string; readonly enters: boolean };

/** What a key does that may come with others in one read; null: it is pressed by itself. */
export type KeyInRead = 'moves' | 'opens' | null;

/** Where a text goes that came in one read. */
interface Receiver {
  readonly top: KeyLayer | undefined;
  readonly press: (key: KeyPress) => void;
  readonly keyInRead: (name: string) => KeyInRead;
}

const moveOnly = (text: string, { press, keyInRead }: Receiver): void => {
  for (const character of text) if (keyInRead(character) === 'moves') press({ name: character, text: character });
};

const paste = (text: string, { enters }: { readonly enters: boolean }, receiver: Receiver): void => {
  const { top, press } = receiver;
  if (top?.insert === undefined) {
    moveOnly(text, receiver);
    return;
  }
  const line = enters ? text.replace(/[\r\n]+$/, '') : text;
  top.insert(line);
  if (line !== text && top.guarded !== true) press({ name: 'enter', text: '' });
};

/** A field takes its text, or the key behind it. Returns what is left to be typed. */
const typeIntoField = (text: string, field: KeyLayer, { press }: Receiver): string => {
  const own = textBefore(text);
  if (own !== '') {
    field.insert?.(own);
    return text.slice(own.length);
  }

  const { key, rest } = firstKey(text);
  // Its enter is a key by itself, and so nothing that stands behind it is meant for what it would open.
  if (key.name === 'enter' && field.guarded === true) return '';
  press(key);
  return rest;
};

/** Returns what is left to be typed when the screen is drawn. */
const typeAhead = (text: string, receiver: Receiver): string => {
  const { top, press, keyInRead } = receiver;
  if (top?.insert !== undefined) return typeIntoField(text, top, receiver);

  const moves = [...text].findIndex((character) => keyInRead(character) !== 'moves');
  const [opener = '', ...rest] = moves === -1 ? [] : [...text].slice(moves);
  if (keyInRead(opener) !== 'opens' || (top !== undefined && top.priority >= typingFrom)) {
    moveOnly(text, receiver);
    return '';
  }
  moveOnly([...text].slice(0, moves).join(''), receiver);
  press({ name: opener, text: opener });
  return rest.join('');
};

export const createKeyRouter = (clock: () => number, keyInRead: (name: string) => KeyInRead): KeyRouter => {
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
  const turns = createKeyTurns<Typed>((typed) => {
    if ('key' in typed) press(typed.key);
    else if ('pasted' in typed) paste(typed.pasted, typed, { top: ordered()[0], press, keyInRead });
    else {
      const ahead = typeAhead(typed.ahead, { top: ordered()[0], press, keyInRead });
      return ahead === '' ? null : { ahead };
    }
    return null;
  });

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
        turns.add(isTypedAhead(input) ? { ahead: input } : { pasted: input, enters: true });
        return;
      }
      const isText = characters.length === 1 && !key.ctrl && !key.meta && input >= ' ' && input !== '\u007f';
      if (name !== '') turns.add({ key: { name, text: isText ? input : '' } });
    },
    paste: (text) => {
      lastKeyAt = clock();
      turns.add({ pasted: text, enters: false });
    },
    drawBetween: turns.drawBetween,
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
