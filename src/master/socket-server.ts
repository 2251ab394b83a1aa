import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { endsWithin } from '../pace/deadline.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { type ServedClient, type ServeOptions, serveClient } from './served-client.ts';

/**
 * The door over `run/master.sock`. Each client gets the whole snapshot and then deltas; one that does not read gets nothing more until
 * its socket has drained, and then one delta from what it last took to the newest.
 */
export interface SocketServer {
  /** Says goodbye in words and ends every connection; the socket file is gone afterwards. */
  close(why: string): Promise<void>;
  clients(): number;
}

const closeWithin: Milliseconds = 500;
/** An answer that is ready goes out before the goodbye; one that waits for a session does not hold it up. */
const lastAnswersWithin: Milliseconds = 100;

/** Throws `failed`. */
const listen = async (server: Server, path: string): Promise<void> => {
  // We hold the master's lock, so whatever lies there is a leftover.
  rmSync(path, { force: true });

  await new Promise<void>((done, fail) => {
    server.once('error', (error) =>
      fail(new FleetError('failed', `cannot listen on ${path}: ${messageOf(error)}`, { cause: error })),
    );
    server.listen(path, () => done());
  });
  chmodSync(path, 0o600);
};

const endClients = async (server: Server, clients: ReadonlySet<ServedClient>, why: string): Promise<void> => {
  await endsWithin(Promise.all([...clients].map((client) => client.answered())), lastAnswersWithin);

  const ended = new Promise<void>((done) => server.close(() => done()));
  for (const client of clients) client.end(why);
  const timer = setTimeout(() => {
    for (const client of clients) client.destroy();
  }, closeWithin);

  await ended;
  clearTimeout(timer);
};

export const openSocketServer = async (
  options: ServeOptions & {
    readonly path: string;
  },
): Promise<SocketServer> => {
  const { path, fleet, log } = options;
  const clients = new Set<ServedClient>();

  const server = createServer((socket) => {
    const client = serveClient(socket, options);
    clients.add(client);
    socket.on('close', () => clients.delete(client));
  });
  await listen(server, path);
  server.on('error', (error) => log('warn', 'the socket has a problem', { error: messageOf(error) }));

  const unsubscribe = fleet.subscribe(() => {
    for (const client of clients) client.publish();
  });

  return {
    clients: () => clients.size,
    close: async (why) => {
      unsubscribe();
      await endClients(server, clients, why);
    },
  };
};
