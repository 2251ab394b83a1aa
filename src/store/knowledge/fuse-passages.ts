import { type FoundBy, type FoundPassage, leastAnswered, type MeantPassage } from '../../session/knowledge.ts';

/** One list of what was found by words and of what was found by meaning: by their places in both, which can be added, as their scores cannot. Pure. */

/** How little a place further down counts less, as reciprocal rank fusion is done everywhere. */
const rankOffset = 60;

const keyOf = ({ file, version, n }: Pick<FoundPassage, 'file' | 'version' | 'n'>): string => `${version} ${n} ${file}`;

/** A row of a price list that has the words of the question says what they cost; nothing that only means something like it stands before it. */
const isExactRow = ({ place, share }: FoundPassage): boolean => place.row !== undefined && share >= leastAnswered;

/** `meant` holds every passage of `nearest` that is still there. Both best first. */
export const fusePassages = (
  byWords: readonly FoundPassage[],
  nearest: readonly MeantPassage[],
  meant: ReadonlyMap<string, FoundPassage>,
): readonly FoundPassage[] => {
  const scores = new Map<string, { readonly passage: FoundPassage; score: number; by: FoundBy }>();
  for (const [place, passage] of byWords.entries())
    scores.set(keyOf(passage), { passage, score: 1 / (rankOffset + place), by: 'words' });
  for (const [place, one] of nearest.entries()) {
    const key = keyOf(one);
    const score = 1 / (rankOffset + place);
    const known = scores.get(key);
    const passage = meant.get(key);
    if (known !== undefined) {
      known.score += score;
      known.by = 'both';
    } else if (passage !== undefined) scores.set(key, { passage, score, by: 'meaning' });
  }

  const fused = [...scores.values()];
  const first = fused.filter(({ passage }) => isExactRow(passage));
  const others = fused.filter(({ passage }) => !isExactRow(passage)).toSorted((x, y) => y.score - x.score);
  return [...first, ...others].map(({ passage, by }) => ({ ...passage, by }));
};

export const fusedKey = keyOf;
