import type { Backoff } from '../../pace/backoff.ts';
import { inSlices } from '../../pace/slices.ts';
import { type EmbeddingModel, embeddingModelOf } from '../../session/embeddings.ts';
import { messageOf } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { createMeaningStore } from '../../store/knowledge/meaning-store.ts';
import type { StoredSession } from '../../store/session-store.ts';
import type { JobKind, JobRun } from '../jobs/job-kind.ts';
import { sideEnvironment } from '../worker-environment.ts';
import { type EmbedProcess, startEmbedding } from './embed-process.ts';
import { type Making, type MeaningParts, makeMissing, type Stop } from './make-vectors.ts';

/** Vectors of a session's passages as a job, over any number of masters; what keeps them is told once, in words. */

/** The blocks of a session's vectors are large: so many are erased in one slice at most. */
const mostErased = 50;
const usualPace: Backoff = { firstMs: 2000, maxMs: 30_000, jitter: 0.5 };

export const createMeaningJob = (
  parts: MeaningParts,
  start: typeof startEmbedding = startEmbedding,
  pace: Backoff = usualPace,
): JobKind => {
  const { book, store, now } = parts;
  const meaning = createMeaningStore(store.database);

  /** Told once: again only when it was over meanwhile, or a person changed something and it is not. */
  const tell = (sessionId: string, wanted: EmbeddingModel, stop: Stop): void => {
    const session = book.byId(sessionId);
    if (session === null) return;
    const { revision } = session.stored;
    const before = meaning.measure(sessionId, wanted.key)?.problem ?? null;
    const reason = plainText(stop.text);
    meaning.setProblem(sessionId, wanted.key, { code: stop.code, text: reason, at: now(), revision });
    if (before !== null && before.revision === revision) return;
    const { done, total } = meaning.state(sessionId, wanted.key);
    book.record(session, {
      level: 'warn',
      kind: 'meaning-waits',
      text: `its files are not all found by meaning (${done} of ${total} passages): ${reason}. They are found by words; it is tried again by itself`,
      actor: 'master',
      evidence: { reason, code: stop.code, done, total },
    });
  };
  const tellMade = (making: Making): void => {
    const { sessionId, wanted, made, costUsd } = making;
    const session = book.byId(sessionId);
    if (session === null || made === 0) return;
    book.record(session, {
      level: 'info',
      kind: 'meaning-made',
      text: `its files are found by meaning, too: vectors of ${made} passages (${wanted.model}, $${costUsd.toFixed(4)})`,
      actor: 'master',
      evidence: { passages: made, model: wanted.model, cost: costUsd.toFixed(4) },
    });
  };

  /** Measured over what is there now, in slices. */
  const measureAgain = async (sessionId: string, key: string, signal: AbortSignal): Promise<void> => {
    const blocks = meaning.measureAgain(sessionId, key);
    const step = (): number => (blocks.next().done === true ? 0 : 1);
    for await (const _ of inSlices(step, { signal, maxSize: 1 })) signal.throwIfAborted();
  };

  const makeWith = async (run: JobRun, session: StoredSession, wanted: EmbeddingModel): Promise<void> => {
    const { id, config } = session;
    let child: EmbedProcess | null = null;
    const end = (): void => void child?.end().catch(() => undefined);
    run.signal.addEventListener('abort', end, { once: true });
    try {
      child = await start({ id, ai: config.ai }, sideEnvironment(parts.config, parts.paths));
      run.signal.throwIfAborted();
      const making = { parts, run, meaning, wanted, ai: config.ai, child, sessionId: id, pace, made: 0, costUsd: 0 };
      const stop = await makeMissing(making);
      if (stop !== null) tell(id, wanted, stop);
      else if (meaning.missing(id, wanted.key) === null) {
        await measureAgain(id, wanted.key, run.signal);
        meaning.setProblem(id, wanted.key, null);
        tellMade(making);
      }
    } catch (error) {
      // The next master goes on.
      if (run.signal.aborted) throw error;
      tell(id, wanted, { code: 'process', text: messageOf(error) });
    } finally {
      run.signal.removeEventListener('abort', end);
      await child?.end();
    }
  };

  return {
    kind: 'vectors',
    lane: 'vectors',
    insists: false,
    run: async (run) => {
      const id = String(run.job.args['sessionId']);
      const session = book.byId(id)?.stored ?? null;
      const wanted = session === null ? null : embeddingModelOf(session.config.ai);
      const kept = run.job.args['erases'] === true ? null : (wanted?.key ?? null);
      const erase = (atMost: number): number => meaning.eraseOthers(id, kept, atMost);
      for await (const _ of inSlices(erase, { signal: run.signal, maxSize: mostErased })) run.signal.throwIfAborted();
      if (session !== null && wanted !== null && meaning.missing(id, wanted.key) !== null)
        await makeWith(run, session, wanted);
      return {};
    },
  };
};
