import type { TimingConfig } from '../../src/session/session-config.ts';
import type { EpochMs } from '../../src/session/units.ts';
import type { Talk } from './try-talk.ts';
import type { TryViewMaker } from './try-view.ts';

/** Collects what the customer writes as quiet time does, and answers it, one turn after the other. */
export interface TryConversation {
  say(text: string): void;
  /** Answers what was collected now. */
  answerNow(): void;
  close(): void;
}

export const createTryConversation = (options: {
  readonly timing: Pick<TimingConfig, 'quietMs' | 'maxWaitMs' | 'maxMessages'>;
  readonly talk: Pick<Talk, 'turn'>;
  readonly view: TryViewMaker;
  readonly now: () => EpochMs;
  readonly onProblem: (error: unknown) => void;
}): TryConversation => {
  const { timing, talk, view, now } = options;
  const lines: string[] = [];
  let firstAt: EpochMs = 0;
  let lastAt: EpochMs = 0;
  let timer: NodeJS.Timeout | null = null;
  let answering = false;
  let closed = false;

  const answer = async (): Promise<void> => {
    const taken = lines.splice(0, timing.maxMessages);
    view.collected(taken.length, firstAt);
    firstAt = now();
    await talk.turn(taken.join('\n'));
  };

  const schedule = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (closed || answering || lines.length === 0) return;

    const until =
      lines.length >= timing.maxMessages ? now() : Math.min(lastAt + timing.quietMs, firstAt + timing.maxWaitMs);
    view.collecting(until);
    timer = setTimeout(() => void run(), Math.max(0, until - now()));
  };

  const run = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (closed || answering || lines.length === 0) return;

    answering = true;
    try {
      await answer();
    } catch (error) {
      if (!closed) options.onProblem(error);
    } finally {
      answering = false;
      if (lines.length === 0) view.ended();
      else view.begun(firstAt);
    }
    schedule();
  };

  return {
    say: (text) => {
      const at = now();
      lastAt = at;
      if (lines.length === 0) firstAt = at;
      lines.push(text);
      view.said(text);
      if (lines.length === 1 && !answering) view.begun(at);
      schedule();
    },
    answerNow: () => void run(),
    close: () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
};
