import type { TryState } from '../../../src/protocol/try.ts';
import { now, seconds } from './fake-fleet.ts';

/** A bot that is tried: what is written is collected until `tryAnswer`, and answered with the same words. */
export const tryAnswers = () => {
  let state: TryState = {
    tryId: 'try-1',
    revision: 1,
    sessionName: 'padaria-joao',
    provider: 'openai',
    model: 'gpt-5.6-luna',
    instructions: { version: 7, words: 412 },
    conversation: [],
    steps: [],
    collectsUntil: null,
    knew: null,
    totals: { answers: 0, costUsd: 0, halfMs: null },
    done: true,
  };
  const change = (patch: Partial<TryState>): TryState => {
    state = { ...state, ...patch, revision: state.revision + 1 };
    return state;
  };
  return {
    tryStart: ({ name }: { name: string }) =>
      change({ sessionName: name, conversation: [], steps: [], collectsUntil: null, done: true }),
    trySay: ({ text }: { text: string }) =>
      change({
        conversation: [...state.conversation, { from: 'customer', text, at: now }],
        steps: [{ name: 'stored', state: 'done', ms: null, at: now }],
        collectsUntil: now + seconds(9),
        done: false,
      }),
    tryAnswer: () =>
      change({
        conversation: [
          ...state.conversation,
          { from: 'bot', text: 'Aos domingos fechamos.', at: now, tookMs: 18_000, costUsd: 0.0027 },
        ],
        steps: [
          { name: 'collected', state: 'done', ms: 12_000, messages: 2 },
          { name: 'asked', state: 'done', ms: 4100, tokens: { input: 1840, output: 62 } },
        ],
        collectsUntil: null,
        totals: { answers: 1, costUsd: 0.0027, halfMs: 18_000 },
        done: true,
      }),
    tryState: () => state,
    tryEnd: () => ({ ended: true }),
  };
};
