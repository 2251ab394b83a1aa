import type { AiProviderName } from './session-config.ts';

/** The model of a session that names none, in a fleet that names none: each service's cheap current one on 2026-11-22. */
export const defaultModels: Readonly<Record<AiProviderName, string>> = {
  openai: 'gpt-5.6-luna',
  gemini: 'gemini-3.5-flash-lite',
  webhook: 'webhook',
  echo: 'echo',
  none: 'none',
};

/** The same in this fleet, where OPENAI_MODEL and GEMINI_MODEL may name others. */
export const fleetModels = (settings: {
  readonly OPENAI_MODEL?: string | undefined;
  readonly GEMINI_MODEL?: string | undefined;
}): Readonly<Record<AiProviderName, string>> => ({
  ...defaultModels,
  openai: settings.OPENAI_MODEL ?? defaultModels.openai,
  gemini: settings.GEMINI_MODEL ?? defaultModels.gemini,
});
