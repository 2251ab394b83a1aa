import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import type { Milliseconds } from '../../src/session/units.ts';
import type { RefusalScope } from './ai-provider.ts';
import { type AiFailure, passing, refused } from './service-call.ts';
import {
  brokenCall,
  isTooLong,
  isUnknownModel,
  tooLong,
  unknownModel,
  WebPageError,
  webPage,
} from './service-faults.ts';
import type { ServicePlace } from './service-place.ts';

/** What the errors of OpenAI and of services like it mean for a session (by HTTP status, `code`, and words where they say nothing else). */

const longestRetryAfter: Milliseconds = 3_600_000;

const bounded = (ms: number): Milliseconds | null =>
  Number.isFinite(ms) ? Math.min(longestRetryAfter, Math.max(0, Math.round(ms))) : null;

/** `retry-after-ms`, or `retry-after` in seconds or as a date; at most an hour. */
export const retryAfterOf = (headers: Headers | undefined, now: number): Milliseconds | null => {
  const exact = headers?.get('retry-after-ms');
  const plain = headers?.get('retry-after');
  if (exact) return bounded(Number(exact));
  if (!plain) return null;
  return bounded(/^[\d.]+$/.test(plain) ? Number(plain) * 1000 : Date.parse(plain) - now);
};

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `Please try again in 7m12.5s`, as the services write it; null where they do not. */
const waitInWords = (message: string): Milliseconds | null => {
  const said = /try again in ((?:\d+(?:\.\d+)?(?:ms|h|m|s)\s*)+)/i.exec(message)?.[1];
  if (said === undefined) return null;
  const parts = [...said.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/gi)];
  return bounded(parts.reduce((sum, [, n, unit = '']) => sum + Number(n) * (unitMs[unit.toLowerCase()] ?? 0), 0));
};

const spentCodes = ['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active', 'insufficient_balance'];
const blockedCodes = ['content_filter', 'content_policy_violation', 'moderation_blocked', 'invalid_prompt'];

/** Parameters that every request of the session has alike: a complaint about one of them concerns them all. */
const commonParameters =
  /^(?:model|instructions|tools|tool_choice|temperature|max_(?:output_|completion_)?tokens|store|reasoning|reasoning_effort|text|stream)\b/;

const scopeOf = (error: APIError): RefusalScope =>
  commonParameters.test(typeof error.param === 'string' ? error.param : '') ? 'account' : 'request';

const isPage = (error: APIError): boolean =>
  /text\/html/.test(error.headers?.get('content-type') ?? '') ||
  /^\d{3}\s*<(?:!doctype|html|head|body)/i.test(error.message);

/** The page that came instead of the service's answer; null: none did. */
const pageStatusOf = (error: unknown): number | null => {
  if (error instanceof WebPageError) return error.status;
  if (!(error instanceof APIError)) return null;
  if (error.cause instanceof WebPageError) return error.cause.status;
  return error.status !== undefined && isPage(error) ? error.status : null;
};

/** OpenRouter: the path is there, but nobody behind it does what this request wants. */
const aboutEndpoints = /\bno (?:allowed )?(?:endpoints|providers)\b/i;

/** Whether the service has nothing at the path that was asked: then there may be another API. */
export const isPathMissing = (error: unknown): boolean => {
  const page = pageStatusOf(error);
  if (page !== null) return page === 404 || page === 405;
  if (!(error instanceof APIError) || error.status === undefined) return false;
  // A model that only the other API serves.
  if ([400, 404].includes(error.status) && /v1\/chat\/completions|responses (?:api|endpoint)/i.test(error.message))
    return true;
  if (error.status === 405 || error.status === 501) return true;
  return (
    error.status === 404 &&
    !aboutEndpoints.test(error.message) &&
    !isUnknownModel(`${error.code ?? ''} ${error.message}`)
  );
};

/** A call of a tool that the service itself could not read (Groq). */
export const isMalformedCall = (error: unknown): boolean =>
  error instanceof APIError && error.status === 400 && error.code === 'tool_use_failed';

const classifyStatus = (error: APIError, place: ServicePlace): AiFailure => {
  const { status = 0, message } = error;
  const retryAfter = retryAfterOf(error.headers, Date.now()) ?? waitInWords(message);
  switch (status) {
    case 401:
      return refused(
        'wrong-key',
        `${place.name} refuses the key, check ${place.keySetting} or the session's own key: ${message}`,
      );
    case 403:
      return refused('forbidden', `${place.name} does not permit this key or region to use the model: ${message}`);
    case 404:
      return unknownModel(place, message);
    case 408:
    case 409:
    case 425:
      return passing('busy', `${place.name} asks to try again: ${message}`, retryAfter);
    case 413:
      return refused('too-large', `the request is too large for ${place.name}: ${message}`, 'request');
    case 429:
      return passing('rate-limit', `the rate limit of ${place.name} is reached: ${message}`, retryAfter);
    default:
      return status < 500
        ? refused('bad-request', `${place.name} refuses the request: ${message}`, scopeOf(error))
        : passing('service-fault', `${place.name} has a fault: ${message}`, retryAfter);
  }
};

export const classifyOpenAiError = (error: unknown, place: ServicePlace): AiFailure => {
  const page = pageStatusOf(error);
  if (page !== null) return webPage(place, page);
  if (error instanceof APIConnectionTimeoutError) return passing('timeout', `${place.name} did not answer in time`);
  if (error instanceof APIConnectionError || !(error instanceof APIError)) return brokenCall(error, place);

  const { status = 0, message } = error;
  const code = `${error.code ?? ''} ${error.type ?? ''}`;
  const has = (codes: readonly string[]): boolean => codes.some((known) => code.includes(known));
  if (has(spentCodes) || status === 402)
    return refused('quota', `the quota of ${place.name} is spent, add credit to the account: ${message}`);
  if (has(blockedCodes))
    return { kind: 'no-answer', code: 'blocked', reason: `${place.name} blocked the request: ${message}`, usage: null };

  if (
    code.includes('context_length_exceeded') ||
    (status >= 400 && status < 500 && status !== 429 && isTooLong(message))
  )
    return tooLong(message);
  if (status >= 400 && status < 500 && ![401, 403, 429].includes(status) && isUnknownModel(`${code} ${message}`))
    return unknownModel(place, message);
  return classifyStatus(error, place);
};

const unsupportedWords =
  /(?:not|n't|no endpoints? found that) support\w*.{0,60}(?:image|picture|vision|file|pdf|document|audio|input|content)|(?:image|vision|file|pdf|document|audio|content)\S*.{0,60}(?:is|are) (?:not|un)\s?(?:supported|allowed)|unknown variant|invalid content type|does not have (?:vision|multimodal)|image_url|input_file/i;

/** For media: a file that the service cannot read is the customer's, not the session's fault, and stops nobody else's answer. */
export const classifyOpenAiMediaError = (error: unknown, place: ServicePlace): AiFailure => {
  const failure = classifyOpenAiError(error, place);
  if (!(error instanceof APIError) || failure.kind !== 'refused') return failure;
  const { status = 0 } = error;
  const none = (code: string): AiFailure => ({ kind: 'no-answer', code, reason: failure.reason, usage: null });

  if (failure.scope === 'request')
    return none(unsupportedWords.test(error.message) ? 'unsupported' : 'media-unreadable');
  return status === 404 && unsupportedWords.test(error.message) ? none('unsupported') : failure;
};
