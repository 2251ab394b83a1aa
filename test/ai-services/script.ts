import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

/** What a local AI service does with its next requests. Both wire formats share these steps. */

export const stepSchema = z.discriminatedUnion('kind', [
  /** Answers with this text; without one it says the customer's last text back. */
  z.strictObject({
    kind: z.literal('answer'),
    text: z.string().optional(),
    delayMs: z.number().int().min(0).optional(),
  }),
  /** Accepts the request and never answers. */
  z.strictObject({ kind: z.literal('hang') }),
  /** Sends the headers and half of the body, then nothing more. */
  z.strictObject({ kind: z.literal('stall') }),
  /** Cuts the connection: before any byte, or in the middle of the body. */
  z.strictObject({ kind: z.literal('cut'), at: z.enum(['start', 'body']) }),
  /** An HTTP error with the service's own error body. `quota`: spent for good (429). */
  z.strictObject({
    kind: z.literal('error'),
    status: z.number().int().min(400).max(599),
    quota: z.boolean().optional(),
    message: z.string().optional(),
    code: z.string().optional(),
    param: z.string().optional(),
    retryAfter: z.string().optional(),
  }),
  /** Refuses any request with a temperature (400), answers without one. */
  z.strictObject({ kind: z.literal('no-temperature'), text: z.string().optional() }),
  /** A well-formed response without text. */
  z.strictObject({ kind: z.literal('empty') }),
  /** Safety block: of the prompt, or of the answer under way. */
  z.strictObject({ kind: z.literal('blocked'), what: z.enum(['prompt', 'answer']) }),
  /** OpenAI: a refusal item instead of text. Gemini: a finish reason that means no. */
  z.strictObject({ kind: z.literal('refusal'), text: z.string() }),
  /** The answer ran into the token limit. */
  z.strictObject({ kind: z.literal('cut-short'), text: z.string() }),
  /** OpenAI only: 200 with status `failed`. */
  z.strictObject({ kind: z.literal('failed'), code: z.string() }),
  /** 200 with a body that is no JSON of this service. */
  z.strictObject({ kind: z.literal('garbage'), contentType: z.string(), body: z.string() }),
]);
export type Step = z.infer<typeof stepSchema>;

/** One request as it came. Header values as sent, so that a test can look at the key. */
export interface RecordedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or the fields of a form. */
  readonly body: unknown;
}

export interface AiService {
  /** What `OPENAI_BASE_URL` or `GEMINI_BASE_URL` must be. */
  readonly baseUrl: string;
  readonly requests: readonly RecordedRequest[];
  /** Adds steps, one per request. */
  script(...steps: readonly Step[]): void;
  /** What happens when the script is at its end; `answer` without a text at the start. */
  always(step: Step): void;
  /** Forgets script and requests. */
  reset(): void;
  close(): Promise<void>;
}

/** Keeps the script of one service. */
export const createScript = () => {
  let queue: Step[] = [];
  let usual: Step = { kind: 'answer' };
  return {
    add: (steps: readonly Step[]): void => {
      queue.push(...steps);
    },
    always: (step: Step): void => {
      usual = step;
    },
    reset: (): void => {
      queue = [];
      usual = { kind: 'answer' };
    },
    next: (): Step => queue.shift() ?? usual,
  };
};

export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

export const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));

export const sendJson = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ServerResponse => {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  return response.end(text);
};

/** Headers of a whole answer, but only half of it; then silence (`stall`) or a cut. */
export const sendHalf = (response: ServerResponse, body: unknown, cut: boolean): ServerResponse => {
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.write(text.slice(0, Math.floor(text.length / 2)), () => {
    if (cut) response.socket?.destroy();
  });
  return response;
};

/** Crude and deterministic: a token for four characters. */
export const countTokens = (value: unknown): number => Math.ceil(JSON.stringify(value ?? '').length / 4);
