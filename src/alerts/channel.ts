import type { EpochMs, Milliseconds } from '../session/units.ts';

/** One way to reach a person. */
export interface Channel {
  readonly name: 'webhook' | 'slack' | 'discord' | 'telegram' | 'whatsapp';
  /** Rejects with `ChannelError`: then it is tried again. */
  send(message: ChannelMessage): Promise<void>;
}

export interface ChannelMessage {
  readonly kind: 'problem' | 'recovery' | 'test' | 'digest';
  /** The whole message as plain text. */
  readonly text: string;
  readonly at: EpochMs;
  /** For programs: stays the same from a problem to its recovery; null for a digest. */
  readonly key: string | null;
  readonly session: string | null;
}

/** Why a channel did not take a message, in words that hold no address and no token. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly retryAfterMs: Milliseconds | null;

  constructor(message: string, retryAfterMs: Milliseconds | null = null) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

const sendWithin: Milliseconds = 10_000;

const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'it failed';
  if (error.name === 'TimeoutError') return `no answer within ${sendWithin / 1000} s`;
  // The message of fetch's cause may hold an address with a token in it; its code does not.
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? `not reachable (${String(cause.code)})` : 'not reachable';
};

/** A POST with a deadline. Rejects with `ChannelError` unless the answer is 2xx; resolves with its body's first 100 kB. */
export const post = async (
  url: string,
  init: {
    readonly body: string | FormData;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
  },
): Promise<string> => {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      body: init.body,
      headers: init.headers ?? {},
      redirect: 'error',
      signal: init.signal ?? AbortSignal.timeout(sendWithin),
    });
    text = (await response.text()).slice(0, 100_000);
  } catch (error) {
    throw new ChannelError(causeOf(error));
  }
  if (response.ok) return text;
  const retryAfter = Number(response.headers.get('retry-after'));
  throw new ChannelError(
    `refused with HTTP ${response.status}`,
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * 1000 : null,
  );
};

export const postJson = (
  url: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<string> =>
  post(url, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
    ...(signal === undefined ? {} : { signal }),
  });
