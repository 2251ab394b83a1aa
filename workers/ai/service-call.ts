import { plainText } from '../../src/session/plain-text.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { AiResult, AiTextResult, AiUsage, RefusalScope } from './ai-provider.ts';

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
// What stands for a key where none is wanted (`none`, `x`) is no secret, and a common word.
const shortestSecret = 6;
// Shapes of OpenAI's and Google's keys, also half masked as in "Incorrect API key provided: sk-ab***yz".
const keyShapes = /\bsk-[\w*.-]{3,}|\bAIza[\w*.-]{6,}|\bBearer\s+\S+|([?&]key=)[^&\s]+/g;

/** One plain line without the given secrets and without anything that looks like a key. */
export const redact = (text: string, secrets: readonly string[]): string => {
  const hidden = secrets
    .filter((secret) => secret.length >= shortestSecret)
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

/** The given result with the usage of all calls that led to it. */
const withUsage = <R extends AiResult>(result: R, spent: AiUsage | null): R =>
  spent === null ? result : { ...result, usage: spent };

/**
 * Runs one piece of work, which may be several calls and books what each of them used; rejects only when the caller's signal aborts.
 */
export const callService = async <R extends AiResult>(
  call: ServiceCall,
  work: (signal: AbortSignal, book: (usage: AiUsage | null) => void) => Promise<R>,
): Promise<R | AiFailure> => {
  call.signal.throwIfAborted();
  let spent: AiUsage | null = null;
  const book = (usage: AiUsage | null): void => {
    if (usage === null) return;
    spent = {
      inputTokens: (spent?.inputTokens ?? 0) + usage.inputTokens,
      outputTokens: (spent?.outputTokens ?? 0) + usage.outputTokens,
    };
  };

  let result: R | AiFailure;
  try {
    result = await abortAtDeadline(call.signal, call.timeoutMs, (signal) => work(signal, book));
  } catch (error) {
    call.signal.throwIfAborted();
    result =
      error instanceof DeadlinePassed
        ? passing('timeout', `the AI service did not answer within ${Math.round(call.timeoutMs / 1000)} s`)
        : call.classify(error);
  }
  const told =
    result.kind === 'answer' || result.kind === 'tool'
      ? result
      : { ...result, reason: redact(result.reason, call.secrets) };
  return withUsage(told, spent);
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
