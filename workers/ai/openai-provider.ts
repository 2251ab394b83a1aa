import OpenAI, { toFile } from 'openai';
import type { Milliseconds } from '../../src/session/units.ts';
import type { AiProvider, AiRequest, AiTextResult, AiUsage, MediaRequest, SummaryRequest } from './ai-provider.ts';
import { classifyOpenAiError, classifyOpenAiMediaError, refusesTemperature } from './openai-errors.ts';
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
import { callService, passing } from './service-call.ts';

/** OpenAI's Responses API, stateless: our instructions, our history, nothing kept at the service. The only file that calls it. */

export interface OpenAiOptions {
  readonly key: string;
  /** With `/v1`; null: OpenAI itself. */
  readonly baseUrl: string | null;
  readonly transcriptionModel: string;
}

type Input = OpenAI.Responses.ResponseInput;
type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming;

const ownUrl = 'https://api.openai.com/v1';

const inputOf = (request: AiRequest): Input => {
  const items = [...request.history, { role: 'customer' as const, text: request.text }];
  const turns = turnsOf(items).flatMap(
    ({ role, texts }): Input =>
      texts.map((content) => ({ role: role === 'customer' ? ('user' as const) : ('assistant' as const), content })),
  );
  return request.summary === null ? turns : [{ role: 'user', content: summaryItem(request.summary) }, ...turns];
};

const usageOf = (response: OpenAI.Responses.Response): AiUsage | null =>
  response.usage ? { inputTokens: response.usage.input_tokens, outputTokens: response.usage.output_tokens } : null;

const refusalOf = (response: OpenAI.Responses.Response): string | null => {
  for (const item of response.output) {
    if (item.type !== 'message') continue;
    for (const content of item.content) if (content.type === 'refusal') return content.refusal;
  }
  return null;
};

const passingCodes = ['server_error', 'rate_limit_exceeded', 'vector_store_timeout'];

/** A response that came, as a result: only a complete one with text is an answer. */
const readResponse = (response: OpenAI.Responses.Response, notes: readonly string[]): AiTextResult => {
  // A gateway or a captive portal may answer 200 with something else.
  if (typeof response !== 'object' || response === null || !Array.isArray(response.output))
    return passing('garbled', 'OpenAI sent something that is no response');
  const usage = usageOf(response);
  const none = (code: string, reason: string): AiTextResult => ({ kind: 'no-answer', code, reason, usage });
  if (response.status === 'failed') {
    const { code = 'unknown', message = 'no reason given' } = response.error ?? {};
    return passingCodes.includes(code)
      ? passing('service-fault', `OpenAI failed (${code}): ${message}`)
      : none('failed', `OpenAI failed (${code}): ${message}`);
  }
  const reason = response.incomplete_details?.reason;
  if (reason === 'content_filter') return none('blocked', 'OpenAI blocked the answer');
  if (reason !== undefined)
    return none(
      'cut-short',
      `the answer was cut off (${reason}): raise ai_config.maxTokens or ask for shorter answers`,
    );
  const refusal = refusalOf(response);
  if (refusal !== null) return none('model-refused', `the model refused to answer: ${refusal}`);
  const text = response.output_text?.trim() ?? '';
  if (text === '') return none('empty', 'OpenAI sent an empty answer');
  return { kind: 'answer', text, usage: usage ?? { inputTokens: 0, outputTokens: 0 }, model: response.model, notes };
};

/** Extension by which the transcription endpoint knows the format; WhatsApp's voice notes are Ogg with Opus. */
const extensionOf = (mimeType: string): string =>
  ({
    'audio/mpeg': 'mp3',
    'audio/mp4': 'm4a',
    'audio/aac': 'm4a',
    'audio/wav': 'wav',
    'audio/webm': 'webm',
    'audio/flac': 'flac',
  })[mimeType] ?? 'ogg';

type CreateResponse = (body: Body, signal: AbortSignal, timeout: Milliseconds) => Promise<AiTextResult>;

/** Asks for one response; a model that refuses a temperature is asked again without one, and from then on at once. */
const responseCreator = (client: OpenAI): CreateResponse => {
  const withoutTemperature = new Set<string>();

  return async (body, signal, timeout) => {
    const { temperature, ...rest } = body;
    const send = async (sent: Body, notes: readonly string[]): Promise<AiTextResult> =>
      readResponse(await client.responses.create(sent, { signal, timeout }), notes);
    if (temperature === undefined || temperature === null) return send(rest, []);

    const note = 'temperature-refused';
    if (withoutTemperature.has(String(body.model))) return send(rest, [note]);
    try {
      return await send(body, []);
    } catch (error) {
      if (!refusesTemperature(error)) throw error;
      withoutTemperature.add(String(body.model));
      return send(rest, [note]);
    }
  };
};

const answerBody = (request: AiRequest): Body => ({
  model: request.model,
  input: inputOf(request),
  max_output_tokens: request.maxTokens,
  store: false,
  ...(request.instructions.trim() === '' ? {} : { instructions: request.instructions }),
  ...(request.temperature === null ? {} : { temperature: request.temperature }),
});

const summaryBody = (request: SummaryRequest): Body => ({
  model: request.model,
  instructions: summaryInstructions,
  input: [{ role: 'user', content: summaryInput(request) }],
  max_output_tokens: summaryMaxTokens,
  store: false,
});

const imageBody = (request: MediaRequest): Body => {
  const mimeType = plainMimeType(request.mimeType);
  const { buffer, byteOffset, byteLength } = request.bytes;
  const data = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  const caption =
    request.caption.trim() === ''
      ? []
      : [{ type: 'input_text' as const, text: JSON.stringify({ caption: request.caption }) }];
  const image = {
    type: 'input_image' as const,
    image_url: `data:${mimeType};base64,${data}`,
    detail: 'auto' as const,
  };

  return {
    model: request.model,
    instructions: mediaInstructions('image'),
    input: [{ role: 'user', content: [...caption, image] }],
    max_output_tokens: mediaMaxTokens,
    store: false,
  };
};

const transcribe = async (
  client: OpenAI,
  model: string,
  request: MediaRequest,
  signal: AbortSignal,
): Promise<AiTextResult> => {
  const type = plainMimeType(request.mimeType);
  const file = await toFile(request.bytes, `voice.${extensionOf(type)}`, { type });
  const heard = await client.audio.transcriptions.create(
    { file, model, response_format: 'json' },
    { signal, timeout: request.timeoutMs },
  );
  if (typeof heard?.text !== 'string') return passing('garbled', 'OpenAI sent something that is no transcription');

  const usage =
    heard.usage?.type === 'tokens'
      ? { inputTokens: heard.usage.input_tokens, outputTokens: heard.usage.output_tokens }
      : { inputTokens: 0, outputTokens: 0 };
  const text = heard.text.trim();
  if (text === '') return { kind: 'no-answer', code: 'empty', reason: 'nothing was said in the voice message', usage };
  return { kind: 'answer', text, usage, model, notes: [] };
};

export const createOpenAiProvider = (options: OpenAiOptions): AiProvider => {
  const { key, transcriptionModel } = options;
  // Everything that the library would read from the environment is set here: keys are handed to us, never found.
  const client = new OpenAI({
    apiKey: key,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: options.baseUrl ?? ownUrl,
    // The pipeline retries, with its own record of every try.
    maxRetries: 0,
    logLevel: 'off',
  });
  const create = responseCreator(client);
  const base = { secrets: [key], classify: classifyOpenAiError };

  return {
    name: 'openai',
    answer: (request, signal) =>
      callService({ ...base, signal, timeoutMs: request.timeoutMs }, (inner) =>
        create(answerBody(request), inner, request.timeoutMs),
      ),
    summarize: (request, signal) =>
      callService({ ...base, signal, timeoutMs: request.timeoutMs }, (inner) =>
        create(summaryBody(request), inner, request.timeoutMs),
      ),
    describe: (request, signal) =>
      callService({ ...base, classify: classifyOpenAiMediaError, signal, timeoutMs: request.timeoutMs }, (inner) =>
        request.kind === 'audio'
          ? transcribe(client, transcriptionModel, request, inner)
          : create(imageBody(request), inner, request.timeoutMs),
      ),
  };
};
