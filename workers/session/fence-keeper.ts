import { randomUUID } from 'node:crypto';
import { type Fence, type FenceClocks, leftOf } from '../../src/session/fence.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import { isOver, type SendRight } from '../whatsapp/send-right.ts';

/**
 * The right to run here, as the master handed it down: kept by this process' own clocks, so that it ends with or without a master. One that
 * was never handed down limits nothing.
 */
export interface FenceKeeper extends SendRight {
  /** Null: nothing limits it any more. One of an older epoch is refused. */
  move(fence: Fence | null, confirms: string | null): void;
  /** Tells when it is over, once. */
  begin(): void;
  close(): void;
}

const lookEvery: Milliseconds = 250;
/** The master asks Supabase meanwhile, which it gives 8 s. */
const confirmWithin: Milliseconds = 12_000;

export const createFenceKeeper = (options: {
  readonly first: Fence | null;
  readonly clocks: FenceClocks;
  readonly onOver: () => void;
  /** Asks the master whether the login may be taken back. */
  readonly ask: (question: string) => void;
}): FenceKeeper => {
  const { clocks } = options;
  let fence = options.first;
  let timer: NodeJS.Timeout | undefined;
  const questions = new Map<string, (isOurs: boolean) => void>();

  const left = (): Milliseconds | null => (fence === null ? null : leftOf(fence, clocks));
  const close = (): void => {
    clearInterval(timer);
    for (const answer of questions.values()) answer(false);
  };

  return {
    left,
    move: (next, confirms) => {
      if (next !== null && fence !== null && next.epoch < fence.epoch) return;
      fence = next;
      if (confirms !== null && !isOver({ left })) questions.get(confirms)?.(true);
    },
    begin: () => {
      timer = setInterval(() => {
        if (!isOver({ left })) return;
        close();
        options.onOver();
      }, lookEvery);
    },
    close,
    confirm: () => {
      if (fence === null) return Promise.resolve(true);

      const question = randomUUID();
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const late = setTimeout(() => resolve(false), confirmWithin);
      questions.set(question, resolve);
      options.ask(question);
      return promise.finally(() => {
        clearTimeout(late);
        questions.delete(question);
      });
    },
  };
};
