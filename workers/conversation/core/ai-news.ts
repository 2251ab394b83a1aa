import type { LightCause } from './ai-state.ts';
import type { EngineCore } from './engine-core.ts';
import type { EngineOptions } from './engine-types.ts';

/** Tells host and event log what became of the AI's light. Budgets have an event of their own, and a fault that passes soon is no news. */
export const createAiNews = (options: EngineOptions, recordEvent: EngineCore['event']) => {
  /** The refusal that was told last; null while the service answers. */
  let refusal: string | null = null;

  return (light: Parameters<EngineOptions['report']>[0]['ai'], cause: LightCause): void => {
    options.report({ ai: light });

    // Asked again and refused again, only the moment of the next try is new.
    const told = `${light.code} ${light.reason}`;
    if (cause === 'refused' && refusal !== told)
      recordEvent('error', 'ai-refused', `the AI service refuses: ${light.reason ?? 'no reason given'}`, {
        reasonCode: light.code,
        reason: light.reason,
      });
    if (cause === 'fault' && light.until !== undefined) {
      const minutes = Math.ceil((light.until - options.clock.now()) / 60_000);
      recordEvent(
        'warn',
        'ai-waits',
        `the AI service asks to wait ${minutes} min: ${light.reason ?? 'no reason given'}`,
        {
          minutes,
          until: light.until,
          reasonCode: light.code,
          reason: light.reason,
        },
      );
    }
    if (cause === 'answers' && refusal !== null) recordEvent('info', 'ai-ok', 'the AI service answers again');
    if (cause === 'refused') refusal = told;
    if (cause === 'answers') refusal = null;
  };
};
