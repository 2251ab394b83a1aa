import type { Socket } from 'node:net';
import { isFleetMethod } from '../orchestrator/door/fleet.ts';
import type { Fleet } from '../protocol/door.ts';
import type { FleetSnapshot } from '../protocol/fleet.ts';
import type { FleetApi } from '../protocol/fleet-api.ts';
import { createLineSplitter } from '../protocol/lines.ts';
import {
  type ClientMessage,
  clientMessageSchema,
  deltaBetween,
  type MasterMessage,
  maxLineBytes,
  wireVersion,
} from '../protocol/wire.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { Bytes, Milliseconds } from '../session/units.ts';

/** One client of the door's socket, from its hello to its end. */
export interface ServedClient {
  /** Sends what changed since it last took something; one that does not read gets it when its socket has drained. */
  publish(): void;
  /** Settles when everything that it has asked so far is answered. */
  answered(): Promise<unknown>;
  /** Says goodbye in words and ends the connection. */
  end(why: string): void;
  destroy(): void;
}

export interface ServeOptions {
  readonly fleet: Fleet;
  readonly version: string;
  readonly log: (level: 'debug' | 'info' | 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}

/** Answers that a client does not read are kept up to this; beyond it the client is gone for us. */
const maxUnreadBytes: Bytes = 32 * 1024 * 1024;
/** A client that says nothing at all is no client of ours. */
const helloWithin: Milliseconds = 5000;

/** A message, or why this line is none. */
const readLine = (line: string, greeted: boolean, version: string): ClientMessage | { readonly refusal: string } => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { refusal: 'this line is not JSON' };
  }

  const parsed = clientMessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;

  const theirs = typeof value === 'object' && value !== null && 'v' in value ? value.v : null;
  if (greeted || theirs === null || theirs === wireVersion) return { refusal: 'this message is not understood' };
  return {
    refusal: `this master speaks version ${wireVersion} of the protocol (zap-fleet ${version}), you speak ${plainText(String(theirs))}. Run the same version, or restart the master: zap-fleet master stop`,
  };
};

/** What is written to a socket, and whether it takes more. */
const createWriter = (socket: Socket, log: ServeOptions['log']) => {
  let blocked = false;

  return {
    isBlocked: (): boolean => blocked,
    drained: (): void => {
      blocked = false;
    },
    write: (message: MasterMessage): void => {
      if (socket.destroyed) return;

      blocked = !socket.write(`${JSON.stringify(message)}\n`) || blocked;
      if (socket.writableLength > maxUnreadBytes) {
        log('warn', 'a client that does not read was let go', { unreadBytes: socket.writableLength });
        socket.destroy();
      }
    },
  };
};

/** The result of a request as a message; never rejects. */
const answerTo = async (
  { fleet, version }: ServeOptions,
  { id, method, params }: Extract<ClientMessage, { type: 'request' }>,
): Promise<MasterMessage> => {
  try {
    if (!isFleetMethod(method))
      throw new FleetError('usage', `this master does not know "${plainText(method)}"; it runs version ${version}.`);

    const result = await fleet.request(method, params as FleetApi[typeof method]['params']);
    return { type: 'response', id, result };
  } catch (error) {
    const code = error instanceof FleetError ? error.code : 'failed';
    return { type: 'failure', id, code, message: plainText(messageOf(error)) };
  }
};

/** Serves until the socket closes. */
export const serveClient = (socket: Socket, options: ServeOptions): ServedClient => {
  const { fleet, log } = options;
  const answering = new Set<Promise<void>>();
  const writer = createWriter(socket, log);
  let greeted = false;
  /** Last snapshot that was written to it; null: it does not subscribe. */
  let sent: FleetSnapshot | null = null;

  const end = (why: string): void => {
    writer.write({ type: 'refused', message: why });
    socket.end();
  };
  const refuse = (why: string): void => {
    end(why);
    log('info', 'a client was refused', { reason: why });
  };

  const publish = (): void => {
    if (sent === null || writer.isBlocked() || socket.destroyed) return;

    const newest = fleet.getSnapshot();
    const delta = deltaBetween(sent, newest);
    if (delta === null) return;
    sent = newest;
    writer.write({ type: 'delta', delta });
  };

  const greet = (subscribe: boolean): void => {
    greeted = true;
    const snapshot = fleet.getSnapshot();
    if (subscribe) sent = snapshot;
    writer.write({ type: 'snapshot', v: wireVersion, snapshot });
  };
  const answer = async (request: Extract<ClientMessage, { type: 'request' }>): Promise<void> => {
    const message = await answerTo(options, request);
    // What the request changed is seen before its answer.
    if (message.type === 'response') publish();
    writer.write(message);
  };

  const onLine = (line: string): void => {
    const message = readLine(line, greeted, options.version);
    if ('refusal' in message) refuse(message.refusal);
    else if (message.type === 'hello' && greeted) refuse('hello was said twice');
    else if (message.type === 'hello') greet(message.subscribe);
    else if (!greeted) refuse('say hello first');
    else {
      const answered = answer(message).finally(() => answering.delete(answered));
      answering.add(answered);
    }
  };

  const splitter = createLineSplitter(maxLineBytes);
  const timer = setTimeout(() => {
    if (!greeted) socket.destroy();
  }, helloWithin);
  socket.on('data', (chunk) => {
    try {
      for (const line of splitter.push(chunk)) if (!socket.writableEnded) onLine(line);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refuse(messageOf(error));
    }
  });
  socket.on('drain', () => {
    writer.drained();
    publish();
  });
  socket.on('error', (error) => log('debug', 'a client went away', { error: messageOf(error) }));
  socket.on('close', () => clearTimeout(timer));

  return { publish, answered: () => Promise.all(answering), end, destroy: () => socket.destroy() };
};
