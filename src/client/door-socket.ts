import { connect, type Socket } from 'node:net';
import process from 'node:process';
import { createLineSplitter } from '../protocol/lines.ts';
import { type ClientMessage, type MasterMessage, maxLineBytes, wireVersion } from '../protocol/wire.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';

/** What one try to reach the master came to. */
export type OpenResult = 'open' | 'nobody' | { readonly refused: string };

export interface DoorSocketListeners {
  onConnect(socket: Socket): void;
  /** `settle` with what the try came to, once that is known; later calls change nothing. */
  onMessage(message: MasterMessage, settle: (result: OpenResult) => void): void;
  /** `answered`: the try had come to something before. */
  onClose(socket: Socket, reason: string, answered: boolean): void;
}

const helloWithin: Milliseconds = 10_000;

const writeHello = (socket: Socket, version: string): void => {
  const hello: ClientMessage = { type: 'hello', v: wireVersion, version, subscribe: true, pid: process.pid };
  socket.write(`${JSON.stringify(hello)}\n`);
};

/** Connects once and says hello. Never rejects. */
export const openDoorSocket = (
  options: { readonly path: string; readonly version: string },
  listeners: DoorSocketListeners,
): Promise<OpenResult> => {
  const { promise, resolve } = Promise.withResolvers<OpenResult>();
  const socket = connect(options.path);
  const splitter = createLineSplitter(maxLineBytes);
  let answered = false;
  let reason = 'it ended';

  const settle = (result: OpenResult): void => {
    answered = true;
    clearTimeout(timer);
    resolve(result);
  };
  const timer = setTimeout(() => {
    socket.destroy();
    settle({ refused: 'the master does not answer; it may hang. See: zap-fleet doctor' });
  }, helloWithin);

  socket.on('connect', () => {
    writeHello(socket, options.version);
    listeners.onConnect(socket);
  });
  socket.on('data', (chunk) => {
    try {
      // The master is our own program: what it says is trusted.
      for (const line of splitter.push(chunk)) listeners.onMessage(JSON.parse(line) as MasterMessage, settle);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  socket.on('error', (error) => {
    reason = messageOf(error);
  });
  socket.on('close', () => {
    const before = answered;
    settle('nobody');
    listeners.onClose(socket, reason, before);
  });

  return promise;
};
