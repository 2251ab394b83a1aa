import type OpenAI from 'openai';
import { z } from 'zod';
import type { AiCall, AiUsage, ToolRound } from './ai-provider.ts';
import { callId, type Prompt, type PromptItem, type PromptPart } from './openai-prompt.ts';
import { type Effort, parseArguments, type Reading, readSaid, type Said, withoutAnswer } from './reading.ts';

/**
 * Chat completions, as OpenAI, LiteLLM, Ollama, Groq, OpenRouter, DeepSeek and others serve them: only fields that all of them know, and
 * a reading that takes what they leave out.
 */

type Body = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
type Message = OpenAI.Chat.ChatCompletionMessageParam;

const contentOf = (part: PromptPart): OpenAI.Chat.ChatCompletionContentPart => {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return { type: 'image_url', image_url: { url: part.dataUrl } };
    case 'file':
      return { type: 'file', file: { filename: part.name, file_data: part.dataUrl } };
  }
};

const messageOf = ({ role, parts }: PromptItem): readonly Message[] => {
  const [only, ...more] = parts;
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('\n');
  switch (role) {
    case 'program':
      // Many models take a message of ours at the start only: there stand the notes.
      return [];
    case 'assistant':
      return [{ role, content: text }];
    case 'user':
      return [{ role, content: only?.kind === 'text' && more.length === 0 ? only.text : parts.map(contentOf) }];
  }
};

/** What was called, as the model wrote it, and each answer after it. */
const roundOf = ({ text, calls }: ToolRound, round: number): readonly Message[] => [
  {
    role: 'assistant',
    content: text,
    tool_calls: calls.map(({ id, name, arguments: given }, place) => ({
      id: callId(round, place, id),
      type: 'function' as const,
      function: { name, arguments: JSON.stringify(given) },
    })),
  },
  ...calls.map(({ id, output }, place) => ({
    role: 'tool' as const,
    tool_call_id: callId(round, place, id),
    content: output,
  })),
];

/** The two names of the limit. OpenAI's thinking models refuse the old one, most other services know only that. */
const limitFields = ['max_tokens', 'max_completion_tokens'] as const;

const limitOf = (tokens: number, isOwn: boolean, without: ReadonlySet<string>): Partial<Body> => {
  const names = isOwn ? limitFields.toReversed() : limitFields;
  const name = names.find((field) => !without.has(field));
  return name === undefined ? {} : { [name]: tokens };
};

/** `isOwn`: OpenAI itself. `without`: fields that this model is known to refuse. */
export const chatBody = (prompt: Prompt, effort: Effort, without: ReadonlySet<string>, isOwn: boolean): Body => {
  const { instructionsWithNotes, temperature, tools } = prompt;
  return {
    model: prompt.model,
    messages: [
      ...(instructionsWithNotes === '' ? [] : [{ role: 'system' as const, content: instructionsWithNotes }]),
      ...prompt.items.flatMap(messageOf),
      ...prompt.rounds.flatMap(roundOf),
    ],
    ...limitOf(effort.maxTokens ?? prompt.maxTokens, isOwn, without),
    ...(temperature === null || without.has('temperature') ? {} : { temperature }),
    ...(effort.thinking === 'low' ? { reasoning_effort: 'low' as const } : {}),
    ...(tools.length === 0 || without.has('tools')
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            type: 'function' as const,
            function: { name, description, parameters: { ...parameters } },
          })),
          ...(prompt.mayCall ? {} : { tool_choice: 'none' as const }),
        }),
  };
};

const textPart = z.looseObject({ type: z.string().optional(), text: z.string().nullish() });

const completionSchema = z.looseObject({
  model: z.string().nullish(),
  choices: z
    .array(
      z.looseObject({
        finish_reason: z.string().nullish(),
        message: z.looseObject({
          content: z.union([z.string(), z.array(textPart)]).nullish(),
          refusal: z.string().nullish(),
          reasoning: z.unknown().optional(),
          reasoning_content: z.unknown().optional(),
          tool_calls: z
            .array(
              z.looseObject({
                id: z.string().nullish(),
                function: z.looseObject({
                  name: z.string(),
                  // Some servers send the object itself instead of its text.
                  arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
                }),
              }),
            )
            .nullish(),
        }),
      }),
    )
    .min(1),
  usage: z
    .looseObject({
      prompt_tokens: z.number().nullish(),
      completion_tokens: z.number().nullish(),
      completion_tokens_details: z.looseObject({ reasoning_tokens: z.number().nullish() }).nullish(),
    })
    .nullish(),
});
type Completion = z.infer<typeof completionSchema>;
type ReceivedMessage = Completion['choices'][number]['message'];

/** Null: not what this API sends. */
export const parseCompletion = (value: unknown): Completion | null => completionSchema.safeParse(value).data ?? null;

/** An error that came with status 200, as OpenRouter sends what its providers say. */
export const errorInside = (value: unknown): { readonly status: number; readonly message: string } | null => {
  const schema = z.looseObject({
    error: z.looseObject({ code: z.union([z.number(), z.string()]).nullish(), message: z.string() }),
  });
  const { error } = schema.safeParse(value).data ?? {};
  if (error === undefined) return null;
  const status = Number(error.code);
  return { status: status >= 400 && status < 600 ? status : 500, message: error.message };
};

/** Models that think aloud put their thoughts into the text; a template may have swallowed the opening mark. */
const withoutThoughts = (text: string): { readonly text: string; readonly hasThought: boolean } => {
  const end = text.lastIndexOf('</think>');
  if (end !== -1) return { text: text.slice(end + '</think>'.length).trim(), hasThought: true };
  return /^\s*<think>/.test(text) ? { text: '', hasThought: true } : { text: text.trim(), hasThought: false };
};

const contentText = ({ content }: ReceivedMessage): string =>
  typeof content === 'string'
    ? content
    : (content ?? [])
        .filter(({ type }) => type === undefined || type === 'text' || type === 'output_text')
        .map(({ text }) => text ?? '')
        .join('');

const callsOf = ({ tool_calls }: ReceivedMessage): Pick<Said, 'calls' | 'malformed'> => {
  const calls: AiCall[] = [];
  for (const { id, function: call } of tool_calls ?? []) {
    const written = call.arguments ?? '';
    const parsed = typeof written === 'object' ? { value: written } : parseArguments(written);
    if ('fault' in parsed) return { calls: [], malformed: parsed.fault };
    calls.push({ id: id || null, name: call.name, arguments: parsed.value, signature: null });
  }
  return { calls, malformed: null };
};

const usageOf = ({ usage }: Completion): AiUsage | null =>
  usage ? { inputTokens: usage.prompt_tokens ?? 0, outputTokens: usage.completion_tokens ?? 0 } : null;

const isThere = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

export const readCompletion = (completion: Completion, prompt: Prompt, service: string): Reading => {
  const usage = usageOf(completion);
  const [choice] = completion.choices;
  if (choice === undefined) return withoutAnswer('empty', `${service} sent an empty answer`, usage, true);

  const { message, finish_reason: finish } = choice;
  if (finish === 'content_filter') return withoutAnswer('blocked', `${service} blocked the answer`, usage);
  if (isThere(message.refusal))
    return withoutAnswer('model-refused', `the model refused to answer: ${message.refusal}`, usage);

  const isCut = finish === 'length';
  const { text, hasThought } = withoutThoughts(contentText(message));
  const reasoned = completion.usage?.completion_tokens_details?.reasoning_tokens ?? 0;
  const thinks = hasThought || isThere(message.reasoning_content) || isThere(message.reasoning);
  const said: Said = {
    text,
    ...(isCut ? { calls: [], malformed: null } : callsOf(message)),
    isCut,
    // Thinking without an answer took all there was, whether or not the service counts it apart.
    thinkingTokens: reasoned > 0 ? reasoned : thinks && text === '' ? (usage?.outputTokens ?? 1) : 0,
    usage,
    model: completion.model || prompt.model,
  };
  return readSaid(said, prompt.tools, service);
};
