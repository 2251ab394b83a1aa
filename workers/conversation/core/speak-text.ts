import type { SpeechResult } from '../../ai/ai-provider.ts';
import { bookUsage } from './book-usage.ts';
import type { EngineCore } from './engine-core.ts';
import { budgetNow, budgetWords } from './holds.ts';

/** A text said aloud by the session's AI service, within its deadline and its budget. Loaded where a session speaks. */

const speechMs = 30_000;

export type Speech =
  | { readonly kind: 'spoken'; readonly bytes: Uint8Array; readonly voice: string }
  /** `reason`: one line for the operator. */
  | { readonly kind: 'not'; readonly reason: string };

const ask = async (core: EngineCore, text: string, voice: string): Promise<SpeechResult> => {
  const { speak } = core.ai.provider(core.current());
  if (speak === undefined)
    return { kind: 'no-answer', code: 'unsupported', reason: 'this AI service does not speak', usage: null };
  return core.ai.ask<SpeechResult>(speechMs, (signal) => speak({ text, voice, timeoutMs: speechMs }, signal));
};

export const speakText = async (core: EngineCore, conversationId: number, text: string): Promise<Speech> => {
  const budget = budgetNow(core);
  if (budget.kind === 'hold') return { kind: 'not', reason: budgetWords(budget.warning) };

  const voice = core.current().config.ai.voiceName;
  const said = await ask(core, text, voice);
  if (said.kind !== 'answer') return { kind: 'not', reason: said.reason };
  core.store.database.transaction(() => bookUsage(core, conversationId, said.model, said.usage));
  return { kind: 'spoken', bytes: said.bytes, voice };
};
