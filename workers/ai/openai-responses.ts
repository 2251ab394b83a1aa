import type OpenAI from 'openai';
import type { AiUsage } from './ai-provider.ts';
import type { Prompt, PromptItem, PromptPart } from './openai-prompt.ts';
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

/** `without`: fields that this model is known to refuse. */
export const responsesBody = (prompt: Prompt, effort: Effort, without: ReadonlySet<string>): Body => ({
  model: prompt.model,
  input: prompt.items.map(inputOf),
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

const callOf = (response: Response): Pick<Said, 'call' | 'malformed'> => {
  const call = response.output.find((item) => item.type === 'function_call');
  if (call === undefined) return { call: null, malformed: null };

  const parsed = parseArguments(call.arguments ?? '');
  return 'fault' in parsed
    ? { call: null, malformed: parsed.fault }
    : { call: { name: call.name, arguments: parsed.value }, malformed: null };
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
    ...(isCut ? { call: null, malformed: null } : callOf(response)),
    isCut,
    thinkingTokens: reasoned > 0 ? reasoned : isCut && text === '' && hasThought ? (usage?.outputTokens ?? 0) : 0,
    usage,
    model: response.model || prompt.model,
  };
  return readSaid(said, prompt.tools, service);
};
