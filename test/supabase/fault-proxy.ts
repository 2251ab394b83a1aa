import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to one request on its way. `lose-answer`: it arrives, its answer does not. `twice`: it arrives two times. */
export type Fault =
  | 'none'
  | 'cut'
  | 'lose-answer'
  | 'twice'
  | { readonly status: number; readonly headers?: Record<string, string> }
  | { readonly delayMs: number };

export interface FaultProxy {
  readonly url: string;
  /** Decides for each request, by its number and path. */
  setFaults(decide: (count: number, path: string) => Fault): void;
  requests(): number;
  /** Nothing listens any more: connections are refused. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  close(): Promise<void>;
}

const collect = async (from: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of from) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

/** Asks `target` the same; its answer as it came, packed where it was packed. */
export const forward = (
  target: URL,
  request: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> =>
  new Promise((resolve, reject) => {
    const { connection: _, 'content-length': __, 'transfer-encoding': ___, ...headers } = request.headers;
    const out = httpRequest(
      {
        host: target.hostname,
        port: target.port,
        path: request.url,
        method: request.method,
        headers: { ...headers, host: target.host, 'content-length': body.length },
      },
      (answer) => {
        collect(answer).then(
          (all) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: all }),
          reject,
        );
      },
    );
    out.on('error', reject);
    out.end(body);
  });

/** Stands between the client and Supabase and does what networks do. */
export const startFaultProxy = async (targetUrl: string, host = '127.0.0.1'): Promise<FaultProxy> => {
  const target = new URL(targetUrl);
  let decide: (count: number, path: string) => Fault = () => 'none';
  let count = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = decide(count, request.url ?? '');
    count += 1;
    const body = await collect(request);
    if (fault === 'cut') {
      request.socket.destroy();
      return;
    }
    if (typeof fault === 'object' && 'status' in fault) {
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      response.end(JSON.stringify({ message: `made up ${fault.status}` }));
      return;
    }
    if (typeof fault === 'object') await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    const answer = await forward(target, request, body);
    if (fault === 'twice') await forward(target, request, body);
    if (fault === 'lose-answer') {
      request.socket.destroy();
      return;
    }
    const { 'transfer-encoding': _, 'content-length': __, connection: ___, ...headers } = answer.headers;
    response.writeHead(answer.status, { ...headers, 'content-length': answer.body.length });
    response.end(answer.body);
  };
  let server: Server | null = null;
  let port = 0;
  const plug = async (): Promise<void> => {
    const fresh = createServer((request, response) => {
      handle(request, response).catch(() => request.socket.destroy());
    });
    await new Promise<void>((resolve) => fresh.listen(port, host, resolve));
    port = (fresh.address() as AddressInfo).port;
    server = fresh;
  };
  const unplug = async (): Promise<void> => {
    const old = server;
    server = null;
    if (old === null) return;
    old.closeAllConnections();
    await new Promise((resolve) => old.close(resolve));
  };
  await plug();
  return {
    url: `http://${host}:${port}`,
    setFaults: (next) => {
      decide = next;
    },
    requests: () => count,
    unplug,
    plug,
    close: unplug,
  };
};
