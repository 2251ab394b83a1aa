import type { View } from '../view.ts';

/**
 * What was drawn for a view is drawn for it once: a key moves the cursor within the same frame, and all rows but two stay as they are.
 * Gone with the view.
 */

interface Kept {
  readonly of: readonly unknown[];
  readonly value: unknown;
}

const drawn = new WeakMap<View, Map<string, Kept>>();

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, index) => Object.is(value, b[index]));

/** `make()`, or what it gave for the same view, `key` and values. */
export const perView = <T>(view: View, key: string, of: readonly unknown[], make: () => T): T => {
  let known = drawn.get(view);
  if (known === undefined) {
    known = new Map();
    drawn.set(view, known);
  }
  const kept = known.get(key);
  // The key names what is made: its type is that of the one call that uses it.
  if (kept !== undefined && same(kept.of, of)) return kept.value as T;

  const value = make();
  known.set(key, { of, value });
  return value;
};
