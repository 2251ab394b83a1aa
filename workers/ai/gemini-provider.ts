import {
  type Content,
  FunctionCallingMode,
  type FunctionDeclaration,
  type GenerationConfig,
  GoogleGenerativeAI,
  GoogleGenerativeAIFetchError,
  type Part,
} from '@google/generative-ai';
import type {
  AiProvider,
  AiRequest,
  AiResult,
  AiTool,
  MediaRequest,
  SummaryRequest,
  ToolRound,
} from './ai-provider.ts';
import { classifyGeminiError, classifyGeminiMediaError, isFetchFailed } from './gemini-errors.ts';
import { readGemini } from './gemini-reading.ts';
import {
  base64Of,
  instructionsWithNotes,
  mediaInstructions,
  mediaMaxTokens,
  mediaNote,
  plainMimeType,
  saidItems,
  summaryInput,
  summaryInstructions,
  summaryItem,
  summaryMaxTokens,
} from './prompt-data.ts';
import { askTwice, type Effort, type Reading, withoutTool } from './reading.ts';
import { callService } from './service-call.ts';
import { ofVectors } from './service-faults.ts';
import type { ServicePlace } from './service-place.ts';

/** Google's Gemini through `@google/generative-ai`: archived, but the library that was asked for, so only the files `gemini-*` know it. */

export interface GeminiOptions {
  readonly key: string;
  /** Its address has no path. */
  readonly place: ServicePlace;
}

interface Prompt {
  readonly model: string;
  readonly instructions: string;
  readonly contents: readonly Content[];
  readonly maxTokens: number;
  readonly temperature: number | null;
  readonly tools: readonly AiTool[];
  readonly mayCall: boolean;
}

/** Stands for a signature that is not known (any more): the service knows this word and does not ask for one. */
const noSignature = 'skip_thought_signature_validator';

/** What was called, and the answers on the customer's side, as this API has them. The archived library knows no signatures. */
const roundOf = ({ text, calls }: ToolRound): readonly Content[] => [
  {
    role: 'model',
    parts: [
      ...(text === null ? [] : [{ text }]),
      ...calls.map(
        ({ name, arguments: given, signature }, place) =>
          ({
            functionCall: { name, args: given as object },
            // Of calls that were made at once, the first carries it.
            ...(place === 0 || signature !== null ? { thoughtSignature: signature ?? noSignature } : {}),
          }) as Part,
      ),
    ],
  },
  { role: 'user', parts: calls.map(({ name, output }) => ({ functionResponse: { name, response: { output } } })) },
];

const answerPrompt = (request: AiRequest): Prompt => {
  const said = saidItems(request);
  // The first turn must be the user's; an answer without its question tells the model nothing.
  const items =
    request.summary === null
      ? said.slice(
          Math.max(
            0,
            said.findIndex(({ role }) => role === 'customer'),
          ),
        )
      : said;

  const contents: { role: 'user' | 'model'; parts: Part[] }[] =
    request.summary === null ? [] : [{ role: 'user', parts: [{ text: summaryItem(request.summary) }] }];
  const say = (speaker: 'user' | 'model', text: string): void => {
    const last = contents.at(-1);
    if (last?.role === speaker) last.parts.push({ text });
    else contents.push({ role: speaker, parts: [{ text }] });
  };
  for (const [index, { role, text }] of items.entries()) {
    const isLast = index === items.length - 1;
    if (isLast && request.material) say('user', request.material);
    say(role === 'customer' ? 'user' : 'model', text);
  }

  return {
    model: request.model,
    // Only customer and model speak in `contents`: the program's notes stand with the instructions.
    instructions: instructionsWithNotes(request, items),
    contents: [...contents, ...(request.rounds ?? []).flatMap(roundOf)],
    maxTokens: request.maxTokens,
    temperature: request.temperature,
    tools: request.tools ?? [],
    mayCall: request.mayCall ?? true,
  };
};

const summaryPrompt = (request: SummaryRequest): Prompt => ({
  model: request.model,
  instructions: summaryInstructions,
  contents: [{ role: 'user', parts: [{ text: summaryInput(request) }] }],
  maxTokens: summaryMaxTokens,
  temperature: null,
  tools: [],
  mayCall: true,
});

const mediaPrompt = (request: MediaRequest): Prompt => {
  const note = mediaNote(request);
  const media: Part = { inlineData: { mimeType: plainMimeType(request.mimeType), data: base64Of(request) } };
  return {
    model: request.model,
    instructions: mediaInstructions(request.kind),
    contents: [{ role: 'user', parts: [...(note === null ? [] : [{ text: note }]), media] }],
    maxTokens: mediaMaxTokens,
    temperature: null,
    tools: [],
    mayCall: true,
  };
};

/** Gemini takes a part of JSON schema and refuses what it does not know; arguments are held against the whole schema when they come. */
const knownKeywords = ['type', 'description', 'enum', 'required', 'items', 'properties', 'format', 'nullable', 'anyOf'];
const knownFormats = ['date-time', 'enum', 'float', 'double', 'int32', 'int64'];

/** `["string", "null"]` is a string that may be nothing. */
const typeOf = (types: readonly unknown[]): Readonly<Record<string, unknown>> => ({
  type: types.find((type) => type !== 'null') ?? 'string',
  ...(types.includes('null') ? { nullable: true } : {}),
});

const openApiSchema = (schema: unknown): unknown => {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(openApiSchema);
  const entries = Object.entries(schema)
    .filter(([key, value]) => knownKeywords.includes(key) && (key !== 'format' || knownFormats.includes(value)))
    .map(([key, value]) => [
      key,
      key === 'properties' && typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, openApiSchema(inner)]))
        : openApiSchema(value),
    ]);
  const known: Readonly<Record<string, unknown>> = Object.fromEntries(entries);
  return Array.isArray(known['type']) ? { ...known, ...typeOf(known['type']) } : known;
};

/** An object without any property is refused; a tool without arguments has no schema there. */
const hasProperties = ({ parameters }: AiTool): boolean => Object.keys(parameters['properties'] ?? {}).length > 0;

const declarationOf = (tool: AiTool): FunctionDeclaration => {
  const { name, description, parameters } = tool;
  if (!hasProperties(tool)) return { name, description };
  // What the library calls a schema is this very JSON.
  return { name, description, parameters: openApiSchema(parameters) as NonNullable<FunctionDeclaration['parameters']> };
};

interface Thinking {
  readonly thinkingConfig?: { readonly thinkingBudget: number } | { readonly thinkingLevel: 'low' };
}

/** As little thinking as the model's kind can: 2.5 flash can do without, 2.5 pro with at least 128 tokens, 3 and later have levels. */
const lowThinking = (model: string): Thinking => {
  if (!/gemini-(?:1|2)[.-]/.test(model)) return { thinkingConfig: { thinkingLevel: 'low' } };
  return { thinkingConfig: { thinkingBudget: /-pro/.test(model) ? 128 : 0 } };
};

const isRefused = (error: unknown): error is GoogleGenerativeAIFetchError =>
  error instanceof GoogleGenerativeAIFetchError && error.status === 400;

/** What a request can do without, and how a model refuses it. */
const dispensable = {
  temperature: /\btemperature\b/i,
  tools: /function[ _]call|\btools?\b.{0,60}(?:not|un)\s?(?:supported|enabled)/i,
} as const;
type Dispensable = keyof typeof dispensable;

const has = (prompt: Prompt, field: Dispensable): boolean =>
  field === 'temperature' ? prompt.temperature !== null : prompt.tools.length > 0;

/** Why a connection does not come about, which the library does not say: the same address once more, without a word of the conversation. */
const connectionCause = async (place: ServicePlace, error: unknown, signal: AbortSignal): Promise<unknown> => {
  try {
    await (await fetch(place.address, { method: 'HEAD', signal })).body?.cancel();
    return error;
  } catch (cause) {
    return cause;
  }
};

interface GeminiAccess {
  readonly service: GoogleGenerativeAI;
  readonly place: ServicePlace;
  /** What a model was found to refuse. */
  readonly refusedFields: Map<string, Set<Dispensable>>;
}

/** One stateless call with the whole history: what `startChat` would send, without its own copy of the conversation. */
const send = async (
  { service, place }: GeminiAccess,
  prompt: Prompt,
  how: { readonly effort: Effort; readonly without: ReadonlySet<Dispensable>; readonly signal: AbortSignal },
): Promise<Reading> => {
  const { effort, without, signal } = how;
  const { temperature } = prompt;
  const generationConfig: GenerationConfig & Thinking = {
    maxOutputTokens: effort.maxTokens ?? prompt.maxTokens,
    ...(temperature === null || without.has('temperature') ? {} : { temperature }),
    ...(effort.thinking === 'low' ? lowThinking(prompt.model) : {}),
  };
  const tools = without.has('tools') ? [] : prompt.tools;
  const model = service.getGenerativeModel(
    {
      model: prompt.model,
      ...(prompt.instructions.trim() === '' ? {} : { systemInstruction: prompt.instructions }),
      ...(tools.length === 0 ? {} : { tools: [{ functionDeclarations: tools.map(declarationOf) }] }),
      ...(tools.length === 0 || prompt.mayCall
        ? {}
        : { toolConfig: { functionCallingConfig: { mode: FunctionCallingMode.NONE } } }),
      generationConfig,
    },
    place.addressSetting === null ? {} : { baseUrl: place.address },
  );

  try {
    const { response } = await model.generateContent({ contents: [...prompt.contents] }, { signal });
    return readGemini(response, prompt, place.name);
  } catch (error) {
    if (isFetchFailed(error)) throw await connectionCause(place, error, signal);
    throw error;
  }
};

/** The same without what the model refuses, now and from then on. */
const sendWhatItTakes = async (
  access: GeminiAccess,
  prompt: Prompt,
  effort: Effort,
  signal: AbortSignal,
): Promise<Reading> => {
  const without = access.refusedFields.get(prompt.model) ?? new Set<Dispensable>();
  access.refusedFields.set(prompt.model, without);
  for (;;) {
    try {
      const reading = await send(access, prompt, { effort, without, signal });
      const { result } = reading;
      if (result.kind !== 'answer' && result.kind !== 'tool') return reading;
      const notes = [...without].filter((field) => has(prompt, field)).map((field) => `${field}-refused`);
      return { ...reading, result: { ...result, notes: [...notes, ...result.notes] } };
    } catch (error) {
      if (!isRefused(error)) throw error;
      const fields: readonly Dispensable[] = ['temperature', 'tools'];
      const field = fields.find((one) => has(prompt, one) && !without.has(one) && dispensable[one].test(error.message));
      if (field === undefined) throw error;
      without.add(field);
    }
  }
};

export const createGeminiProvider = ({ key, place }: GeminiOptions): AiProvider => {
  const access: GeminiAccess = { service: new GoogleGenerativeAI(key), place, refusedFields: new Map() };
  const base = { secrets: [key], classify: (error: unknown) => classifyGeminiError(error, place) };
  const ask = (prompt: Prompt, signal: AbortSignal, book: Parameters<typeof askTwice>[0]['book']): Promise<AiResult> =>
    askTwice({
      maxTokens: prompt.maxTokens,
      send: (effort) => sendWhatItTakes(access, prompt, effort, signal),
      refuses: isRefused,
      book,
    });

  return {
    name: 'gemini',
    answer: (request, signal) =>
      callService({ ...base, signal, timeoutMs: request.timeoutMs }, (inner, book) =>
        ask(answerPrompt(request), inner, book),
      ),
    summarize: (request, signal) =>
      callService({ ...base, signal, timeoutMs: request.timeoutMs }, async (inner, book) =>
        withoutTool(await ask(summaryPrompt(request), inner, book)),
      ),
    describe: (request, signal) => {
      const classify = (error: unknown) => classifyGeminiMediaError(error, place);
      return callService({ ...base, classify, signal, timeoutMs: request.timeoutMs }, async (inner, book) =>
        withoutTool(await ask(mediaPrompt(request), inner, book)),
      );
    },
    embed: (request, signal) => {
      const classify = (error: unknown) => ofVectors(classifyGeminiError(error, place), request.model, place);
      return callService({ ...base, classify, signal, timeoutMs: request.timeoutMs }, async (inner) => {
        const { embedWithGemini } = await import('./gemini-embeddings.ts');
        try {
          return await embedWithGemini(access.service, place, request, inner);
        } catch (error) {
          if (isFetchFailed(error)) throw await connectionCause(place, error, inner);
          throw error;
        }
      });
    },
  };
};
