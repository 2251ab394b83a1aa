import type { Picture } from './picture.ts';

/** What the rows of keys at the foot of a screen promise: every key there is written bold in its own colour. */

/** Of the role `accent`, or `warn` for what interrupts a bot, on a dark background with 256 colours. */
const keyStyles: ReadonlySet<string> = new Set(['b183', 'b221']);

/** Texts in the style of keys in the last two rows, as they stand there: `enter`, `1-6`, `[ ]`. */
export const promisedTexts = (picture: Picture): readonly string[] =>
  picture.slice(-2).flatMap(({ signs, styles }) => {
    const found: string[] = [];
    for (let from = 0; from < signs.length; ) {
      if (!keyStyles.has(styles[from] ?? '')) {
        from += 1;
        continue;
      }
      let to = from;
      // A blank within a name (`[ ]`) has no ink of its own: the name goes on behind it in the same style.
      while (keyStyles.has(styles[to] ?? '') || (signs[to] === ' ' && keyStyles.has(styles[to + 1] ?? ''))) to += 1;
      found.push(signs.slice(from, to).join(''));
      from = to;
    }
    return found;
  });

/** As keys that are pressed: `1-6` is six of them, `↑` is up; commands (`:demo`) are none. */
export const promisedKeys = (picture: Picture): readonly string[] =>
  promisedTexts(picture)
    .flatMap((text) => text.split(' '))
    .flatMap((name) => {
      const [, first, last] = /^(\d)-(\d)$/.exec(name) ?? [];
      if (first !== undefined && last !== undefined)
        return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => String(Number(first) + index));
      if (name.length > 1 && name.startsWith(':')) return [];
      return [name === '↑' ? 'up' : name];
    });
