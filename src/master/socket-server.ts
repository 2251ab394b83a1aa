import { chmodSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { endsWithin } from '../pace/deadline.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { type ServedClient, type ServeOptions, serveClient } from './served-client.ts';
import { socketLine } from './socket-line.ts';

/**
 * The door over `run/master.sock`. Each client gets the whole snapshot and then deltas; one that does not read gets nothing more until
 * its socket has drained, and then one delta from what it last took to the newest.
 */
export interface SocketServer {
  /** Says goodbye in words and ends every connection; the socket file is gone afterwards. */
  close(why: string): Promise<void>;
  /** Says goodbye and touches no file. */
  dismissClients(why: string): Promise<void>;
  /** Opens the socket again where somebody removed or replaced it; whether it had to. Who is connected stays so. Throws `failed`. */
  mend(): Promise<boolean>;
  clients(): number;
}

const closeWithin: Milliseconds = 500;
/** An answer that is ready goes out before the goodbye; one that waits for a session does not hold it up. */
const lastAnswersWithin: Milliseconds = 100;

/** We hold the master's lock, so whatever lies there is a leftover. A directory may hold somebody's files: it is kept beside. */
const clearPath = (path: string): void => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) renameSync(path, `${path}.was-${Date.now()}`);
  else rmSync(path, { force: true });
};

/** Which file it is; a bound socket keeps its number until it is closed. */
interface SocketFile {
  readonly dev: number;
  readonly ino: number;
}

const isAt = (path: string, { dev, ino }: SocketFile): boolean => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSocket() === true && found.dev === dev && found.ino === ino;
};

interface Listening {
  readonly server: Server;
  readonly file: SocketFile;
  /** Resolves when it takes nobody any more and all whom it took are gone. */
  close(): Promise<void>;
}

/** Throws `failed`. */
const listen = async (
  path: string,
  onClient: (socket: Socket) => void,
  log: ServeOptions['log'],
): Promise<Listening> => {
  const refuse = (error: unknown): FleetError =>
    new FleetError('failed', `cannot listen on ${path}: ${messageOf(error)}`, { cause: error });
  const server = createServer(onClient);
  try {
    clearPath(path);
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(path, () => done());
    });
    chmodSync(path, 0o600);
    server.on('error', (error) => log('warn', 'the socket has a problem', { error: messageOf(error) }));

    const { dev, ino } = lstatSync(path);
    return { server, file: { dev, ino }, close: () => new Promise((done) => server.close(() => done())) };
  } catch (error) {
    server.close();
    throw refuse(error);
  }
};

const giveLastAnswers = (clients: ReadonlySet<ServedClient>): Promise<boolean> =>
  endsWithin(Promise.all([...clients].map((client) => client.answered())), lastAnswersWithin);

export const openSocketServer = async (
  options: ServeOptions & {
    readonly path: string;
  },
): Promise<SocketServer> => {
  const { path, fleet, log } = options;
  const clients = new Set<ServedClient>();
  const onClient = (socket: Socket): void => {
    const line = socketLine(socket, (error) => log('debug', 'a client went away', { error: messageOf(error) }));
    const client = serveClient(line, options);
    clients.add(client);
    socket.on('close', () => clients.delete(client));
  };

  let listening: Listening | null = await listen(path, onClient, log);
  /** Those that were replaced end with the last of their clients. */
  const ends: Promise<void>[] = [];
  let closed = false;

  const unsubscribe = fleet.subscribe(() => {
    for (const client of clients) client.publish();
  });

  return {
    clients: () => clients.size,
    mend: async () => {
      if (closed || (listening !== null && isAt(path, listening.file))) return false;

      // First: a server that closes removes whatever has its path by then.
      if (listening !== null) ends.push(listening.close());
      listening = null;
      const opened = await listen(path, onClient, log);
      if (closed) ends.push(opened.close());
      else listening = opened;
      return true;
    },
    dismissClients: async (why) => {
      unsubscribe();
      await giveLastAnswers(clients);
      for (const client of clients) client.end(why);
    },
    close: async (why) => {
      closed = true;
      unsubscribe();
      await giveLastAnswers(clients);

      if (listening !== null) ends.push(listening.close());
      for (const client of clients) client.end(why);
      const ended = Promise.all(ends);
      if (await endsWithin(ended, closeWithin)) return;
      for (const client of clients) client.destroy();
      await ended;
    },
  };
};
