import { GoogleGenerativeAIError, GoogleGenerativeAIFetchError } from '@google/generative-ai';
import { z } from 'zod';
import type { Milliseconds } from '../../src/session/units.ts';
import { type AiFailure, passing, refused } from './service-call.ts';
import { brokenCall, isTooLong, isUnknownModel, tooLong, unknownModel, webPage, wrongPath } from './service-faults.ts';
import type { ServicePlace } from './service-place.ts';

/** What Gemini's errors mean for a session. */

const detailSchema = z.object({
  reason: z.string().optional(),
  retryDelay: z.string().optional(),
  violations: z.array(z.object({ quotaId: z.string().optional() })).optional(),
});

const detailsOf = (error: GoogleGenerativeAIFetchError): readonly z.infer<typeof detailSchema>[] =>
  (error.errorDetails ?? []).flatMap((detail) => detailSchema.safeParse(detail).data ?? []);

/** `retryDelay` of the error's RetryInfo: `37s`, `1.5s`; at most an hour. */
const retryAfterOf = (error: GoogleGenerativeAIFetchError): Milliseconds | null => {
  const delay = detailsOf(error).find((detail) => detail.retryDelay !== undefined)?.retryDelay ?? '';
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1];
  return seconds === undefined ? null : Math.min(3_600_000, Math.round(Number(seconds) * 1000));
};

/**
 * A 429 of the day's quota or of an account without one does not pass by waiting a little. (The words "check your plan and billing"
 * stand in every 429, also in those of the minute.)
 */
const isSpent = (error: GoogleGenerativeAIFetchError): boolean =>
  detailsOf(error).some((detail) => detail.violations?.some((violation) => /PerDay/i.test(violation.quotaId ?? ''))) ||
  /\blimit: 0\b|credits? (?:are|is) depleted/i.test(error.message);

/** What the service said itself, after what the library puts before it; empty: what came was no error of Gemini's. */
const wordsOf = ({ message }: GoogleGenerativeAIFetchError): string =>
  /\[\d{3}[^\]]*\]\s*([\s\S]*)$/.exec(message)?.[1] ?? '';

/** Complaints about what every request of the session has alike, and about the account. */
const isCommon = (words: string): boolean =>
  /\b(?:generation_?config|max_?output_?tokens|temperature|function_?declarations?|tools?\[|system_?instruction|billing|location)\b|FAILED_PRECONDITION/i.test(
    words.replace(/models\/\S+/g, ''),
  );

const classifyStatus = (error: GoogleGenerativeAIFetchError, status: number, place: ServicePlace): AiFailure => {
  const words = wordsOf(error);
  switch (status) {
    case 403:
      return refused('forbidden', `${place.name} does not permit this key to use the model: ${words}`);
    case 404:
      return isUnknownModel(words)
        ? unknownModel(place, words)
        : wrongPath(
            place,
            ['/v1beta/models'],
            place.addressSetting === null
              ? 'does a proxy stand between?'
              : `check the address in ${place.addressSetting}, which ends before /v1beta`,
          );
    case 408:
    case 409:
    case 499:
      return passing('busy', `${place.name} asks to try again: ${words}`, retryAfterOf(error));
    case 413:
      return refused('too-large', `the request is too large for ${place.name}: ${words}`, 'request');
    case 429:
      return isSpent(error)
        ? refused('quota', `the quota of ${place.name} is spent, check the plan and billing: ${words}`)
        : passing('rate-limit', `the rate limit of ${place.name} is reached: ${words}`, retryAfterOf(error));
    default:
      if (status >= 500) return passing('service-fault', `${place.name} has a fault: ${words}`, retryAfterOf(error));
      return isTooLong(words)
        ? tooLong(words)
        : refused(
            'bad-request',
            `${place.name} refuses the request: ${words}`,
            isCommon(words) ? 'account' : 'request',
          );
  }
};

/** A connection that did not come about, whose cause the library swallows. */
export const isFetchFailed = (error: unknown): boolean =>
  error instanceof GoogleGenerativeAIError && /: (?:fetch failed|terminated)$/.test(error.message);

export const classifyGeminiError = (error: unknown, place: ServicePlace): AiFailure => {
  // The library reads a page as JSON that does not begin.
  if (error instanceof SyntaxError && /Unexpected token '<'/.test(error.message)) return webPage(place, 200);
  if (!(error instanceof GoogleGenerativeAIFetchError) || error.status === undefined) return brokenCall(error, place);

  const words = wordsOf(error);
  const wrongKey =
    detailsOf(error).some((detail) => detail.reason === 'API_KEY_INVALID') ||
    /API key (?:not valid|expired|not found)/i.test(words);
  // Google answers 400 to a wrong key.
  if (wrongKey || error.status === 401)
    return refused('wrong-key', `${place.name} refuses the key, check GEMINI_KEY or the session's own key: ${words}`);
  if (words === '' && [502, 503, 504].includes(error.status)) return webPage(place, error.status);
  return classifyStatus(error, error.status, place);
};

/** For media: a file that the service cannot read is the customer's, not the session's fault. */
export const classifyGeminiMediaError = (error: unknown, place: ServicePlace): AiFailure => {
  const failure = classifyGeminiError(error, place);
  if (failure.kind !== 'refused' || failure.scope !== 'request') return failure;
  const isUnsupported =
    /unsupported mime|mime ?type.{0,80}not support|(?:image|audio|video|document|pdf).{0,60}(?:not|n't) support/i.test(
      failure.reason,
    );
  return {
    kind: 'no-answer',
    code: isUnsupported ? 'unsupported' : 'media-unreadable',
    reason: failure.reason,
    usage: null,
  };
};
