import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffDelay } from '../../pace/backoff.ts';
import { inSlices } from '../../pace/slices.ts';
import { anotherLength, type EmbeddingModel, embeddingModelOf, textsPerCall } from '../../session/embeddings.ts';
import { plainText } from '../../session/plain-text.ts';
import type { AiConfig } from '../../session/session-config.ts';
import type { SmallVector } from '../../session/small-vectors.ts';
import type { Milliseconds } from '../../session/units.ts';
import type { MeaningStore, MissingPart, MissingText } from '../../store/knowledge/meaning-store.ts';
import type { StoredSession } from '../../store/session-store.ts';
import type { JobRun } from '../jobs/job-kind.ts';
import type { MasterParts } from '../open-parts.ts';
import { bookCalls } from '../session-costs.ts';
import { anchorQuestions } from './anchors.ts';
import type { EmbedProcess } from './embed-process.ts';
import { unpaidVectors } from './unpaid-vectors.ts';

/** Makes the vectors that a session's passages lack, block by block: what was made stays, whatever ends it. */

export type MeaningParts = Pick<
  MasterParts,
  'book' | 'config' | 'jobs' | 'log' | 'now' | 'paths' | 'settings' | 'store'
>;

/** Why no more are made for now. */
export interface Stop {
  readonly code: string;
  readonly text: string;
}

export interface Making {
  readonly parts: MeaningParts;
  readonly run: JobRun;
  readonly meaning: MeaningStore;
  readonly wanted: EmbeddingModel;
  /** The configuration that its process was opened with. */
  readonly ai: AiConfig;
  readonly child: EmbedProcess;
  readonly sessionId: string;
  readonly pace: Backoff;
  made: number;
  costUsd: number;
}

type Vectors = { readonly kind: 'vectors'; readonly dimensions: number; readonly vectors: readonly SmallVector[] };

/** What does not pass within these is told, and tried again later (meaning-keeper.ts): other sessions wait for their turn. */
const mostTries = 5;
const longestWait: Milliseconds = 60_000;

interface Block {
  readonly part: MissingPart;
  readonly texts: readonly MissingText[];
  /** Vectors of the version before, by the marks of their texts. */
  readonly known: ReadonlyMap<string, SmallVector>;
}

const sessionOf = ({ parts, sessionId }: Making): StoredSession | null => parts.book.byId(sessionId)?.stored ?? null;

/** Another service, key of vectors or address needs another process. */
const isAsOpened = ({ ai, wanted }: Making, now: AiConfig): boolean =>
  embeddingModelOf(now)?.key === wanted.key && now.timeoutMs === ai.timeoutMs;

/** Asks with patience for what passes; what it cost is booked before anything is made of it. */
const ask = async (
  making: Making,
  session: StoredSession,
  as: 'passage' | 'question',
  texts: readonly string[],
): Promise<Vectors | Stop> => {
  const { parts, child, ai, wanted, run, pace } = making;
  for (let failures = 0; ; failures += 1) {
    run.signal.throwIfAborted();
    const unpaid = unpaidVectors(parts, session, texts, child.price);
    if (unpaid !== null) return { code: 'budget', text: unpaid };

    const answer = await child.embed({ as, texts, timeoutMs: ai.timeoutMs });
    making.costUsd += parts.store.database.transaction(() => bookCalls(parts, session, wanted.provider, answer.calls));
    if (answer.kind === 'embedded') return { kind: 'vectors', dimensions: answer.dimensions, vectors: answer.vectors };
    const wait = Math.max(answer.retryAfterMs ?? 0, backoffDelay(failures, pace, Math.random));
    if (!answer.isPassing || failures + 1 >= mostTries || (answer.retryAfterMs ?? 0) > longestWait)
      return { code: answer.code, text: answer.reason };
    await delay(wait, undefined, { signal: run.signal });
  }
};

const isStop = (one: Vectors | Stop): one is Stop => 'code' in one;

/** Vectors of the version before, by the marks of their texts. */
const formerOf = async (making: Making, part: MissingPart): Promise<ReadonlyMap<string, SmallVector>> => {
  const { meaning, sessionId, wanted, run } = making;
  const known = new Map<string, SmallVector>();
  const measure = meaning.measure(sessionId, wanted.key);
  if (measure === null) return known;
  const blocks = meaning.former(sessionId, part, measure);
  const step = (): number => {
    const { value, done } = blocks.next();
    if (done === true) return 0;
    for (const [mark, vector] of value) known.set(mark, vector);
    return 1;
  };
  for await (const _ of inSlices(step, { signal: run.signal, maxSize: 1 })) run.signal.throwIfAborted();
  return known;
};

const isSame = (one: MissingPart, other: MissingPart | null): boolean =>
  one.file === other?.file && one.version === other.version && one.first === other.first;

/** It counts passages that it does not have, or its vectors cannot be written: asked again and again it would only cost. */
const damaged = ({ file }: MissingPart): Stop => ({
  code: 'damaged',
  text: `passages of ${plainText(file)} are missing: add it again`,
});

/** One block: each text once, and only those that no vector is known of. */
const makeBlock = async (
  making: Making,
  session: StoredSession,
  { part, texts, known }: Block,
): Promise<Stop | null> => {
  const { meaning, sessionId, wanted } = making;
  const dimensions = meaning.measure(sessionId, wanted.key)?.dimensions ?? 0;
  const fresh = new Map<string, SmallVector>();
  const unknown = new Map(
    texts.flatMap(({ text, mark }) => (known.has(mark.toString('hex')) ? [] : [[mark.toString('hex'), text] as const])),
  );
  if (unknown.size > 0) {
    const answer = await ask(making, session, 'passage', [...unknown.values()]);
    if (isStop(answer)) return answer;
    if (answer.dimensions !== dimensions)
      return { code: 'another-length', text: anotherLength(answer.dimensions, dimensions) };
    for (const [index, mark] of [...unknown.keys()].entries()) {
      const vector = answer.vectors[index];
      if (vector !== undefined) fresh.set(mark, vector);
    }
  }
  const block = texts.flatMap(({ mark }) => {
    const vector = known.get(mark.toString('hex')) ?? fresh.get(mark.toString('hex'));
    return vector === undefined ? [] : [{ mark, vector }];
  });
  if (meaning.write(sessionId, part, wanted.key, block)) {
    making.made += block.length;
    return null;
  }
  // Another version has come meanwhile, or nothing could be written.
  return isSame(part, meaning.missing(sessionId, wanted.key)) ? damaged(part) : null;
};

/** What all vectors are measured with; null: it is there. */
const makeAnchors = async (making: Making, session: StoredSession): Promise<Stop | null> => {
  const { meaning, sessionId, wanted } = making;
  if ((meaning.measure(sessionId, wanted.key)?.dimensions ?? 0) > 0) return null;
  const answer = await ask(making, session, 'question', anchorQuestions);
  if (isStop(answer)) return answer;
  meaning.beginMeasure(sessionId, wanted.key, answer.vectors);
  return null;
};

/** Makes what is missing; null: nothing is, or the session wants something else by now. */
export const makeMissing = async (making: Making): Promise<Stop | null> => {
  const { meaning, sessionId, wanted, run } = making;
  let known: ReadonlyMap<string, SmallVector> = new Map();
  let knownOf = '';
  for (;;) {
    run.signal.throwIfAborted();
    const session = sessionOf(making);
    if (session === null || !isAsOpened(making, session.config.ai)) return null;
    run.progress({ ...meaning.state(sessionId, wanted.key), step: 'passages' });
    const anchors = await makeAnchors(making, session);
    if (anchors !== null) return anchors;

    const part = meaning.missing(sessionId, wanted.key);
    if (part === null) return null;
    const name = `${part.version} ${part.file}`;
    if (knownOf !== name) {
      known = await formerOf(making, part);
      knownOf = name;
    }
    const texts = meaning.textsOf(sessionId, part, textsPerCall);
    if (texts.length === 0 && isSame(part, meaning.missing(sessionId, wanted.key))) return damaged(part);
    const stop = texts.length === 0 ? null : await makeBlock(making, session, { part, texts, known });
    if (stop !== null) return stop;
  }
};
