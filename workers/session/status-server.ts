import { createServer, type Server } from 'node:http';
import type { Logger } from '../../src/log/logger.ts';
import { FleetError } from '../../src/session/fleet-error.ts';

/** The worker's own port on loopback: `GET /health` and `GET /status`, JSON, never a QR. */
export interface StatusServer {
  readonly port: number;
  close(): Promise<void>;
}

const loopback = '127.0.0.1';
/** Any other name in the Host header is a web page that wants to read us through the browser (DNS rebinding). */
const ownHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const onError = (error: Error): void => reject(error);
    server.once('error', onError);
    server.listen(port, loopback, () => {
      server.off('error', onError);
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new FleetError('failed', 'the worker has no port'));
    });
  });

/** Listens on `port`; when something else took it meanwhile, on any free one, which the heartbeat then tells. */
export const openStatusServer = async (options: {
  readonly port: number;
  readonly health: () => object;
  readonly status: () => object;
  readonly log: Logger;
}): Promise<StatusServer> => {
  const server = createServer((request, response) => {
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
    if (path === '/health') return answer(200, options.health());
    if (path === '/status') return answer(200, options.status());
    return answer(404, { error: 'there are /health and /status' });
  });
  server.headersTimeout = 5000;
  server.requestTimeout = 5000;
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
        server.closeAllConnections();
      }),
  };
};
