import { readFileSync } from 'node:fs';

/** `text` with `from` exchanged for `to`, once. Throws when it is not there, so that a build never goes on without a change. */
export const exchange = (path, text, from, to) => {
  if (!text.includes(from))
    throw new Error(`${path} has changed, ${from} is gone: look at who exchanges it in scripts/`);
  return text.replace(from, () => to);
};

/** The file with each of `changes` (`[from, to]`) made once. */
export const exchanged = (path, changes) =>
  changes.reduce((text, [from, to]) => exchange(path, text, from, to), readFileSync(path, 'utf8'));
