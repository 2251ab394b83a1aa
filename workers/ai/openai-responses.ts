import type OpenAI from 'openai';
import type { AiCall, AiUsage, ToolRound } from './ai-provider.ts';
import { callId, type Prompt, type PromptItem, type PromptPart } from './openai-prompt.ts';
import { type Effort, parseArguments, type Reading, readSaid, type Said, withoutAnswer } from './reading.ts';

/** The Responses API, stateless: our instructions, our history, nothing kept at the service. */

type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming;
type Input = OpenAI.Responses.EasyInputMessage;
type Response = OpenAI.Responses.Response;

const contentOf = (part: PromptPart): OpenAI.Responses.ResponseInputContent => {
  switch (part.kind) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image':
      return { type: 'input_image', image_url: part.dataUrl, detail: 'auto' };
    case 'file':
      return { type: 'input_file', filename: part.name, file_data: part.dataUrl };
  }
};

const inputOf = ({ role, parts }: PromptItem): Input => {
  const [only, ...more] = parts;
  const content = only?.kind === 'text' && more.length === 0 ? only.text : parts.map(contentOf);
  return { role: role === 'program' ? 'developer' : role, content };
};

/** What was called and each answer. Without the ids of the items: the service keeps none of ours. */
const roundOf = ({ text, calls }: ToolRound, round: number): readonly OpenAI.Responses.ResponseInputItem[] => [
  ...(text === null ? [] : [{ role: 'assistant' as const, content: text }]),
  ...calls.map(({ id, name, arguments: given }, place) => ({
    type: 'function_call' as const,
    call_id: callId(round, place, id),
    name,
    arguments: JSON.stringify(given),
  })),
  ...calls.map(({ id, output }, place) => ({
    type: 'function_call_output' as const,
    call_id: callId(round, place, id),
    output,
  })),
];

/** `without`: fields that this model is known to refuse. */
export const responsesBody = (prompt: Prompt, effort: Effort, without: ReadonlySet<string>): Body => ({
  model: prompt.model,
  input: [...prompt.items.map(inputOf), ...prompt.rounds.flatMap(roundOf)],
  max_output_tokens: effort.maxTokens ?? prompt.maxTokens,
  ...(without.has('store') ? {} : { store: false }),
  ...(prompt.instructions === '' ? {} : { instructions: prompt.instructions }),
  ...(prompt.temperature === null || without.has('temperature') ? {} : { temperature: prompt.temperature }),
  ...(effort.thinking === 'low' ? { reasoning: { effort: 'low' as const } } : {}),
  ...(prompt.tools.length === 0 || without.has('tools')
    ? {}
    : {
        tools: prompt.tools.map(({ name, description, parameters }) => ({
          type: 'function' as const,
          name,
          description,
          parameters: { ...parameters },
          strict: false,
        })),
        ...(prompt.mayCall ? {} : { tool_choice: 'none' as const }),
      }),
});

const usageOf = ({ usage }: Response): AiUsage | null =>
  usage ? { inputTokens: usage.input_tokens ?? 0, outputTokens: usage.output_tokens ?? 0 } : null;

const textsOf = (response: Response): { readonly text: string; readonly refusal: string | null } => {
  const texts: string[] = [];
  let refusal: string | null = null;
  for (const item of response.output) {
    if (item.type !== 'message') continue;
    for (const content of item.content ?? []) {
      if (content.type === 'output_text') texts.push(content.text);
      else if (content.type === 'refusal') refusal ??= content.refusal;
    }
  }
  return { text: texts.join('').trim(), refusal };
};

const callsOf = (response: Response): Pick<Said, 'calls' | 'malformed'> => {
  const calls: AiCall[] = [];
  for (const item of response.output) {
    if (item.type !== 'function_call') continue;
    const parsed = parseArguments(item.arguments ?? '');
    if ('fault' in parsed) return { calls: [], malformed: parsed.fault };
    calls.push({ id: item.call_id || null, name: item.name, arguments: parsed.value, signature: null });
  }
  return { calls, malformed: null };
};

const passingCodes = ['server_error', 'rate_limit_exceeded', 'vector_store_timeout'];

const failedReading = (response: Response, service: string, usage: AiUsage | null): Reading => {
  const code = response.error?.code ?? 'unknown';
  const reason = `${service} failed (${code}): ${response.error?.message ?? 'no reason given'}`;
  return passingCodes.includes(code)
    ? { result: { kind: 'passing', code: 'service-fault', reason, retryAfterMs: null }, usage, mayImprove: false }
    : withoutAnswer('failed', reason, usage);
};

/** Whether something is a response at all: a gateway may answer 200 with another JSON. */
export const isResponse = (value: unknown): value is Response =>
  typeof value === 'object' && value !== null && 'output' in value && Array.isArray(value.output);

export const readResponse = (response: Response, prompt: Prompt, service: string): Reading => {
  const usage = usageOf(response);
  if (response.status === 'failed') return failedReading(response, service, usage);

  const incomplete = response.incomplete_details?.reason;
  if (incomplete === 'content_filter') return withoutAnswer('blocked', `${service} blocked the answer`, usage);
  const { text, refusal } = textsOf(response);
  if (refusal !== null) return withoutAnswer('model-refused', `the model refused to answer: ${refusal}`, usage);

  const reasoned = response.usage?.output_tokens_details?.reasoning_tokens ?? 0;
  const hasThought = response.output.some((item) => item.type === 'reasoning');
  const isCut = incomplete !== undefined && incomplete !== null;
  const said: Said = {
    text,
    // A call that was cut off has half of its arguments.
    ...(isCut ? { calls: [], malformed: null } : callsOf(response)),
    isCut,
    thinkingTokens: reasoned > 0 ? reasoned : isCut && text === '' && hasThought ? (usage?.outputTokens ?? 0) : 0,
    usage,
    model: response.model || prompt.model,
  };
  return readSaid(said, prompt.tools, service);
};
