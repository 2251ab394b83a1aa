import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '../../src/log/logger.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import type { Milliseconds } from '../../src/session/units.ts';

/** The worker's own port on loopback: `GET /health` and `GET /status`, JSON, never a QR. */
export interface StatusServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Answers {
  readonly health: () => object;
  readonly status: () => object;
}

const loopback = '127.0.0.1';
/** Any other name in the Host header is a web page that wants to read us through the browser (DNS rebinding). */
const ownHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;
/** From the first byte to the last answer of one connection. */
const longest: Milliseconds = 5000;

/** Speaks HTTP with the connections that it is given. Nobody asks most workers anything, and it loads ten parts of Node. */
const createAnswerer = ({ health, status }: Answers): HttpServer =>
  createHttpServer((request, response) => {
    const answer = (code: number, body: object): void => {
      const text = JSON.stringify(body);
      response.writeHead(code, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(text),
        'cache-control': 'no-store',
        connection: 'close',
      });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    if (!ownHost.test(request.headers.host ?? '')) return answer(403, { error: 'this port answers to localhost only' });
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, { error: 'only GET' });
    const path = (request.url ?? '').split('?')[0];
    if (path === '/health') return answer(200, health());
    if (path === '/status') return answer(200, status());
    return answer(404, { error: 'there are /health and /status' });
  });

/**
 * `listen` looks even an address up, and what it asks it with (a regular expression for IPv6, `dns`, `cluster`) is a tenth of what a worker's start costs
 * beyond Node's. This is the step that Node itself takes after that; where it is gone one day `listen` does it all.
 */
export const listenOnLoopback = (server: Pick<Server, 'listen'> & { _listen2?: unknown }, port: number): void => {
  if (typeof server._listen2 === 'function') server._listen2(loopback, port, 4);
  else server.listen(port, loopback);
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const onListening = (): void => {
      server.off('error', onError);
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new FleetError('failed', 'the worker has no port'));
    };
    const onError = (error: Error): void => {
      server.off('listening', onListening);
      reject(error);
    };
    server.once('error', onError).once('listening', onListening);
    listenOnLoopback(server, port);
  });

/** Listens on `port`; when something else took it meanwhile, on any free one, which the heartbeat then tells. */
export const openStatusServer = async (
  options: Answers & { readonly port: number; readonly log: Logger },
): Promise<StatusServer> => {
  const open = new Set<Socket>();
  let answerer: HttpServer | undefined;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    const deadline = setTimeout(() => socket.destroy(), longest);
    socket.once('close', () => {
      clearTimeout(deadline);
      open.delete(socket);
    });
    answerer ??= createAnswerer(options);
    answerer.emit('connection', socket);
  });
  server.maxConnections = 50;
  let port: number;
  try {
    port = await listen(server, options.port);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')))
      throw error;
    port = await listen(server, 0);
    options.log.warn('the port of this worker is taken; it listens on another one', { wanted: options.port, port });
  }
  server.on('error', (error) => options.log.warn('the status port failed', { error }));
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
};
