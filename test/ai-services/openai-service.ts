import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { startHttpService, type WireFormat } from './http-service.ts';
import { type ChatRequest, chatRequestSchema, playChat } from './openai-chat.ts';
import { embeddingSchema, playEmbeddings } from './openai-embeddings.ts';
import { playCommon, refusesField, sendError, sendFieldRefused } from './openai-errors.ts';
import {
  type AiService,
  countTokens,
  headersOf,
  type RecordedRequest,
  type Step,
  sendHalf,
  sendJson,
} from './script.ts';

/**
 * OpenAI's `POST /v1/responses`, `POST /v1/chat/completions`, `POST /v1/embeddings` and `POST /v1/audio/transcriptions`, as its API reference describes them;
 * `serve` leaves some of them out, as the services that speak like OpenAI do.
 */

const contentSchema = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]);
const requestSchema = z.looseObject({
  model: z.string(),
  temperature: z.number().optional(),
  max_output_tokens: z.number().int().min(16).optional(),
  instructions: z.string().optional(),
  store: z.boolean().optional(),
  reasoning: z.strictObject({ effort: z.enum(['none', 'minimal', 'low', 'medium', 'high']) }).optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        name: z.string(),
        description: z.string(),
        parameters: z.looseObject({ type: z.literal('object') }),
        strict: z.boolean(),
      }),
    )
    .optional(),
  tool_choice: z.literal('none').optional(),
  input: z.array(
    z.union([
      z.looseObject({ role: z.enum(['user', 'assistant', 'system', 'developer']), content: contentSchema }),
      // Without ids: with `store: false` the service knows none.
      z.strictObject({
        type: z.literal('function_call'),
        call_id: z.string(),
        name: z.string(),
        arguments: z.string(),
      }),
      z.strictObject({ type: z.literal('function_call_output'), call_id: z.string(), output: z.string() }),
    ]),
  ),
});
type ResponsesRequest = z.infer<typeof requestSchema>;

let serial = 0;
const newId = (prefix: string): string => {
  serial += 1;
  return `${prefix}_${serial.toString(16).padStart(24, '0')}`;
};

const textOf = (content: z.infer<typeof contentSchema>): string =>
  typeof content === 'string' ? content : content.map((part) => part.text ?? `[${part.type}]`).join(' ');

const lastUserText = (request: ResponsesRequest): string => {
  const last = request.input.findLast((item) => 'role' in item && item.role === 'user');
  return last !== undefined && 'content' in last ? textOf(last.content) : '';
};

const responseOf = (
  request: ResponsesRequest,
  content: readonly unknown[],
  extra: Readonly<Record<string, unknown>> = {},
) => ({
  id: newId('resp'),
  object: 'response',
  created_at: Math.floor(Date.now() / 1000),
  status: 'completed',
  background: false,
  error: null,
  incomplete_details: null,
  instructions: request.instructions ?? null,
  max_output_tokens: request.max_output_tokens ?? null,
  // The service answers with the dated name of the model.
  model: `${request.model}-2026-07-09`,
  output: [
    { id: newId('rs'), type: 'reasoning', summary: [] },
    ...(content.length > 0
      ? [{ id: newId('msg'), type: 'message', status: 'completed', role: 'assistant', content }]
      : []),
  ],
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: 'medium', summary: null },
  store: request.store ?? true,
  temperature: request.temperature ?? 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
  usage: {
    input_tokens: countTokens([request.instructions, request.input]),
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: countTokens(content),
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: countTokens([request.instructions, request.input]) + countTokens(content),
  },
  user: null,
  metadata: {},
  ...extra,
});

const outputText = (text: string) => ({ type: 'output_text', annotations: [], logprobs: [], text });

const functionCall = (name: string, args: string) => ({
  id: newId('fc'),
  type: 'function_call',
  call_id: newId('call'),
  status: 'completed',
  name,
  arguments: args,
});

const playResponses = (step: Step, request: ResponsesRequest, response: ServerResponse): ServerResponse => {
  const say = (text: string): ServerResponse => sendJson(response, 200, responseOf(request, [outputText(text)]));
  switch (step.kind) {
    case 'answer':
      if (step.thought !== undefined)
        return sendJson(
          response,
          200,
          responseOf(request, [outputText(step.text ?? '')], { reasoning: { summary: step.thought } }),
        );
      return say(step.text ?? `echo: ${lastUserText(request)}`);
    case 'tool': {
      const body = responseOf(request, step.text === undefined ? [] : [outputText(step.text)]);
      return sendJson(response, 200, { ...body, output: [...body.output, functionCall(step.name, step.arguments)] });
    }
    case 'malformed-call': {
      const body = responseOf(request, []);
      return sendJson(response, 200, {
        ...body,
        output: [...body.output, functionCall('ask_for_a_person', '{"reason": "wants a per')],
      });
    }
    case 'thinking':
      return sendJson(
        response,
        200,
        responseOf(request, [], {
          status: 'incomplete',
          incomplete_details: { reason: 'max_output_tokens' },
          usage: {
            input_tokens: 11,
            output_tokens: step.tokens,
            output_tokens_details: { reasoning_tokens: step.tokens },
            total_tokens: 11 + step.tokens,
          },
        }),
      );
    case 'no-field':
      return refusesField(step, request) ? sendFieldRefused(response, step) : say(step.text ?? 'ok');
    case 'no-temperature':
      if (request.temperature === undefined) return say(step.text ?? 'no temperature');
      return sendError(response, {
        kind: 'error',
        status: 400,
        param: 'temperature',
        message: "Unsupported parameter: 'temperature' is not supported with this model.",
      });
    case 'empty':
      return sendJson(response, 200, responseOf(request, [outputText('')]));
    case 'blocked':
      return step.what === 'prompt'
        ? sendError(response, {
            kind: 'error',
            status: 400,
            code: 'content_policy_violation',
            message: 'Your request was rejected by the safety system.',
          })
        : sendJson(
            response,
            200,
            responseOf(request, [outputText('Half an ans')], {
              status: 'incomplete',
              incomplete_details: { reason: 'content_filter' },
            }),
          );
    case 'refusal':
      return sendJson(response, 200, responseOf(request, [{ type: 'refusal', refusal: step.text }]));
    case 'cut-short':
      return sendJson(
        response,
        200,
        responseOf(request, [outputText(step.text)], {
          status: 'incomplete',
          incomplete_details: { reason: 'max_output_tokens' },
        }),
      );
    case 'failed':
      return sendJson(
        response,
        200,
        responseOf(request, [], { status: 'failed', error: { code: step.code, message: 'The model failed.' } }),
      );
    case 'stall':
    case 'cut':
      return sendHalf(response, responseOf(request, [outputText('never seen whole')]), step.kind === 'cut');
    default:
      return playCommon(step, response);
  }
};

const playTranscription = (step: Step, recorded: RecordedRequest, response: ServerResponse): ServerResponse => {
  const usage = {
    type: 'tokens',
    input_tokens: 40,
    input_token_details: { text_tokens: 0, audio_tokens: 40 },
    output_tokens: 9,
    total_tokens: 49,
  };
  switch (step.kind) {
    case 'answer':
      return sendJson(response, 200, { text: step.text ?? `heard ${JSON.stringify(recorded.body)}`, usage });
    case 'empty':
      return sendJson(response, 200, { text: '', usage });
    case 'stall':
    case 'cut':
      return sendHalf(response, { text: 'never heard whole', usage }, step.kind === 'cut');
    default:
      return playCommon(step, response);
  }
};

const speechSchema = z.strictObject({
  model: z.string(),
  voice: z.string(),
  input: z.string().min(1).max(4096),
  response_format: z.literal('opus'),
});

/** Ogg with Opus, as far as a reader of its length looks: a first page, and a last one that says so many seconds. */
export const madeOgg = (seconds: number): Buffer => {
  const page = (granule: bigint, body: string): Buffer => {
    const head = Buffer.alloc(27);
    head.write('OggS', 'latin1');
    head.writeBigInt64LE(granule, 6);
    return Buffer.concat([head, Buffer.from(body, 'latin1')]);
  };
  return Buffer.concat([page(0n, 'OpusHead'), page(BigInt(seconds * 48_000), 'sound')]);
};

/** The text of an answer is not said: whatever it is, three seconds of sound come. `empty`: something that is no sound. */
const playSpeech = (step: Step, response: ServerResponse): ServerResponse => {
  if (step.kind !== 'answer' && step.kind !== 'empty') return playCommon(step, response);
  return response.writeHead(200, { 'content-type': 'audio/ogg' }).end(step.kind === 'empty' ? 'no sound' : madeOgg(3));
};

const wire: WireFormat = {
  basePath: '/v1',
  isForVectors: ({ path }) => path === '/v1/embeddings',
  read: async (request, path, body) => {
    if (request.method !== 'POST') return null;
    const headers = headersOf(request);
    if (path === '/v1/responses')
      return { path, headers, body: requestSchema.parse(JSON.parse(body.toString('utf8'))) };
    if (path === '/v1/chat/completions')
      return { path, headers, body: chatRequestSchema.parse(JSON.parse(body.toString('utf8'))) };
    if (path === '/v1/audio/speech')
      return { path, headers, body: speechSchema.parse(JSON.parse(body.toString('utf8'))) };
    if (path === '/v1/embeddings')
      return { path, headers, body: embeddingSchema.parse(JSON.parse(body.toString('utf8'))) };
    if (path !== '/v1/audio/transcriptions') return null;
    // The platform's own parser for multipart forms.
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': headers['content-type'] ?? '' },
    }).formData();
    const file = form.get('file');
    const fields = {
      model: form.get('model'),
      response_format: form.get('response_format'),
      file: file instanceof File ? { name: file.name, type: file.type, size: file.size } : null,
    };
    return { path, headers, body: fields };
  },
  play: (step, recorded, response) => {
    if (recorded.path === '/v1/responses') return playResponses(step, recorded.body as ResponsesRequest, response);
    if (recorded.path === '/v1/chat/completions') return playChat(step, recorded.body as ChatRequest, response);
    if (recorded.path === '/v1/audio/speech') return playSpeech(step, response);
    if (recorded.path === '/v1/embeddings') return playEmbeddings(step, recorded, response);
    return playTranscription(step, recorded, response);
  },
  notFound: (response) =>
    sendJson(response, 404, {
      error: { message: 'Invalid URL', type: 'invalid_request_error', param: null, code: null },
    }),
};

/** A local OpenAI: `baseUrl` ends in `/v1`. */
export const startOpenAiService = (port = 0): Promise<AiService> => startHttpService(wire, port);
