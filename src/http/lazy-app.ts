import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { withDeadline } from '../pace/deadline.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { requestIdOf, securityHeaders } from './answer-headers.ts';
import type { HttpApp } from './app.ts';

export interface LazyApp {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
  /** Who still waits is cut off; nothing is handed on any more. */
  close(): Promise<void>;
}

/** What could not be built is tried again, but not by every request: each try keeps a core busy. */
const triesAgainAfter: Milliseconds = 10_000;

/** The library's own words may name paths of this machine: they go to the log and to the banner. */
const refuse = (request: IncomingMessage, response: ServerResponse): void => {
  const requestId = requestIdOf(request);
  const message = 'the API could not be started; the log of the master tells more';
  response.writeHead(503, {
    ...securityHeaders,
    'x-request-id': requestId,
    'content-type': 'application/json; charset=utf-8',
    'retry-after': String(triesAgainAfter / 1000),
    connection: 'close',
  });
  response.end(JSON.stringify({ error: { code: 'unavailable', message, requestId } }));
};

/** A connection that asked for an upgrade has no response of its own. */
const refuseUpgrade = (request: IncomingMessage, socket: Socket): void => {
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  response.once('finish', () => socket.destroySoon());
  refuse(request, response);
};

/**
 * Makes what answers when the first request comes, and keeps whoever asks meanwhile waiting, in order. Who waited longer than `within`, or for what
 * could not be made, is told so with 503. `onMade` hears null when it is made, else why not.
 */
export const createLazyApp = (options: {
  readonly make: () => Promise<HttpApp>;
  readonly within: Milliseconds;
  readonly onMade: (error: unknown) => void;
}): LazyApp => {
  const waiting = new Set<Socket>();
  let app: HttpApp | null = null;
  let making: Promise<HttpApp> | null = null;
  let failure: { readonly error: unknown; readonly at: Milliseconds } | null = null;
  let isClosed = false;

  const make = async (): Promise<HttpApp> => {
    try {
      app = await options.make();
    } catch (error) {
      making = null;
      failure = { error, at: performance.now() };
      options.onMade(error);
      throw error;
    }
    options.onMade(null);
    return app;
  };

  const made = async (): Promise<HttpApp> => {
    if (failure !== null && performance.now() - failure.at < triesAgainAfter) throw failure.error;
    making ??= make();
    return withDeadline(making, options.within, () => new FleetError('timeout', 'the API is not built yet'));
  };

  /** `then` gets what answers, or null; not called for a connection that is gone by then. */
  const wait = async (socket: Socket, then: (ready: HttpApp | null) => void): Promise<void> => {
    // Node has taken its own listener away from a connection that asked for an upgrade.
    const end = (): void => void socket.destroy();
    socket.on('error', end);
    // One that was on its way while it closed.
    if (isClosed) return end();
    waiting.add(socket);
    const ready = await made().catch(() => null);
    waiting.delete(socket);
    if (!isClosed && !socket.destroyed) then(ready);
    socket.off('error', end);
  };

  return {
    request: (request, response) => {
      if (app !== null) app.request(request, response);
      else
        void wait(request.socket, (ready) =>
          ready === null ? refuse(request, response) : ready.request(request, response),
        );
    },
    upgrade: (request, socket, head) => {
      if (app !== null) app.upgrade(request, socket, head);
      else
        void wait(socket, (ready) =>
          ready === null ? refuseUpgrade(request, socket) : ready.upgrade(request, socket, head),
        );
    },
    close: async () => {
      isClosed = true;
      for (const socket of waiting) socket.destroy();
      const last = await making?.catch(() => null);
      await last?.close();
    },
  };
};
