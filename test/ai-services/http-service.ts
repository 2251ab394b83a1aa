import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import {
  type AiService,
  createScript,
  type MissingAnswer,
  type RecordedRequest,
  readBody,
  type Step,
  sendJson,
  sendMissing,
  stepSchema,
} from './script.ts';

/** One scripted service on a loopback port; the wire format is the caller's. */

export interface WireFormat {
  /** Path of `baseUrl`. */
  readonly basePath: string;
  /** Parses a request; null: no such endpoint. */
  read(request: IncomingMessage, path: string, body: Buffer): Promise<RecordedRequest | null>;
  /** Whether vectors are asked for. */
  isForVectors(recorded: RecordedRequest): boolean;
  /** Carries one step out. */
  play(step: Step, recorded: RecordedRequest, response: ServerResponse): ServerResponse;
  notFound(response: ServerResponse): ServerResponse;
}

const controlSchema = z.strictObject({
  script: z.array(stepSchema).optional(),
  always: stepSchema.optional(),
  scriptVectors: z.array(stepSchema).optional(),
  alwaysVectors: stepSchema.optional(),
  reset: z.boolean().optional(),
  serve: z.union([z.array(z.string()), z.literal('all')]).optional(),
});

/**
 * Starts the service on 127.0.0.1 (`port` 0: any). By hand it is scripted with `POST /__script {"script": [step…], "always": step,
 * "reset": true, "serve": ["/chat/completions"]}` (`scriptVectors`, `alwaysVectors` for vectors) and read with `GET /__requests`.
 */
export const startHttpService = async (wire: WireFormat, port: number): Promise<AiService> => {
  const script = createScript();
  const vectors = createScript();
  let requests: RecordedRequest[] = [];
  let missed: string[] = [];
  let served: readonly string[] | 'all' = 'all';
  let missing: MissingAnswer = 'json';
  const timers = new Set<NodeJS.Timeout>();

  const reset = (): void => {
    script.reset();
    vectors.reset();
    requests = [];
    missed = [];
    served = 'all';
    missing = 'json';
  };

  const control = (path: string, body: Buffer, response: ServerResponse): ServerResponse => {
    if (path === '/__requests') return sendJson(response, 200, requests);
    const wanted = controlSchema.safeParse(JSON.parse(body.toString('utf8') || '{}'));
    if (!wanted.success) return sendJson(response, 400, { error: z.prettifyError(wanted.error) });
    if (wanted.data.reset === true) reset();
    if (wanted.data.serve !== undefined) served = wanted.data.serve;
    script.add(wanted.data.script ?? []);
    if (wanted.data.always) script.always(wanted.data.always);
    vectors.add(wanted.data.scriptVectors ?? []);
    if (wanted.data.alwaysVectors) vectors.always(wanted.data.alwaysVectors);
    return sendJson(response, 200, { ok: true });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const body = await readBody(request);
    if (path.startsWith('/__')) {
      control(path, body, response);
      return;
    }
    const isServed = served === 'all' || served.some((end) => path.endsWith(end));
    const recorded = isServed ? await wire.read(request, path, body) : null;
    if (recorded === null) {
      missed.push(path);
      if (isServed && missing === 'json') wire.notFound(response);
      else sendMissing(response, missing);
      return;
    }
    requests.push(recorded);
    const step = (wire.isForVectors(recorded) ? vectors : script).next();
    if (step.kind === 'hang') return;
    if (step.kind === 'cut' && step.at === 'start') {
      request.socket.destroy();
      return;
    }
    const delay = step.kind === 'answer' ? (step.delayMs ?? 0) : 0;
    const timer = setTimeout(() => {
      timers.delete(timer);
      wire.play(step, recorded, response);
    }, delay);
    timers.add(timer);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: { message: `the local AI service failed: ${String(error)}` } });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${bound}${wire.basePath}`,
    get requests() {
      return requests;
    },
    script: (...steps) => script.add(steps),
    get missed() {
      return missed;
    },
    always: (step) => script.always(step),
    scriptVectors: (...steps) => vectors.add(steps),
    alwaysVectors: (step) => vectors.always(step),
    serve: (endpoints, how = 'json') => {
      served = endpoints;
      missing = how;
    },
    reset,
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      });
    },
  };
};
