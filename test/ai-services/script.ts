import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

/** What a local AI service does with its next requests. Both wire formats share these steps. */

export const stepSchema = z.discriminatedUnion('kind', [
  /** Answers with this text; without one it says the customer's last text back. */
  z.strictObject({
    kind: z.literal('answer'),
    text: z.string().optional(),
    delayMs: z.number().int().min(0).optional(),
    /** Thought aloud before it: a part, an item or a field of its own, as the service has it. */
    thought: z.string().optional(),
    /** `false`: the service says nothing about tokens (chat completions of some servers). */
    usage: z.boolean().optional(),
  }),
  /** Calls a tool; the arguments as the text that the model wrote. */
  z.strictObject({
    kind: z.literal('tool'),
    name: z.string(),
    arguments: z.string(),
    text: z.string().optional(),
  }),
  /** The model thinks until the limit of tokens and says nothing. */
  z.strictObject({ kind: z.literal('thinking'), tokens: z.number().int().min(1) }),
  /** A call of a tool that cannot be read. */
  z.strictObject({ kind: z.literal('malformed-call') }),
  /** Refuses any request that has this field anywhere (400), answers without it. */
  z.strictObject({
    kind: z.literal('no-field'),
    field: z.string(),
    text: z.string().optional(),
    message: z.string().optional(),
    status: z.number().int().optional(),
  }),
  /** A page for people, from a proxy or a login. */
  z.strictObject({ kind: z.literal('page'), status: z.number().int(), body: z.string().optional() }),
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
  /** Vectors only: of another length than was asked for, or fewer of them. */
  z.strictObject({
    kind: z.literal('vectors'),
    dimensions: z.number().int().min(1).optional(),
    missing: z.number().int().min(0).optional(),
  }),
  /** Vectors only: refuses a request with a longer text than this. */
  z.strictObject({ kind: z.literal('short-texts'), characters: z.number().int().min(1) }),
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
  /** Paths that were asked for and are not there. */
  readonly missed: readonly string[];
  /** Adds steps, one per request. */
  script(...steps: readonly Step[]): void;
  /** What happens when the script is at its end; `answer` without a text at the start. */
  always(step: Step): void;
  /** The same for requests of vectors, which have a script of their own: they come beside those for answers. */
  scriptVectors(...steps: readonly Step[]): void;
  alwaysVectors(step: Step): void;
  /** Which endpoints are there from now on, by the end of their path, and how the others answer; all at the start. */
  serve(endpoints: readonly string[] | 'all', missing?: MissingAnswer): void;
  /** Forgets script, requests and `serve`. */
  reset(): void;
  close(): Promise<void>;
}

/** How a server says that it has no such path: OpenAI's JSON, a line of text (Ollama), FastAPI's JSON, a page (a web server), 405. */
export type MissingAnswer = 'json' | 'text' | 'detail' | 'page' | 'method';

export const sendMissing = (response: ServerResponse, how: MissingAnswer): ServerResponse => {
  const send = (status: number, type: string, body: string): ServerResponse => {
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    return response.end(body);
  };
  switch (how) {
    case 'json':
      return sendJson(response, 404, {
        error: { message: 'Invalid URL', type: 'invalid_request_error', param: null, code: null },
      });
    case 'text':
      return send(404, 'text/plain', '404 page not found');
    case 'detail':
      return sendJson(response, 404, { detail: 'Not Found' });
    case 'page':
      return send(404, 'text/html; charset=utf-8', '<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>');
    case 'method':
      return send(405, 'application/json', '{"detail":"Method Not Allowed"}');
  }
};

/** Whether a value has a field of this name, at any depth. */
export const hasField = (value: unknown, field: string): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => (key === field && inner !== undefined) || hasField(inner, field));
};

export const sendPage = (response: ServerResponse, step: Extract<Step, { kind: 'page' }>): ServerResponse => {
  const body = step.body ?? `<!DOCTYPE html><html><body><h1>${step.status}</h1><p>Please log in.</p></body></html>`;
  response.writeHead(step.status, { 'content-type': 'text/html; charset=utf-8' });
  return response.end(body);
};

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
