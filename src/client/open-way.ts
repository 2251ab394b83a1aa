import process from 'node:process';
import { type ClientMessage, type MasterMessage, wireVersion } from '../protocol/wire.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import type { DoorPipe, DoorWay } from './door-way.ts';

/** What one try to reach the master came to. */
export type OpenResult = 'open' | 'nobody' | { readonly refused: string };

export interface OpenWayListeners {
  /** At once: whoever gives up meanwhile ends it. */
  onBegin(pipe: DoorPipe): void;
  onConnect(pipe: DoorPipe): void;
  /** `settle` with what the try came to, once that is known; later calls change nothing. */
  onMessage(message: MasterMessage, settle: (result: OpenResult) => void): void;
  /** `answered`: the try had come to something before. */
  onClose(pipe: DoorPipe, reason: string, answered: boolean): void;
}

const helloWithin: Milliseconds = 10_000;
const noAnswer = 'the master does not answer; it may hang. See: zap-fleet doctor';

/** Connects once and says hello. Never rejects. */
export const openWay = (
  options: { readonly way: DoorWay; readonly version: string; readonly helloWithin?: Milliseconds },
  listeners: OpenWayListeners,
): Promise<OpenResult> => {
  const { promise, resolve } = Promise.withResolvers<OpenResult>();
  let answered = false;

  const settle = (result: OpenResult): void => {
    answered = true;
    clearTimeout(timer);
    resolve(result);
  };
  const timer = setTimeout(() => {
    settle({ refused: noAnswer });
    pipe.destroy(noAnswer);
  }, options.helloWithin ?? helloWithin);

  const pipe = options.way({
    onConnect: () => {
      const hello: ClientMessage = {
        type: 'hello',
        v: wireVersion,
        version: options.version,
        subscribe: true,
        pid: process.pid,
      };
      pipe.write(JSON.stringify(hello));
      listeners.onConnect(pipe);
    },
    onMessage: (text) => {
      try {
        // The master is our own program: what it says is trusted.
        listeners.onMessage(JSON.parse(text) as MasterMessage, settle);
      } catch (error) {
        pipe.destroy(messageOf(error));
      }
    },
    onClose: ({ reason, refused }) => {
      const before = answered;
      settle(refused === true ? { refused: reason } : 'nobody');
      listeners.onClose(pipe, reason, before);
    },
  });

  listeners.onBegin(pipe);
  return promise;
};
