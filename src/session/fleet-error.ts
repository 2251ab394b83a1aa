/**
 * The few ways in which zap-fleet says no. A code maps to one exit code and one HTTP status; the message is one line that says
 * what to do; the cause is kept for the log.
 */
const codes = {
  failed: { exit: 1, http: 500 },
  unavailable: { exit: 1, http: 503 },
  timeout: { exit: 1, http: 504 },
  'browser-missing': { exit: 1, http: 503 },
  'browser-died': { exit: 1, http: 503 },
  'page-hung': { exit: 1, http: 504 },
  'no-network': { exit: 1, http: 503 },
  dns: { exit: 1, http: 503 },
  'whatsapp-unreachable': { exit: 1, http: 503 },
  usage: { exit: 2, http: 400 },
  unauthorized: { exit: 1, http: 401 },
  /** Whoever asks is known, and may not do this. */
  forbidden: { exit: 1, http: 403 },
  'no-such-session': { exit: 3, http: 404 },
  'refused-by-state': { exit: 4, http: 409 },
  'already-exists': { exit: 4, http: 409 },
  'too-large': { exit: 1, http: 413 },
} as const satisfies Record<string, { exit: number; http: number }>;

export type FleetErrorCode = keyof typeof codes;

export const isFleetErrorCode = (text: string): text is FleetErrorCode => Object.hasOwn(codes, text);

export class FleetError extends Error {
  override readonly name = 'FleetError';
  readonly code: FleetErrorCode;

  constructor(code: FleetErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  get exitCode(): number {
    return codes[this.code].exit;
  }

  get httpStatus(): number {
    return codes[this.code].http;
  }
}

/** Any thrown thing as one line of text, without its stack. A host with several addresses fails as several errors without a word of their own. */
export const messageOf = (error: unknown): string => {
  const line = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  if (line !== '' || !(error instanceof Error)) return line;
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  return first === undefined ? error.name : messageOf(first);
};
