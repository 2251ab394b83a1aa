import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { playCommon, refusesField, sendError, sendFieldRefused } from './openai-errors.ts';
import { countTokens, type Step, sendHalf, sendJson } from './script.ts';

/** `POST /v1/chat/completions` as OpenAI and the services that speak like it answer. */

const partSchema = z.looseObject({ type: z.enum(['text', 'image_url', 'file']), text: z.string().optional() });
const messageSchema = z.union([
  z.strictObject({
    role: z.enum(['system', 'user', 'assistant']),
    content: z.union([z.string(), z.array(partSchema)]),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string().nullable(),
    tool_calls: z
      .array(
        z.strictObject({
          id: z.string(),
          type: z.literal('function'),
          function: z.strictObject({ name: z.string(), arguments: z.string() }),
        }),
      )
      .min(1),
  }),
  z.strictObject({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
]);

/** Every call is answered right after it, as the services want it. */
const areAnswered = (messages: readonly z.infer<typeof messageSchema>[]): boolean =>
  messages.every((message, at) => {
    if (!('tool_calls' in message)) return true;
    return message.tool_calls.every(({ id }, place) => {
      const answer = messages[at + 1 + place];
      return answer?.role === 'tool' && answer.tool_call_id === id;
    });
  });

/** Strict: servers of this kind refuse fields that they do not know (`store`, `instructions`). */
export const chatRequestSchema = z.strictObject({
  model: z.string(),
  messages: z.array(messageSchema).min(1).refine(areAnswered, 'a tool call without its answer'),
  tool_choice: z.literal('none').optional(),
  temperature: z.number().optional(),
  max_tokens: z.number().int().optional(),
  max_completion_tokens: z.number().int().optional(),
  reasoning_effort: z.string().optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name: z.string(),
          description: z.string(),
          parameters: z.looseObject({ type: z.literal('object') }),
        }),
      }),
    )
    .optional(),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

const lastUserText = ({ messages }: ChatRequest): string => {
  const content = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  return typeof content === 'string' ? content : content.map((part) => part.text ?? `[${part.type}]`).join(' ');
};

interface Choice {
  readonly message: Readonly<Record<string, unknown>>;
  readonly finish_reason: string;
}

const completionOf = (request: ChatRequest, choice: Choice, usage: object | null = {}) => ({
  id: 'chatcmpl-local',
  object: 'chat.completion',
  created: Math.floor(Date.now() / 1000),
  model: request.model,
  choices: [{ index: 0, logprobs: null, ...choice, message: { role: 'assistant', ...choice.message } }],
  ...(usage === null
    ? {}
    : {
        usage: {
          prompt_tokens: countTokens(request.messages),
          completion_tokens: countTokens(choice.message),
          total_tokens: countTokens(request.messages) + countTokens(choice.message),
          ...usage,
        },
      }),
});

const toolCall = (name: string, args: string) => [
  { id: 'call_1', type: 'function', function: { name, arguments: args } },
];

export const playChat = (step: Step, request: ChatRequest, response: ServerResponse): ServerResponse => {
  const send = (message: Choice['message'], finish = 'stop', usage: object | null = {}): ServerResponse =>
    sendJson(response, 200, completionOf(request, { message, finish_reason: finish }, usage));
  switch (step.kind) {
    case 'answer':
      return send(
        {
          content: step.text ?? `echo: ${lastUserText(request)}`,
          ...(step.thought === undefined ? {} : { reasoning_content: step.thought }),
        },
        'stop',
        step.usage === false ? null : {},
      );
    case 'no-field':
      return refusesField(step, request) ? sendFieldRefused(response, step) : send({ content: step.text ?? 'ok' });
    case 'empty':
      return send({ content: '' });
    case 'tool':
      return send({ content: step.text ?? null, tool_calls: toolCall(step.name, step.arguments) }, 'tool_calls');
    case 'malformed-call':
      return send({ content: null, tool_calls: toolCall('ask_for_a_person', '{"reason": "wants a per') }, 'tool_calls');
    case 'thinking':
      return send({ content: '', reasoning_content: 'Hmm, let me think about' }, 'length', {
        prompt_tokens: 11,
        completion_tokens: step.tokens,
        total_tokens: 11 + step.tokens,
      });
    case 'blocked':
      return step.what === 'answer'
        ? send({ content: 'Half an ans' }, 'content_filter')
        : sendError(response, {
            kind: 'error',
            status: 400,
            code: 'content_policy_violation',
            message: 'Your request was rejected by the safety system.',
          });
    case 'refusal':
      return send({ content: null, refusal: step.text });
    case 'cut-short':
      return send({ content: step.text }, 'length');
    case 'stall':
    case 'cut':
      return sendHalf(
        response,
        completionOf(request, { message: { content: 'never seen whole' }, finish_reason: 'stop' }),
        step.kind === 'cut',
      );
    default:
      return playCommon(step, response);
  }
};
