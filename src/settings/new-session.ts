import { type AiProviderName, defaultConfig, type SessionConfig } from '../session/session-config.ts';
import type { Settings } from './settings.ts';
import { fleetTimeZone } from './time-zone.ts';

/** What a new session starts with, from the operator's `.env` (the user's old bot has one, too). */
export interface NewSessionDefaults {
  readonly config: SessionConfig;
  readonly instructions: string | null;
}

/** The fleet's zone. A server in a cloud counts in UTC, which is no shop's clock: then the usual one stays. */
const zoneOfNew = (settings: Pick<Settings, 'TZ'>, usual: string): string => {
  const zone = fleetTimeZone(settings);
  const isSet = settings.TZ !== undefined && settings.TZ !== '';
  return isSet || !/^(UTC|GMT|Etc\/.*)$/.test(zone) ? zone : usual;
};

/** `provider`: chosen for this session; else AI_SELECTED. GEMINI_PROMPT is taken wherever an AI can read it. */
export const newSessionDefaults = (
  settings: Pick<Settings, 'AI_SELECTED' | 'GEMINI_PROMPT' | 'TZ'>,
  provider?: AiProviderName,
): NewSessionDefaults => {
  const config = defaultConfig();
  const chosen = provider ?? settings.AI_SELECTED ?? config.ai.provider;
  const prompt = settings.GEMINI_PROMPT?.trim() ?? '';
  const reads = chosen === 'gemini' || chosen === 'openai';
  return {
    config: {
      ...config,
      ai: { ...config.ai, provider: chosen },
      timing: { ...config.timing, timeZone: zoneOfNew(settings, config.timing.timeZone) },
    },
    instructions: reads && prompt !== '' ? prompt : null,
  };
};

/** One line on what to set instead of an assistant of the old bot; null when none is set. The id itself is not repeated. */
export const oldAssistantLine = (settings: Pick<Settings, 'OPENAI_ASSISTANT' | 'AI_SELECTED'>): string | null => {
  if (settings.OPENAI_ASSISTANT === undefined) return null;
  const model = settings.AI_SELECTED === 'gemini' ? '' : ', choose the model with OPENAI_MODEL';
  return `OPENAI_ASSISTANT (asst_…) can no longer be called: OpenAI ended assistants on 26 Aug 2026. Put its instructions into each session with "zap-fleet prompt NAME --edit"${model}, then remove OPENAI_ASSISTANT.`;
};
