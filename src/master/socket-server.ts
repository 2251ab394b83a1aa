import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isFleetMethod } from '../orchestrator/door/fleet.ts';
import type { Fleet } from '../protocol/door.ts';
import type { FleetSnapshot } from '../protocol/fleet.ts';
import type { FleetApi } from '../protocol/fleet-api.ts';
import { createLineSplitter } from '../protocol/lines.ts';
import { clientMessageSchema, deltaBetween, type MasterMessage, maxLineBytes, wireVersion } from '../protocol/wire.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';

/**
 * The door over `run/master.sock`. Each client gets the whole snapshot and then deltas; one that does not read gets nothing more until
 * its socket has drained, and then one delta from what it last took to the newest.
 */
export interface SocketServer {
  /** Says goodbye in words and ends every connection; the socket file is gone afterwards. */
  close(why: string): Promise<void>;
  clients(): number;
}

/** Answers that a client does not read are kept up to this; beyond it the client is gone for us. */
const maxUnreadBytes = 32 * 1024 * 1024;
/** A client that says nothing at all is no client of ours. */
const helloWithin = 5000;
const closeWithin = 500;
/** An answer that is ready goes out before the goodbye; one that waits for a session does not hold it up. */
const lastAnswersWithin = 100;

interface Client {
  readonly socket: Socket;
  greeted: boolean;
  /** Last snapshot that was written to it; null: it does not subscribe. */
  sent: FleetSnapshot | null;
  blocked: boolean;
}

export const openSocketServer = async (options: {
  readonly path: string;
  readonly fleet: Fleet;
  readonly version: string;
  readonly log: (level: 'debug' | 'info' | 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}): Promise<SocketServer> => {
  const { path, fleet, log } = options;
  const clients = new Set<Client>();
  const answering = new Set<Promise<void>>();

  const write = (client: Client, message: MasterMessage): void => {
    if (client.socket.destroyed) return;
    client.blocked = !client.socket.write(`${JSON.stringify(message)}\n`) || client.blocked;
    if (client.socket.writableLength > maxUnreadBytes) {
      log('warn', 'a client that does not read was let go', { unreadBytes: client.socket.writableLength });
      client.socket.destroy();
    }
  };
  const refuse = (client: Client, message: string): void => {
    write(client, { type: 'refused', message });
    client.socket.end();
    log('info', 'a client was refused', { reason: message });
  };
  const publish = (client: Client): void => {
    if (client.sent === null || client.blocked || client.socket.destroyed) return;
    const newest = fleet.getSnapshot();
    const delta = deltaBetween(client.sent, newest);
    if (delta === null) return;
    client.sent = newest;
    write(client, { type: 'delta', delta });
  };

  const answer = async (client: Client, id: number, method: string, params: unknown): Promise<void> => {
    try {
      if (!isFleetMethod(method)) {
        throw new FleetError(
          'usage',
          `this master does not know "${plainText(method)}"; it runs version ${options.version}.`,
        );
      }
      const result = await fleet.request(method, params as FleetApi[typeof method]['params']);
      // What the request changed is seen before its answer.
      publish(client);
      write(client, { type: 'response', id, result });
    } catch (error) {
      const code = error instanceof FleetError ? error.code : 'failed';
      write(client, { type: 'failure', id, code, message: plainText(messageOf(error)) });
    }
  };

  const onLine = (client: Client, line: string): void => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      refuse(client, 'this line is not JSON');
      return;
    }
    const parsed = clientMessageSchema.safeParse(value);
    if (!parsed.success) {
      const theirs = typeof value === 'object' && value !== null && 'v' in value ? value.v : null;
      refuse(
        client,
        !client.greeted && theirs !== null && theirs !== wireVersion
          ? `this master speaks version ${wireVersion} of the protocol (zap-fleet ${options.version}), you speak ${plainText(String(theirs))}. Run the same version, or restart the master: zap-fleet master stop`
          : 'this message is not understood',
      );
      return;
    }
    const message = parsed.data;
    if (message.type === 'hello') {
      if (client.greeted) {
        refuse(client, 'hello was said twice');
        return;
      }
      client.greeted = true;
      const snapshot = fleet.getSnapshot();
      if (message.subscribe) client.sent = snapshot;
      write(client, { type: 'snapshot', v: wireVersion, snapshot });
      return;
    }
    if (!client.greeted) {
      refuse(client, 'say hello first');
      return;
    }
    const { id, method, params } = message;
    const answered = answer(client, id, method, params).finally(() => answering.delete(answered));
    answering.add(answered);
  };

  const onConnection = (socket: Socket): void => {
    const client: Client = { socket, greeted: false, sent: null, blocked: false };
    clients.add(client);
    const splitter = createLineSplitter(maxLineBytes);
    const timer = setTimeout(() => {
      if (!client.greeted) socket.destroy();
    }, helloWithin);
    socket.on('data', (chunk) => {
      try {
        for (const line of splitter.push(chunk)) if (!socket.writableEnded) onLine(client, line);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        refuse(client, messageOf(error));
      }
    });
    socket.on('drain', () => {
      client.blocked = false;
      publish(client);
    });
    socket.on('error', (error) => log('debug', 'a client went away', { error: messageOf(error) }));
    socket.on('close', () => {
      clearTimeout(timer);
      clients.delete(client);
    });
  };

  const server: Server = createServer(onConnection);
  // We hold the master's lock, so whatever lies there is a leftover.
  rmSync(path, { force: true });
  await new Promise<void>((done, fail) => {
    server.once('error', (error) =>
      fail(new FleetError('failed', `cannot listen on ${path}: ${messageOf(error)}`, { cause: error })),
    );
    server.listen(path, () => done());
  });
  chmodSync(path, 0o600);
  server.on('error', (error) => log('warn', 'the socket has a problem', { error: messageOf(error) }));
  const unsubscribe = fleet.subscribe(() => {
    for (const client of clients) publish(client);
  });

  return {
    clients: () => clients.size,
    close: async (why) => {
      unsubscribe();
      await Promise.race([Promise.all(answering), delay(lastAnswersWithin)]);
      const ended = new Promise<void>((done) => server.close(() => done()));
      for (const client of clients) {
        write(client, { type: 'refused', message: why });
        client.socket.end();
      }
      const timer = setTimeout(() => {
        for (const client of clients) client.socket.destroy();
      }, closeWithin);
      await ended;
      clearTimeout(timer);
    },
  };
};
