import { editDistance } from './edit-distance.ts';

/** The word that was probably meant; null where none is near. What was typed may also be the beginning or the end of it. */
export const nearestWord = (typed: string, words: readonly string[]): string | null => {
  const wanted = typed.toLowerCase();
  if (wanted === '') return null;

  let nearest: { readonly word: string; readonly far: number } | null = null;
  for (const word of words) {
    const plain = word.toLowerCase();
    const tail = plain.slice(plain.lastIndexOf('.') + 1);
    const isPart = wanted.length >= 3 && (plain.startsWith(wanted) || plain.endsWith(wanted));
    const far = isPart ? 0.5 : Math.min(editDistance(wanted, plain), editDistance(wanted, tail));
    if (nearest === null || far < nearest.far) nearest = { word, far };
  }

  // A third of the letters may be wrong: `staart` is start, `foo` is nothing.
  return nearest !== null && nearest.far <= Math.max(1, Math.floor(wanted.length / 3)) ? nearest.word : null;
};
