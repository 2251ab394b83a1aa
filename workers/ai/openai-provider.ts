import type { AiConfig } from '../../src/session/session-config.ts';
import type { AiProvider, AiTextResult } from './ai-provider.ts';
import { askOpenAi, type OpenAiAccess, openAiClient } from './openai-asking.ts';
import { classifyOpenAiError, classifyOpenAiMediaError } from './openai-errors.ts';
import { describeMedium } from './openai-media.ts';
import { answerPrompt, summaryPrompt } from './openai-prompt.ts';
import { withoutTool } from './reading.ts';
import { callService } from './service-call.ts';
import { ofVectors } from './service-faults.ts';
import { factsOf, type ServiceMemory } from './service-memory.ts';
import type { ServicePlace } from './service-place.ts';

/** OpenAI and every service that speaks like it. The files `openai-*` are the only ones that know its library. */

export interface OpenAiOptions {
  /** Null: none is sent, as for a service of one's own. */
  readonly key: string | null;
  readonly place: ServicePlace;
  readonly api: AiConfig['api'];
  readonly transcriptionModel: string;
  readonly memory: ServiceMemory;
}

const apiWords = { responses: 'responses', chat: 'chat completions' } as const;

export const createOpenAiProvider = (options: OpenAiOptions): AiProvider => {
  const { key, place, api, memory, transcriptionModel } = options;
  const access: OpenAiAccess = { client: openAiClient(place, key), place, api, memory };
  const base = { secrets: key === null ? [] : [key], classify: (error: unknown) => classifyOpenAiError(error, place) };

  return {
    name: 'openai',
    spoken: () => {
      const found = factsOf(memory, place.address).api;
      return found === null ? null : apiWords[found];
    },
    answer: (request, signal) => {
      const { timeoutMs } = request;
      return callService({ ...base, signal, timeoutMs }, (inner, book) =>
        askOpenAi(access, answerPrompt(request), { signal: inner, timeoutMs, book }),
      );
    },
    summarize: (request, signal) => {
      const { timeoutMs } = request;
      return callService(
        { ...base, signal, timeoutMs },
        async (inner, book): Promise<AiTextResult> =>
          withoutTool(await askOpenAi(access, summaryPrompt(request), { signal: inner, timeoutMs, book })),
      );
    },
    describe: (request, signal) => {
      const { timeoutMs } = request;
      const classify = (error: unknown) => classifyOpenAiMediaError(error, place);
      return callService({ ...base, classify, signal, timeoutMs }, (inner, book) =>
        describeMedium(access, transcriptionModel, request, { signal: inner, timeoutMs, book }),
      );
    },
    speak: (request, signal) => {
      const { timeoutMs } = request;
      return callService({ ...base, signal, timeoutMs }, async (inner, book) =>
        (await import('./openai-speech.ts')).speakWith(access, request, { signal: inner, timeoutMs, book }),
      );
    },
    embed: (request, signal) => {
      const { timeoutMs, model } = request;
      const classify = (error: unknown) => ofVectors(classifyOpenAiError(error, place), model, place);
      return callService({ ...base, classify, signal, timeoutMs }, async (inner, book) =>
        (await import('./openai-embeddings.ts')).embedWith(access, request, { signal: inner, timeoutMs, book }),
      );
    },
  };
};
