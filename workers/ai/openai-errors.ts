import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import type { Milliseconds } from '../../src/session/units.ts';
import { type AiFailure, brokenCall, passing, refused } from './service-call.ts';

/** What OpenAI's errors mean for a session (by HTTP status and `code`, as the library's error classes carry them). */

const longestRetryAfter: Milliseconds = 3_600_000;

/** `retry-after-ms`, or `retry-after` in seconds or as a date; at most an hour. */
export const retryAfterOf = (headers: Headers | undefined, now: number): Milliseconds | null => {
  const exact = headers?.get('retry-after-ms');
  const plain = headers?.get('retry-after');
  const wait = exact
    ? Number(exact)
    : plain && /^[\d.]+$/.test(plain)
      ? Number(plain) * 1000
      : plain
        ? Date.parse(plain) - now
        : Number.NaN;
  return Number.isFinite(wait) ? Math.min(longestRetryAfter, Math.max(0, Math.round(wait))) : null;
};

const spentCodes = ['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active'];
const blockedCodes = ['content_filter', 'content_policy_violation', 'moderation_blocked', 'invalid_prompt'];

/** OpenAI refuses a temperature for some models: worth one more try without it. */
export const refusesTemperature = (error: unknown): boolean =>
  error instanceof APIError &&
  error.status === 400 &&
  (error.param === 'temperature' || /\btemperature\b/i.test(error.message));

export const classifyOpenAiError = (error: unknown): AiFailure => {
  if (error instanceof APIConnectionTimeoutError) return passing('timeout', 'OpenAI did not answer in time');
  if (error instanceof APIConnectionError || !(error instanceof APIError)) return brokenCall(error);
  const { status, message } = error;
  const code = `${error.code ?? ''} ${error.type ?? ''}`;
  const has = (codes: readonly string[]): boolean => codes.some((known) => code.includes(known));
  if (has(spentCodes) || status === 402)
    return refused('quota', `OpenAI's quota is spent, add credit to the account: ${message}`);
  if (has(blockedCodes))
    return { kind: 'no-answer', code: 'blocked', reason: `OpenAI blocked the request: ${message}`, usage: null };
  if (code.includes('context_length_exceeded'))
    return refused('too-long', `the conversation is too long for the model, lower ai_config.historyTokens: ${message}`);
  switch (status) {
    case 401:
      return refused('wrong-key', `OpenAI refuses the key, check OPENAI_KEY or the session's own key: ${message}`);
    case 403:
      return refused('forbidden', `OpenAI does not permit this key or region to use the model: ${message}`);
    case 404:
      return refused('unknown-model', `OpenAI does not know the model, check ai_config.model: ${message}`);
    case 408:
    case 409:
    case 425:
      return passing('busy', `OpenAI asks to try again: ${message}`, retryAfterOf(error.headers, Date.now()));
    case 429:
      return passing(
        'rate-limit',
        `OpenAI's rate limit is reached: ${message}`,
        retryAfterOf(error.headers, Date.now()),
      );
    default:
      if (status !== undefined && status < 500)
        return refused(
          code.includes('model_not_found') ? 'unknown-model' : 'bad-request',
          `OpenAI refuses the request: ${message}`,
        );
      return passing('service-fault', `OpenAI has a fault: ${message}`, retryAfterOf(error.headers, Date.now()));
  }
};

/** For media: a file that the service cannot read is the customer's, not the session's fault, and stops nobody else's answer. */
export const classifyOpenAiMediaError = (error: unknown): AiFailure => {
  const failure = classifyOpenAiError(error);
  const isFile =
    error instanceof APIError && [400, 413, 415, 422].includes(error.status ?? 0) && failure.code === 'bad-request';
  const isParameter =
    error instanceof APIError && ['model', 'store', 'max_output_tokens', 'instructions'].includes(error.param ?? '');
  return isFile && !isParameter
    ? { kind: 'no-answer', code: 'media-unreadable', reason: failure.reason, usage: null }
    : failure;
};
