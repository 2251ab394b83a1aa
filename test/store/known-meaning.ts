import { anchorQuestions } from '../../src/master/knowledge/anchors.ts';
import { askedDimensions, textsPerCall } from '../../src/session/embeddings.ts';
import { type SmallVector, smallVector } from '../../src/session/small-vectors.ts';
import type { Database } from '../../src/store/database.ts';
import { createMeaningStore } from '../../src/store/knowledge/meaning-store.ts';
import { madeVector } from '../ai-services/made-vectors.ts';

/** Vectors of what a session knows, without a service. */

export const meaningKey = 'openai/text-embedding-3-small/256';
export const vectorOf = (text: string, dimensions = askedDimensions): SmallVector =>
  smallVector(madeVector(text, dimensions));

/** Makes what is missing, a block of `most` at a time and `blocks` of them; how many texts had no vector from before. */
export const makeMeaning = (
  database: Database,
  sessionId: string,
  { key = meaningKey, most = textsPerCall, blocks = Number.POSITIVE_INFINITY } = {},
): number => {
  const meaning = createMeaningStore(database);
  if ((meaning.measure(sessionId, key)?.dimensions ?? 0) === 0)
    meaning.beginMeasure(
      sessionId,
      key,
      anchorQuestions.map((text) => vectorOf(text)),
    );
  let made = 0;
  for (let block = 0; block < blocks; block += 1) {
    const part = meaning.missing(sessionId, key);
    const measure = meaning.measure(sessionId, key);
    if (part === null || measure === null) return made;
    const known = new Map([...meaning.former(sessionId, part, measure)].flat());
    const texts = meaning.textsOf(sessionId, part, most);
    made += texts.filter(({ mark }) => !known.has(mark.toString('hex'))).length;
    meaning.write(
      sessionId,
      part,
      key,
      texts.map(({ text, mark }) => ({ mark, vector: known.get(mark.toString('hex')) ?? vectorOf(text) })),
    );
  }
  return made;
};
