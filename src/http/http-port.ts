import { lookup } from 'node:dns/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { answerNotHttp } from './answer-headers.ts';
import type { HttpLimits, HttpOptions } from './context.ts';
import type { LazyApp } from './lazy-app.ts';

export interface HttpPort {
  /** The one that was asked for, or the free one that was found for 0. */
  readonly port: number;
  /** Takes nobody any more, lets `goodbye` be said and cuts off who is left. */
  close(goodbye: () => Promise<void>): Promise<void>;
}

interface Given {
  readonly host: string;
  readonly port: number;
  readonly limits: HttpLimits;
  readonly app: LazyApp;
  readonly log: Pick<HttpOptions['log'], 'warn'>;
}

const keepAliveTimeout: Milliseconds = 10_000;

const createHttpServer = ({ limits, app }: Given): Server => {
  const server = createServer(
    {
      requestTimeout: limits.requestDeadline,
      headersTimeout: limits.requestDeadline,
      keepAliveTimeout,
      connectionsCheckingInterval: Math.max(100, Math.min(5000, limits.requestDeadline / 3)),
      // A request without a host is refused by us, with our headers.
      requireHostHeader: false,
    },
    app.request,
  );
  server.maxConnections = limits.connections;
  // Node itself would refuse `Expect: something` without a header; nobody has to obey it (RFC 9110, 10.1.1).
  server.on('checkExpectation', app.request);
  server.on('upgrade', (request, socket, head) => app.upgrade(request, socket as Socket, head));
  server.on('clientError', (error, socket) => answerNotHttp(error, socket as Socket));
  return server;
};

const listen = (server: Server, host: string, port: number): Promise<AddressInfo> =>
  new Promise((done, fail) => {
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      done(server.address() as AddressInfo);
    });
  });

/** `localhost` is every address of that name: the one that the first server took, and the same port of the others where it is free. */
const listenBeside = async (given: Given, first: AddressInfo): Promise<readonly Server[]> => {
  if (given.host !== 'localhost') return [];
  const addresses = await lookup(given.host, { all: true }).catch(() => []);
  const servers: Server[] = [];
  for (const { address } of addresses) {
    if (address === first.address) continue;
    const server = createHttpServer(given);
    try {
      await listen(server, address, first.port);
      servers.push(server);
    } catch {
      // Taken, or no such address here: the first one answers.
      server.close();
    }
  }
  return servers;
};

/** Opens the port for `app`. Rejects as `listen` does where it cannot be had. */
export const openHttpPort = async (given: Given): Promise<HttpPort> => {
  const server = createHttpServer(given);
  const address = await listen(server, given.host, given.port);
  const servers = [server, ...(await listenBeside(given, address))];
  for (const each of servers)
    each.on('error', (error) => given.log.warn('the port of the API has a problem', { error: messageOf(error) }));

  return {
    port: address.port,
    close: async (goodbye) => {
      const ends = servers.map((each) => new Promise<void>((done) => each.close(() => done())));
      await goodbye();
      for (const each of servers) each.closeAllConnections();
      await Promise.all(ends);
    },
  };
};
