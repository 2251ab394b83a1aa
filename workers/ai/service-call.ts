import { plainText } from '../../src/session/plain-text.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { AiResult, AiTextResult, RefusalScope } from './ai-provider.ts';

/** What calls to all AI services have in common: one deadline over the whole call, failures as values, no key in any text. */

export type AiFailure = Exclude<AiTextResult, { readonly kind: 'answer' }>;

class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** Runs `work` until it ends, the caller aborts or the time is over; the work's own signal is aborted then. */
const abortAtDeadline = async <T>(
  signal: AbortSignal,
  timeoutMs: Milliseconds,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const own = new AbortController();
  const giveUp = (): void => own.abort(signal.reason);
  const timer = setTimeout(() => own.abort(new DeadlinePassed()), timeoutMs);
  signal.addEventListener('abort', giveUp, { once: true });
  const aborted = new Promise<never>((_, reject) => {
    own.signal.addEventListener('abort', () => reject(own.signal.reason as Error), { once: true });
  });
  try {
    // The libraries stop listening to the signal once the headers are there; the race holds for a body that never ends.
    return await Promise.race([work(own.signal), aborted]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
};

const longestReason = 300;
// Shapes of OpenAI's and Google's keys, also half masked as in "Incorrect API key provided: sk-ab***yz".
const keyShapes = /\bsk-[\w*.-]{3,}|\bAIza[\w*.-]{6,}|\bBearer\s+\S+|([?&]key=)[^&\s]+/g;

/** One plain line without the given secrets and without anything that looks like a key. */
export const redact = (text: string, secrets: readonly string[]): string => {
  const hidden = secrets
    .filter((secret) => secret.length > 0)
    .reduce((clean, secret) => clean.replaceAll(secret, '[key]'), text)
    .replace(keyShapes, (_, prefix: string | undefined) => `${prefix ?? ''}[key]`);
  const line = plainText(hidden);
  return line.length > longestReason ? `${line.slice(0, longestReason)}…` : line;
};

export interface ServiceCall {
  readonly signal: AbortSignal;
  readonly timeoutMs: Milliseconds;
  readonly secrets: readonly string[];
  /** What an error of the library means. */
  readonly classify: (error: unknown) => AiFailure;
}

/** Runs one call; rejects only when the caller's signal aborts. */
export const callService = async <R extends AiResult>(
  call: ServiceCall,
  work: (signal: AbortSignal) => Promise<R>,
): Promise<R | AiFailure> => {
  call.signal.throwIfAborted();
  let result: R | AiFailure;
  try {
    result = await abortAtDeadline(call.signal, call.timeoutMs, work);
  } catch (error) {
    call.signal.throwIfAborted();
    result =
      error instanceof DeadlinePassed
        ? passing('timeout', `the AI service did not answer within ${Math.round(call.timeoutMs / 1000)} s`)
        : call.classify(error);
  }
  return result.kind === 'answer' || result.kind === 'tool'
    ? result
    : { ...result, reason: redact(result.reason, call.secrets) };
};

export const refused = (code: string, reason: string, scope: RefusalScope = 'account'): AiFailure => ({
  kind: 'refused',
  scope,
  code,
  reason,
});

export const passing = (code: string, reason: string, retryAfterMs: Milliseconds | null = null): AiFailure => ({
  kind: 'passing',
  code,
  reason,
  retryAfterMs,
});

/** An error that no service sent: the connection broke, or what came is not what the service speaks. */
export const brokenCall = (error: unknown): AiFailure => {
  const text =
    error instanceof Error
      ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`
      : String(error);
  // Fetch reports a broken connection as a TypeError, too; any other one means that a library stumbled over the body.
  const stumbled = error instanceof TypeError && !/fetch failed|terminated|network/i.test(error.message);
  if (error instanceof SyntaxError || stumbled)
    return passing('garbled', `the AI service sent something unreadable: ${text}`);
  return passing('connection', `the connection to the AI service broke: ${text.trim()}`);
};
