import type { TurnRecord } from '../../../src/session/records.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import { turnWords } from '../../../src/words/turn-words.ts';
import { minutes, now } from './fake-fleet.ts';

/** One answer of a bot, step by step. */

const steps: readonly TurnStep[] = [
  { at: now - minutes(5), step: 'joined', values: { messages: 2, waitedMs: 15_000, because: 'quiet' } },
  { at: now - minutes(5), step: 'history', values: { messages: 12, summary: false } },
  {
    at: now - minutes(5),
    step: 'asked',
    values: { provider: 'openai', model: 'gpt-5.6-luna', instructions: 3 },
  },
  { at: now - minutes(4), step: 'answered', values: { tookMs: 2400, inputTokens: 812, outputTokens: 11 } },
  { at: now - minutes(4), step: 'part-sent', values: { part: 1, afterCrash: false } },
];

export const exampleTurn = (name: string): TurnRecord => ({
  turnId: 7,
  sessionName: name,
  chatId: '5511912345678@c.us',
  startedAt: now - minutes(5),
  finishedAt: now - minutes(4),
  outcome: 'answered',
  reasonCode: null,
  reason: null,
  messageIds: ['m1'],
  joinedText: 'Vocês abrem amanhã?',
  instructionsVersion: 3,
  provider: 'openai',
  model: 'gpt-5.6-luna',
  parameters: {},
  historyMessages: 12,
  historyHash: 'aa',
  rawAnswer: 'Sim, abrimos às 8h.',
  filtered: null,
  parts: ['Sim, abrimos às 8h.'],
  inputTokens: 812,
  outputTokens: 11,
  costUsd: 0.0021,
  timing: {},
  who: 'Ana',
  steps,
  words: turnWords({ who: 'Ana', outcome: 'answered', reason: null, costUsd: 0.0021, steps }),
});
