/** What of a sentence must not be told to whoever sees some sessions only: the names of the others. */

/** Stands for a session that a token does not see. */
export const hiddenName = '…';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export type Hide = (text: string) => string;

/** Takes these names out of sentences of ours, wherever each stands as a word of its own. */
export const hideNames = (names: readonly string[]): Hide => {
  if (names.length === 0) return (text) => text;
  // Longest first: one name may begin with another.
  const longestFirst = names.toSorted((a, b) => b.length - a.length).map(escaped);
  const words = new RegExp(`(?<![\\w-])(?:${longestFirst.join('|')})(?![\\w-])`, 'gi');
  return (text) => text.replace(words, hiddenName);
};

const deepest = 8;

/** The same in every text inside of a value, keys included. */
export const hideIn = (hide: Hide, value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return hide(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return null;
  if (Array.isArray(value)) return value.map((each) => hideIn(hide, each, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [hide(key), hideIn(hide, each, depth + 1)]));
};
