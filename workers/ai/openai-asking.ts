import OpenAI, { APIError } from 'openai';
import type { AiConfig } from '../../src/session/session-config.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { AiResult, AiUsage } from './ai-provider.ts';
import { chatBody, errorInside, parseCompletion, readCompletion } from './openai-chat.ts';
import { isMalformedCall, isPathMissing } from './openai-errors.ts';
import type { Prompt } from './openai-prompt.ts';
import { isResponse, readResponse, responsesBody } from './openai-responses.ts';
import { askTwice, type Effort, type Reading, withoutAnswer } from './reading.ts';
import { passing } from './service-call.ts';
import { WebPageError, wrongPath } from './service-faults.ts';
import { type FoundApi, factsOf, refusedFieldsOf, type ServiceMemory } from './service-memory.ts';
import type { ServicePlace } from './service-place.ts';

/** Asks an OpenAI-compatible service by the API that it has, without the fields that it refuses. */

export interface OpenAiAccess {
  readonly client: OpenAI;
  readonly place: ServicePlace;
  readonly api: AiConfig['api'];
  readonly memory: ServiceMemory;
}

export interface Asking {
  readonly signal: AbortSignal;
  readonly timeoutMs: Milliseconds;
  readonly book: (usage: AiUsage | null) => void;
}

/** Answers with a page for people are errors, whatever their status. */
const fetchNoPages: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (!/text\/html/i.test(response.headers.get('content-type') ?? '')) return response;
  await response.body?.cancel();
  throw new WebPageError(response.status);
};

/** Everything that the library would read from the environment is set here: keys are handed to us, never found. `key` null: none is sent. */
export const openAiClient = (place: ServicePlace, key: string | null): OpenAI =>
  new OpenAI({
    apiKey: key ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: place.address,
    fetch: fetchNoPages,
    ...(key === null ? { defaultHeaders: { Authorization: null } } : {}),
    // The pipeline retries, with its own record of every try.
    maxRetries: 0,
    logLevel: 'off',
  });

/** What an answer can do without, and how a refusal of it sounds. */
const dispensable: Readonly<Record<string, RegExp>> = {
  temperature: /\btemperature\b/i,
  store: /\bstore\b/i,
  tools:
    /\btools?\b.{0,80}(?:not|n't|un)\s?support|support\w* (?:for )?(?:tool|function)|\btool_choice\b|--enable-auto-tool-choice/i,
  max_tokens: /max_tokens\W.{0,60}(?:not|un)\s?(?:supported|permitted|recogni[sz]ed)|use 'max_completion_tokens'/i,
  max_completion_tokens: /max_completion_tokens\W.{0,60}(?:not|un)\s?(?:supported|permitted|recogni[sz]ed)/i,
};
const unknownCodes = ['unsupported_parameter', 'unknown_parameter', 'unsupported_value'];

/** The field of this body that the service refuses and that can be left out; null: something else is wrong. */
export const refusedField = (
  error: unknown,
  body: object,
  without: ReadonlySet<string>,
  fields: Readonly<Record<string, RegExp>> = dispensable,
): string | null => {
  if (!(error instanceof APIError) || ![400, 404, 422].includes(error.status ?? 0)) return null;
  const { param, code, message } = error;
  const isRefused = ([field, words]: readonly [string, RegExp]): boolean => {
    if (!(field in body) || without.has(field)) return false;
    const isNamed = typeof param === 'string' && param.split(/[.[]/, 1)[0] === field;
    if (isNamed && (!field.startsWith('max_') || unknownCodes.includes(code ?? ''))) return true;
    return words.test(message);
  };
  return Object.entries(fields).find(isRefused)?.[0] ?? null;
};

const garbled = (place: ServicePlace): Reading => ({
  result: passing('garbled', `${place.name} sent something that is no answer of this API`),
  usage: null,
  mayImprove: false,
});

const sendResponses = async ({ client, place }: OpenAiAccess, prompt: Prompt, body: object, how: Asking) => {
  // The library adds a convenience to what came and stumbles where that is no object; ours is a reading of its own.
  const response: unknown = await client.post('/responses', { body, signal: how.signal, timeout: how.timeoutMs });
  return isResponse(response) ? readResponse(response, prompt, place.name) : garbled(place);
};

const sendChat = async ({ client, place }: OpenAiAccess, prompt: Prompt, body: object, how: Asking) => {
  const received: unknown = await client.post('/chat/completions', {
    body,
    signal: how.signal,
    timeout: how.timeoutMs,
  });
  const completion = parseCompletion(received);
  if (completion !== null) return readCompletion(completion, prompt, place.name);

  const inside = errorInside(received);
  if (inside !== null) throw APIError.generate(inside.status, received as object, undefined, new Headers());
  return garbled(place);
};

/** One call by one API. A field that the model refuses is left out, now and from then on. */
const sendBy = async (
  api: FoundApi,
  access: OpenAiAccess,
  prompt: Prompt,
  effort: Effort,
  how: Asking,
): Promise<Reading> => {
  const facts = factsOf(access.memory, access.place.address);
  const without = refusedFieldsOf(facts, prompt.model);
  const isOwn = access.place.addressSetting === null;
  for (;;) {
    const body = api === 'chat' ? chatBody(prompt, effort, without, isOwn) : responsesBody(prompt, effort, without);
    try {
      const reading = await (api === 'chat' ? sendChat : sendResponses)(access, prompt, body, how);
      facts.api = api;
      return withNotes(reading, prompt, without);
    } catch (error) {
      if (isMalformedCall(error))
        return withoutAnswer('malformed', `${access.place.name} could not read the model's call of a tool`, null, true);
      const field = refusedField(error, body, without);
      if (field === null) throw error;
      without.add(field);
    }
  }
};

/** What was asked for and not sent. */
const withNotes = (reading: Reading, prompt: Prompt, without: ReadonlySet<string>): Reading => {
  const { result } = reading;
  if (result.kind !== 'answer' && result.kind !== 'tool') return reading;
  const notes = [
    ...(prompt.temperature !== null && without.has('temperature') ? ['temperature-refused'] : []),
    ...(prompt.tools.length > 0 && without.has('tools') ? ['tools-refused'] : []),
  ];
  return { ...reading, result: { ...result, notes: [...notes, ...result.notes] } };
};

const pathOf = (api: FoundApi): string => (api === 'chat' ? '/chat/completions' : '/responses');

const pathHint = ({ place, api }: OpenAiAccess): string => {
  if (place.addressSetting === null) return 'does a proxy stand between?';
  const ends = place.address.endsWith('/v1') ? '' : '; most addresses end in /v1';
  return `check the address in ${place.addressSetting}${ends}${api === 'auto' ? '' : `, or set ai_config.api to auto`}`;
};

/** Thrown as a result: both APIs are missing. */
class PathsMissing extends Error {
  override readonly name = 'PathsMissing';
}

const orders = (access: OpenAiAccess, known: FoundApi | null): readonly FoundApi[] => {
  if (access.api !== 'auto') return [access.api];
  return known === 'chat' ? ['chat', 'responses'] : ['responses', 'chat'];
};

/** One call by the API that the service has, found out by asking. */
const sendByAnyApi = async (access: OpenAiAccess, prompt: Prompt, effort: Effort, how: Asking): Promise<Reading> => {
  const facts = factsOf(access.memory, access.place.address);
  const known = facts.api;
  const apis = orders(access, known);
  for (const api of apis) {
    try {
      const reading = await sendBy(api, access, prompt, effort, how);
      const { result } = reading;
      const isNews = api === 'chat' && known !== 'chat' && access.api === 'auto';
      return isNews && (result.kind === 'answer' || result.kind === 'tool')
        ? { ...reading, result: { ...result, notes: [...result.notes, 'api-found: chat'] } }
        : reading;
    } catch (error) {
      if (!isPathMissing(error)) {
        // It refused this request, but it has the API; a fault may be a proxy's.
        if (error instanceof APIError && (error.status ?? 500) < 500 && access.api === 'auto') facts.api = api;
        throw error;
      }
    }
  }
  facts.api = null;
  throw new PathsMissing();
};

const refusesRequest = (error: unknown): boolean => error instanceof APIError && [400, 422].includes(error.status ?? 0);

/** An answer to a prompt, by up to two tries of which the second has more room. Throws what the service refuses. */
export const askOpenAi = async (access: OpenAiAccess, prompt: Prompt, how: Asking): Promise<AiResult> => {
  try {
    return await askTwice({
      maxTokens: prompt.maxTokens,
      send: (effort) => sendByAnyApi(access, prompt, effort, how),
      refuses: refusesRequest,
      book: how.book,
    });
  } catch (error) {
    if (!(error instanceof PathsMissing)) throw error;
    return wrongPath(access.place, orders(access, null).map(pathOf), pathHint(access));
  }
};
