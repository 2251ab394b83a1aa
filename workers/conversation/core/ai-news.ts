import type { LightCause } from './ai-state.ts';
import type { EngineCore } from './engine-core.ts';
import type { EngineOptions } from './engine-types.ts';

/** Tells host and event log what became of the AI's light. Budgets have an event of their own, and a fault that passes is no news. */
export const createAiNews = (options: EngineOptions, recordEvent: EngineCore['event']) => {
  let wasRefused = false;

  return (light: Parameters<EngineOptions['report']>[0]['ai'], cause: LightCause): void => {
    options.report({ ai: light });

    if (cause === 'refused')
      recordEvent('error', 'ai-refused', `the AI service refuses: ${light.reason ?? 'no reason given'}`, {
        reasonCode: light.code,
        reason: light.reason,
      });
    if (cause === 'answers' && wasRefused) recordEvent('info', 'ai-ok', 'the AI service answers again');
    wasRefused = cause === 'refused' || (wasRefused && cause !== 'answers');
  };
};
