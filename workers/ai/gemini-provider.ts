import {
  type Content,
  type EnhancedGenerateContentResponse,
  GoogleGenerativeAI,
  GoogleGenerativeAIFetchError,
  GoogleGenerativeAIResponseError,
  type Part,
} from '@google/generative-ai';
import { z } from 'zod';
import type { Milliseconds } from '../../src/session/units.ts';
import type { AiProvider, AiRequest, AiTextResult, AiUsage } from './ai-provider.ts';
import {
  mediaInstructions,
  mediaMaxTokens,
  plainMimeType,
  summaryInput,
  summaryInstructions,
  summaryItem,
  summaryMaxTokens,
  turnsOf,
} from './prompt-data.ts';
import { type AiFailure, brokenCall, callService, passing, refused } from './service-call.ts';

/** Google's Gemini through `@google/generative-ai`: archived, but the library that was asked for, so it stays in this one file. */

export interface GeminiOptions {
  readonly key: string;
  /** Without path; null: Google itself. */
  readonly baseUrl: string | null;
}

interface Prompt {
  readonly model: string;
  readonly instructions: string;
  readonly contents: Content[];
  readonly maxTokens: number;
  readonly temperature: number | null;
}

const contentsOf = (request: AiRequest): Content[] => {
  const turns = turnsOf([...request.history, { role: 'customer', text: request.text }]);
  const contents = turns.map(({ role, texts }) => ({
    role: role === 'customer' ? 'user' : 'model',
    parts: texts.map((text): Part => ({ text })),
  }));
  if (request.summary !== null) {
    const part: Part = { text: summaryItem(request.summary) };
    if (contents[0]?.role === 'user') contents[0].parts.unshift(part);
    else contents.unshift({ role: 'user', parts: [part] });
  }
  // The first turn must be the user's; an answer without its question tells the model nothing.
  while (contents[0]?.role === 'model') contents.shift();
  return contents;
};

// The service counts thinking apart and charges it as output; the archived library's types do not know it.
const usageSchema = z.object({
  promptTokenCount: z.number().default(0),
  candidatesTokenCount: z.number().default(0),
  thoughtsTokenCount: z.number().default(0),
});

const usageOf = (response: EnhancedGenerateContentResponse): AiUsage | null => {
  const usage = usageSchema.safeParse(response.usageMetadata).data;
  return usage
    ? { inputTokens: usage.promptTokenCount, outputTokens: usage.candidatesTokenCount + usage.thoughtsTokenCount }
    : null;
};

const modelOf = (response: EnhancedGenerateContentResponse, asked: string): string =>
  z.object({ modelVersion: z.string().min(1) }).safeParse(response).data?.modelVersion ?? asked;

const readResponse = (
  response: EnhancedGenerateContentResponse,
  asked: string,
  notes: readonly string[],
): AiTextResult => {
  const usage = usageOf(response);
  const none = (code: string, reason: string): AiTextResult => ({ kind: 'no-answer', code, reason, usage });
  let text: string;
  try {
    text = response.text().trim();
  } catch (error) {
    if (!(error instanceof GoogleGenerativeAIResponseError)) throw error;
    return none('blocked', `Gemini blocked the answer: ${error.message}`);
  }
  const reason: string | undefined = response.candidates?.[0]?.finishReason;
  if (reason === 'MAX_TOKENS')
    return none('cut-short', 'the answer was cut off: raise ai_config.maxTokens or ask for shorter answers');
  if (reason !== undefined && reason !== 'STOP' && reason !== 'FINISH_REASON_UNSPECIFIED')
    return none('blocked', `Gemini stopped: ${reason}`);
  if (text === '') return none('empty', 'Gemini sent an empty answer');
  return {
    kind: 'answer',
    text,
    usage: usage ?? { inputTokens: 0, outputTokens: 0 },
    model: modelOf(response, asked),
    notes,
  };
};

const detailSchema = z.object({
  reason: z.string().optional(),
  retryDelay: z.string().optional(),
  violations: z.array(z.object({ quotaId: z.string().optional() })).optional(),
});

const detailsOf = (error: GoogleGenerativeAIFetchError): readonly z.infer<typeof detailSchema>[] =>
  (error.errorDetails ?? []).flatMap((detail) => detailSchema.safeParse(detail).data ?? []);

/** `retryDelay` of the error's RetryInfo: `37s`, `1.5s`; at most an hour. */
const retryAfterOf = (error: GoogleGenerativeAIFetchError): Milliseconds | null => {
  const delay = detailsOf(error).find((detail) => detail.retryDelay !== undefined)?.retryDelay ?? '';
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1];
  return seconds === undefined ? null : Math.min(3_600_000, Math.round(Number(seconds) * 1000));
};

/**
 * A 429 of the day's quota or of an account without one does not pass by waiting a little. (The words "check your plan and billing"
 * stand in every 429, also in those of the minute.)
 */
const isSpent = (error: GoogleGenerativeAIFetchError): boolean =>
  detailsOf(error).some((detail) => detail.violations?.some((violation) => /PerDay/i.test(violation.quotaId ?? ''))) ||
  /\blimit: 0\b|credits? (?:are|is) depleted/i.test(error.message);

const classify = (error: unknown): AiFailure => {
  if (!(error instanceof GoogleGenerativeAIFetchError) || error.status === undefined) return brokenCall(error);
  const { status, message } = error;
  const wrongKey =
    detailsOf(error).some((detail) => detail.reason === 'API_KEY_INVALID') ||
    /API key (?:not valid|expired|not found)/i.test(message);
  // Google answers 400 to a wrong key.
  if (wrongKey || status === 401)
    return refused('wrong-key', `Gemini refuses the key, check GEMINI_KEY or the session's own key: ${message}`);
  switch (status) {
    case 403:
      return refused('forbidden', `Gemini does not permit this key to use the model: ${message}`);
    case 404:
      return refused('unknown-model', `Gemini does not know the model, check ai_config.model: ${message}`);
    case 408:
    case 409:
    case 499:
      return passing('busy', `Gemini asks to try again: ${message}`, retryAfterOf(error));
    case 429:
      return isSpent(error)
        ? refused('quota', `Gemini's quota is spent, check the plan and billing: ${message}`)
        : passing('rate-limit', `Gemini's rate limit is reached: ${message}`, retryAfterOf(error));
    default:
      if (status < 500) return refused('bad-request', `Gemini refuses the request: ${message}`);
      return passing('service-fault', `Gemini has a fault: ${message}`, retryAfterOf(error));
  }
};

/** For media: a file that the service cannot read is the customer's, not the session's fault. */
const classifyMedia = (error: unknown): AiFailure => {
  const failure = classify(error);
  return failure.code === 'bad-request' && !/model|billing|location/i.test(failure.reason.replace(/models\/\S+/g, ''))
    ? { kind: 'no-answer', code: 'media-unreadable', reason: failure.reason, usage: null }
    : failure;
};

const refusesTemperature = (error: unknown): boolean =>
  error instanceof GoogleGenerativeAIFetchError && error.status === 400 && /\btemperature\b/i.test(error.message);

export const createGeminiProvider = ({ key, baseUrl }: GeminiOptions): AiProvider => {
  const service = new GoogleGenerativeAI(key);
  const base = { secrets: [key], classify };

  const generate = async (prompt: Prompt, signal: AbortSignal): Promise<AiTextResult> => {
    const send = async (temperature: number | null, notes: readonly string[]): Promise<AiTextResult> => {
      const model = service.getGenerativeModel(
        {
          model: prompt.model,
          ...(prompt.instructions.trim() === '' ? {} : { systemInstruction: prompt.instructions }),
          generationConfig: { maxOutputTokens: prompt.maxTokens, ...(temperature === null ? {} : { temperature }) },
        },
        baseUrl === null ? {} : { baseUrl },
      );
      // One stateless call with the whole history: what `startChat` would send, without its own copy of the conversation.
      const { response } = await model.generateContent({ contents: prompt.contents }, { signal });
      return readResponse(response, prompt.model, notes);
    };
    try {
      return await send(prompt.temperature, []);
    } catch (error) {
      if (prompt.temperature === null || !refusesTemperature(error)) throw error;
      return send(null, ['temperature-refused']);
    }
  };

  return {
    name: 'gemini',
    answer: (request, signal) =>
      callService({ ...base, signal, timeoutMs: request.timeoutMs }, (inner) =>
        generate(
          {
            model: request.model,
            instructions: request.instructions,
            contents: contentsOf(request),
            maxTokens: request.maxTokens,
            temperature: request.temperature,
          },
          inner,
        ),
      ),
    summarize: (request, signal) =>
      callService({ ...base, signal, timeoutMs: request.timeoutMs }, (inner) =>
        generate(
          {
            model: request.model,
            instructions: summaryInstructions,
            contents: [{ role: 'user', parts: [{ text: summaryInput(request) }] }],
            maxTokens: summaryMaxTokens,
            temperature: null,
          },
          inner,
        ),
      ),
    describe: (request, signal) =>
      callService({ ...base, classify: classifyMedia, signal, timeoutMs: request.timeoutMs }, (inner) => {
        const bytes = Buffer.from(request.bytes.buffer, request.bytes.byteOffset, request.bytes.byteLength);
        const media: Part = {
          inlineData: { mimeType: plainMimeType(request.mimeType), data: bytes.toString('base64') },
        };
        const caption: Part[] =
          request.caption.trim() === '' ? [] : [{ text: JSON.stringify({ caption: request.caption }) }];
        return generate(
          {
            model: request.model,
            instructions: mediaInstructions(request.kind),
            contents: [{ role: 'user', parts: [...caption, media] }],
            maxTokens: mediaMaxTokens,
            temperature: null,
          },
          inner,
        );
      }),
  };
};
