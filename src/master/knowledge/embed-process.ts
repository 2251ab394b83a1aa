import { embedScript } from '../../orchestrator/process/entry-scripts.ts';
import { withDeadline } from '../../pace/deadline.ts';
import { type FromEmbed, fromEmbedSchema, type ToEmbed } from '../../protocol/embed.ts';
import type { BilledCall, ModelPrice } from '../../protocol/rehearse.ts';
import { wrongCount } from '../../session/embeddings.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../../session/fleet-error.ts';
import type { AiConfig } from '../../session/session-config.ts';
import { packedCount, type SmallVector, unpackVectors } from '../../session/small-vectors.ts';
import type { Milliseconds } from '../../session/units.ts';
import { startSideProcess } from '../side-process.ts';

/** The process that has vectors made by a session's AI service (workers/embed-worker.ts). */

export interface EmbedRequestOf {
  readonly as: 'passage' | 'question';
  readonly texts: readonly string[];
  readonly timeoutMs: Milliseconds;
}

export type Embedding =
  | {
      readonly kind: 'embedded';
      readonly dimensions: number;
      readonly vectors: readonly SmallVector[];
      readonly calls: readonly BilledCall[];
    }
  | Omit<Extract<FromEmbed, { kind: 'problem' }>, 'row'>;

export interface EmbedProcess {
  readonly price: ModelPrice;
  /** Rejects when the process ends before it has answered. */
  embed(request: EmbedRequestOf): Promise<Embedding>;
  end(): Promise<void>;
}

const startWithin: Milliseconds = 20_000;
/** A call may become several, by halves. */
const callsOfOne = 20;

type Answer = Extract<FromEmbed, { kind: 'embedded' | 'problem' }>;

const garbled = (calls: readonly BilledCall[]): Embedding => ({
  kind: 'problem',
  isPassing: true,
  code: 'garbled',
  reason: wrongCount,
  retryAfterMs: null,
  calls: [...calls],
});

const readAnswer = (answer: Answer, wanted: number): Embedding => {
  if (answer.kind === 'problem') {
    const { row: _, ...problem } = answer;
    return problem;
  }
  const { dimensions, calls } = answer;
  const packed = Buffer.from(answer.vectors, 'base64');
  const count = packedCount(packed.length, dimensions);
  if (count !== wanted) return garbled(calls);
  return { kind: 'embedded', dimensions, vectors: unpackVectors(packed, count, dimensions), calls };
};

/** Rejects with why it cannot begin: `failed`, `timeout`. */
export const startEmbedding = async (
  session: { readonly id: string; readonly ai: AiConfig },
  environment: Readonly<Record<string, string>>,
): Promise<EmbedProcess> => {
  const opening = Promise.withResolvers<ModelPrice>();
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let ended: FleetError | null = null;
  let rows = 0;
  const fail = (error: FleetError): void => {
    ended ??= error;
    opening.reject(ended);
    for (const one of waiting.values()) one.reject(ended);
    waiting.clear();
  };
  const hear = (message: FromEmbed): void => {
    if (message.kind === 'opened') opening.resolve(message.price);
    else if (message.kind === 'failed')
      fail(new FleetError(isFleetErrorCode(message.code) ? message.code : 'failed', message.message));
    else {
      waiting.get(message.row)?.resolve(message);
      waiting.delete(message.row);
    }
  };
  const child = startSideProcess<ToEmbed, FromEmbed>([embedScript()], environment, fromEmbedSchema, {
    onMessage: hear,
    onStranger: () =>
      fail(new FleetError('failed', 'the process that makes vectors speaks another version. Restart the master.')),
    onError: (error) => fail(new FleetError('failed', `no process to make vectors: ${messageOf(error)}`)),
    onExit: (why) => fail(new FleetError('failed', `the process that makes vectors ended: ${why}.`)),
  });
  // Where it never begins nobody may be waiting for it any more.
  opening.promise.catch(() => undefined);

  try {
    child.send({ kind: 'open', sessionId: session.id, ai: session.ai });
    const late = (): Error => new FleetError('timeout', 'the process that makes vectors did not begin. Try again.');
    const price = await withDeadline(opening.promise, startWithin, late);

    return {
      price,
      embed: async ({ as, texts, timeoutMs }) => {
        if (ended !== null) throw ended;
        rows += 1;
        const answered = Promise.withResolvers<Answer>();
        waiting.set(rows, answered);
        child.send({ kind: 'embed', row: rows, as, texts: [...texts], timeoutMs });
        const given = await withDeadline(
          answered.promise,
          timeoutMs * callsOfOne,
          () => new FleetError('timeout', 'the process that makes vectors does not answer any more.'),
        );
        return readAnswer(given, texts.length);
      },
      end: () => {
        fail(new FleetError('unavailable', 'no more vectors are made.'));
        return child.end();
      },
    };
  } catch (error) {
    await child.end();
    throw error;
  }
};
