import { withDeadline } from '../pace/deadline.ts';
import type { FleetMethod } from '../protocol/fleet-api.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';

/** Requests that wait for their answer, by number. */
export interface OpenQuestions {
  nextId(): number;
  /** Resolves with the result that comes under this number; rejects with its failure, when it is lost, or after its time. */
  ask(id: number, method: FleetMethod): Promise<unknown>;
  answer(id: number, result: unknown): void;
  fail(id: number, error: FleetError): void;
  failAll(reason: string): void;
}

/** Longer than every deadline inside the master; a lost master ends requests at once. */
const answerWithin: Milliseconds = 240_000;
/** These copy a whole fleet, one session after the other, or erase a long history in slices; how far they are is seen meanwhile. */
const long: ReadonlySet<FleetMethod> = new Set(['backup', 'storePush', 'storePull', 'storeAdopt', 'delete', 'purge']);
const longWithin: Milliseconds = 3_600_000;

interface Question {
  readonly done: (value: unknown) => void;
  readonly fail: (error: FleetError) => void;
}

export const createOpenQuestions = (): OpenQuestions => {
  const questions = new Map<number, Question>();
  let lastId = 0;

  const take = (id: number): Question | undefined => {
    const question = questions.get(id);
    questions.delete(id);
    return question;
  };

  return {
    nextId: () => {
      lastId += 1;
      return lastId;
    },
    ask: async (id, method) => {
      const answer = new Promise<unknown>((done, fail) => questions.set(id, { done, fail }));
      const within = long.has(method) ? longWithin : answerWithin;
      const late = `the master did not answer "${method}" within ${within / 1000} s. See: zap-fleet doctor`;
      try {
        return await withDeadline(answer, within, () => new FleetError('timeout', late));
      } finally {
        questions.delete(id);
      }
    },
    answer: (id, result) => take(id)?.done(result),
    fail: (id, error) => take(id)?.fail(error),
    failAll: (reason) => {
      for (const id of [...questions.keys()]) take(id)?.fail(new FleetError('unavailable', reason));
    },
  };
};
