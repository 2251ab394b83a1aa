import { type TryLine, type TryStep, type TryStepName, type TryView, tryStepNames } from '../../src/protocol/try.ts';
import { plainLines } from '../../src/session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../../src/session/units.ts';
import type { TalkShow } from './try-talk.ts';

/** What a test shows, made step by step while an answer comes about. */
export interface TryViewMaker {
  readonly show: TalkShow;
  view(): TryView;
  /** A line of the customer. */
  said(text: string): void;
  /** A turn begins with a line that came then: its steps begin anew. */
  begun(at: EpochMs): void;
  collecting(until: EpochMs | null): void;
  /** Everything that belongs together is there: `messages` lines since `firstAt`. */
  collected(messages: number, firstAt: EpochMs): void;
  /** The turn has ended, with an answer or without. */
  ended(): void;
}

const shownLines = 200;

const plain = (text: string): string => plainLines(text).join('\n');

const halfOf = (times: readonly Milliseconds[]): Milliseconds | null =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length / 2) - 1] ?? null;

type Start = Pick<TryView, 'sessionName' | 'provider' | 'model' | 'instructions'>;

/** `changed` is told after every change, and only of the newest view. */
export const createTryView = (options: {
  readonly start: Start;
  readonly knows: () => NonNullable<TryView['knew']>;
  readonly now: () => EpochMs;
  readonly changed: () => void;
}): TryViewMaker => {
  const { now } = options;
  let view: TryView = {
    ...options.start,
    revision: 1,
    conversation: [],
    steps: [],
    collectsUntil: null,
    knew: null,
    totals: { answers: 0, costUsd: 0, halfMs: null },
    done: true,
  };
  let firstAt: EpochMs = 0;
  let stepAt: EpochMs = 0;
  const times: Milliseconds[] = [];

  const change = (changes: Partial<TryView>): void => {
    view = { ...view, ...changes, revision: view.revision + 1 };
    options.changed();
  };
  const stepsWith = (name: TryStepName, changes: Partial<TryStep>): readonly TryStep[] =>
    view.steps.map((step) => (step.name === name ? { ...step, ...changes } : step));
  const setStep = (name: TryStepName, changes: Partial<TryStep>): void => change({ steps: stepsWith(name, changes) });
  const withLine = (line: TryLine): readonly TryLine[] => [...view.conversation, line].slice(-shownLines);

  const show: TalkShow = {
    note: (text) => change({ conversation: withLine({ from: 'note', text: plain(text), at: now() }) }),
    open: (isOpen) => setStep('open', { state: 'done', isOpen }),
    asking: () => setStep('asked', { state: 'runs' }),
    asked: (took, cost) => {
      const { totals } = view;
      change({
        totals: { ...totals, costUsd: cost.sumUsd },
        steps: stepsWith('asked', {
          state: 'done',
          ms: Math.round(took),
          tokens: { input: cost.inputTokens, output: cost.outputTokens },
        }),
      });
    },
    failed: (reason, took, cost) =>
      change({
        totals: { ...view.totals, costUsd: cost?.sumUsd ?? view.totals.costUsd },
        steps: stepsWith('asked', { state: 'failed', ms: Math.round(took), reason }),
      }),
    filtered: (removed) => setStep('filtered', { state: 'done', removed: [...removed] }),
    split: (parts) => {
      stepAt = now();
      const letters = parts.reduce((sum, { text }) => sum + [...text].length, 0);
      change({
        steps: stepsWith('split', { state: 'done', parts: parts.length }).map((step) =>
          step.name === 'typed' ? { ...step, state: 'runs', letters } : step,
        ),
      });
    },
    typing: () => undefined,
    said: ({ text }) => change({ conversation: withLine({ from: 'bot', text: plain(text), at: now() }) }),
    ended: ({ cost, notes }) => {
      const tookMs = now() - firstAt;
      times.push(tookMs);
      const lines = view.conversation.map((line, index) =>
        index === view.conversation.length - 1 && line.from === 'bot' ? { ...line, tookMs, costUsd: cost.usd } : line,
      );
      change({
        conversation: lines,
        steps: stepsWith('typed', { state: 'done', ms: now() - stepAt }),
        totals: { ...view.totals, answers: view.totals.answers + 1, halfMs: halfOf(times) },
      });
      for (const note of notes.filter((each) => !each.startsWith('taken out: '))) show.note(note);
    },
    handedOver: ({ reason, summary }) => {
      show.note(
        `the AI asks for a person: ${reason}. The chat would pause, the customer be told, and the owner get the summary:`,
      );
      if (summary !== '') show.note(summary);
    },
  };

  return {
    show,
    view: () => view,
    said: (text) => change({ conversation: withLine({ from: 'customer', text: plain(text), at: now() }), done: false }),
    begun: (at) =>
      change({
        steps: tryStepNames.map((name): TryStep => {
          if (name === 'stored') return { name, state: 'done', ms: null, at };
          return { name, state: name === 'collected' ? 'runs' : 'ahead', ms: null };
        }),
      }),
    collecting: (until) => change({ collectsUntil: until }),
    collected: (messages, since) => {
      firstAt = since;
      change({
        collectsUntil: null,
        knew: options.knows(),
        steps: stepsWith('collected', { state: 'done', ms: now() - since, messages }),
      });
    },
    ended: () => change({ done: true }),
  };
};
