import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { startHttpService, type WireFormat } from './http-service.ts';
import { madeVector, usualDimensions } from './made-vectors.ts';
import {
  type AiService,
  countTokens,
  hasField,
  headersOf,
  type RecordedRequest,
  type Step,
  sendHalf,
  sendJson,
  sendPage,
} from './script.ts';

/** Gemini's `POST /v1beta/models/<model>:generateContent` and `:batchEmbedContents`, as its REST reference describes them. */

const partSchema = z.looseObject({
  text: z.string().optional(),
  functionCall: z.looseObject({ name: z.string(), args: z.looseObject({}) }).optional(),
  thoughtSignature: z.string().optional(),
  functionResponse: z.strictObject({ name: z.string(), response: z.looseObject({}) }).optional(),
  inlineData: z.strictObject({ mimeType: z.string(), data: z.string() }).optional(),
});
const requestSchema = z.looseObject({
  contents: z.array(z.looseObject({ role: z.enum(['user', 'model']), parts: z.array(partSchema).min(1) })).min(1),
  systemInstruction: z.looseObject({ parts: z.array(partSchema) }).optional(),
  tools: z
    .array(
      z.strictObject({
        functionDeclarations: z.array(
          z.strictObject({
            name: z.string(),
            description: z.string(),
            // The service knows a part of JSON schema and refuses the rest.
            parameters: z
              .strictObject({
                type: z.literal('object'),
                properties: z.record(
                  z.string(),
                  z.strictObject({
                    type: z.string(),
                    description: z.string().optional(),
                    enum: z.array(z.string()).optional(),
                    nullable: z.boolean().optional(),
                    format: z.enum(['date-time', 'enum', 'int32', 'int64', 'float', 'double']).optional(),
                  }),
                ),
                required: z.array(z.string()).optional(),
              })
              .optional(),
          }),
        ),
      }),
    )
    .optional(),
  generationConfig: z
    .looseObject({
      temperature: z.number().optional(),
      maxOutputTokens: z.number().int().optional(),
      thinkingConfig: z.looseObject({}).optional(),
    })
    .optional(),
});
type GenerateRequest = z.infer<typeof requestSchema>;

const statusNames: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  413: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};
const usualMessages: Readonly<Record<number, string>> = {
  400: 'Request contains an invalid argument.',
  401: 'Request had invalid authentication credentials.',
  403: 'Your project has been denied access.',
  404: 'models/gone is not found for API version v1beta, or is not supported for generateContent.',
  429: 'You exceeded your current quota, please check your plan and billing details.',
  500: 'An internal error has occurred.',
  503: 'The model is overloaded. Please try again later.',
};

const quotaDetails = (perDay: boolean) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [
    {
      quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
      quotaId: `GenerateRequestsPer${perDay ? 'Day' : 'Minute'}PerProjectPerModel-FreeTier`,
    },
  ],
});

const detailsOf = (step: Extract<Step, { kind: 'error' }>): readonly unknown[] => {
  if (step.status === 429)
    return [
      quotaDetails(step.quota === true),
      ...(step.retryAfter === undefined
        ? []
        : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${step.retryAfter}s` }]),
    ];
  if (step.code !== undefined)
    return [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: step.code,
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
    ];
  return [];
};

const sendError = (response: ServerResponse, step: Extract<Step, { kind: 'error' }>): ServerResponse => {
  const details = detailsOf(step);
  return sendJson(response, step.status, {
    error: {
      code: step.status,
      message: step.message ?? usualMessages[step.status] ?? 'Failed.',
      status: statusNames[step.status] ?? 'UNKNOWN',
      ...(details.length > 0 ? { details } : {}),
    },
  });
};

const bodyOf = (
  request: GenerateRequest,
  model: string,
  candidate: Readonly<Record<string, unknown>> | null,
  extra: Readonly<Record<string, unknown>> = {},
) => {
  const prompt = countTokens([request.systemInstruction, request.contents]);
  return {
    ...(candidate === null ? {} : { candidates: [{ index: 0, ...candidate }] }),
    usageMetadata: {
      promptTokenCount: prompt,
      ...(candidate === null ? {} : { candidatesTokenCount: countTokens(candidate), thoughtsTokenCount: 7 }),
      totalTokenCount: prompt + countTokens(candidate) + 7,
    },
    modelVersion: model,
    responseId: 'local',
    ...extra,
  };
};

const content = (text: string, thought?: string) => ({
  role: 'model',
  parts: [...(thought === undefined ? [] : [{ text: thought, thought: true }]), { text }],
});

const lastUserText = (request: GenerateRequest): string => {
  const parts = request.contents.findLast((turn) => turn.role === 'user')?.parts ?? [];
  return parts.map((part) => part.text ?? `[${part.inlineData?.mimeType}]`).join(' ');
};

const play = (step: Step, request: GenerateRequest, model: string, response: ServerResponse): ServerResponse => {
  const send = (candidate: Readonly<Record<string, unknown>> | null, extra = {}): ServerResponse =>
    sendJson(response, 200, bodyOf(request, model, candidate, extra));
  switch (step.kind) {
    case 'answer':
      return send({
        content: content(step.text ?? `echo: ${lastUserText(request)}`, step.thought),
        finishReason: 'STOP',
      });
    case 'tool':
      return send({
        content: {
          role: 'model',
          parts: [
            ...(step.text === undefined ? [] : [{ text: step.text }]),
            { functionCall: { name: step.name, args: JSON.parse(step.arguments) }, thoughtSignature: 'c2lnbmVk' },
          ],
        },
        finishReason: 'STOP',
      });
    case 'thinking':
      return send(
        { content: { role: 'model' }, finishReason: 'MAX_TOKENS' },
        { usageMetadata: { promptTokenCount: 11, thoughtsTokenCount: step.tokens, totalTokenCount: 11 + step.tokens } },
      );
    case 'malformed-call':
      return send({
        content: {},
        finishReason: 'MALFORMED_FUNCTION_CALL',
        finishMessage: 'Malformed function call: call:default_api:ask_for_a_person{reason:',
      });
    case 'no-field':
      if (!hasField(request, step.field)) return send({ content: content(step.text ?? 'ok'), finishReason: 'STOP' });
      return sendError(response, {
        kind: 'error',
        status: step.status ?? 400,
        message: step.message ?? `Invalid JSON payload received. Unknown name "${step.field}"`,
      });
    case 'page':
      return sendPage(response, step);
    case 'no-temperature':
      if (request.generationConfig?.temperature === undefined)
        return send({ content: content(step.text ?? 'no temperature'), finishReason: 'STOP' });
      return sendError(response, {
        kind: 'error',
        status: 400,
        message: 'temperature is not supported by this model.',
      });
    case 'empty':
      return send(
        { content: { role: 'model' }, finishReason: 'STOP' },
        { usageMetadata: { promptTokenCount: 11, totalTokenCount: 11 } },
      );
    case 'blocked':
      return step.what === 'prompt'
        ? send(null, { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } })
        : send({ finishReason: 'SAFETY', safetyRatings: [] });
    case 'refusal':
      return send({ content: content(step.text), finishReason: 'SPII' });
    case 'cut-short':
      return send({ content: content(step.text), finishReason: 'MAX_TOKENS' });
    case 'stall':
    case 'cut':
      return sendHalf(
        response,
        bodyOf(request, model, { content: content('never seen whole'), finishReason: 'STOP' }),
        step.kind === 'cut',
      );
    case 'error':
      return sendError(response, step);
    case 'garbage':
      response.writeHead(200, { 'content-type': step.contentType });
      return response.end(step.body);
    default:
      return sendError(response, { kind: 'error', status: 500, message: `step ${step.kind} is not for this service` });
  }
};

const embeddingSchema = z.strictObject({
  requests: z
    .array(
      z.strictObject({
        model: z.string(),
        content: z.strictObject({ role: z.string().optional(), parts: z.array(z.strictObject({ text: z.string() })) }),
        taskType: z.enum(['RETRIEVAL_QUERY', 'RETRIEVAL_DOCUMENT']).optional(),
        outputDimensionality: z.number().int().min(1).optional(),
      }),
    )
    .min(1)
    .max(100),
});

/** Not of one length when shortened, as the service's own are not. */
const embeddingsOf = (
  { requests }: z.infer<typeof embeddingSchema>,
  step: Partial<Extract<Step, { kind: 'vectors' }>>,
) => ({
  embeddings: requests
    .map(({ content, outputDimensionality = usualDimensions }) => ({
      values: madeVector(content.parts.map(({ text }) => text).join(' '), step.dimensions ?? outputDimensionality).map(
        (number) => number * 0.7,
      ),
    }))
    .slice(step.missing ?? 0),
});

const playEmbeddings = (step: Step, recorded: RecordedRequest, response: ServerResponse): ServerResponse => {
  const request = recorded.body as z.infer<typeof embeddingSchema>;
  if (step.kind === 'answer' || step.kind === 'vectors')
    return sendJson(response, 200, embeddingsOf(request, step.kind === 'vectors' ? step : {}));
  if (step.kind === 'empty') return sendJson(response, 200, {});
  return play(step, { contents: [] }, modelIn(recorded.path) ?? '', response);
};

const modelIn = (path: string): string | null =>
  /^\/v1beta\/models\/([^/:]+):(?:generateContent|batchEmbedContents)$/.exec(path)?.[1] ?? null;

const isForVectors = (path: string): boolean => path.endsWith(':batchEmbedContents');

const wire: WireFormat = {
  basePath: '',
  isForVectors: ({ path }) => isForVectors(path),
  read: async (request, path, body) => {
    if (request.method !== 'POST' || modelIn(path) === null) return null;
    const schema = isForVectors(path) ? embeddingSchema : requestSchema;
    return { path, headers: headersOf(request), body: schema.parse(JSON.parse(body.toString('utf8'))) };
  },
  play: (step, recorded, response) =>
    isForVectors(recorded.path)
      ? playEmbeddings(step, recorded, response)
      : play(step, recorded.body as GenerateRequest, modelIn(recorded.path) ?? '', response),
  notFound: (response) => sendJson(response, 404, { error: { code: 404, message: 'Not found.', status: 'NOT_FOUND' } }),
};

/** A local Gemini: `baseUrl` has no path. */
export const startGeminiService = (port = 0): Promise<AiService> => startHttpService(wire, port);
