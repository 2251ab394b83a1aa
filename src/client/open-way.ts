import process from 'node:process';
import { type ClientMessage, type MasterMessage, type WireVersions, wireVersions } from '../protocol/wire.ts';
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

export interface OpenWayOptions {
  readonly way: DoorWay;
  readonly version: string;
  readonly helloWithin?: Milliseconds;
  /** What is spoken; default: what this program speaks. */
  readonly wire?: WireVersions;
}

/** One that speaks the oldest alone is asked for it alone: a master from before versions were agreed on takes no other hello. */
const helloOf = (version: string, { newest, oldest }: WireVersions): string => {
  const hello: ClientMessage = {
    type: 'hello',
    v: newest,
    ...(oldest < newest ? { oldest } : {}),
    version,
    subscribe: true,
    pid: process.pid,
  };
  return JSON.stringify(hello);
};

/** Connects once and says hello. Never rejects. */
export const openWay = (options: OpenWayOptions, listeners: OpenWayListeners): Promise<OpenResult> => {
  const { promise, resolve } = Promise.withResolvers<OpenResult>();
  const wire = options.wire ?? wireVersions;
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

  /** The master refused this hello and another one is said on a new pipe. */
  const olderHello = (message: MasterMessage): boolean => {
    if (message.type !== 'refused' || answered || wire.oldest === wire.newest) return false;

    clearTimeout(timer);
    pipe.destroy(message.message);
    const older: WireVersions = { newest: wire.oldest, oldest: wire.oldest };
    void openWay({ ...options, wire: older }, listeners).then(resolve);
    return true;
  };
  let replaced = false;

  const pipe = options.way({
    onConnect: () => {
      pipe.write(helloOf(options.version, wire));
      listeners.onConnect(pipe);
    },
    onMessage: (text) => {
      if (replaced) return;
      try {
        // The master is our own program: what it says is trusted.
        const message = JSON.parse(text) as MasterMessage;
        replaced = olderHello(message);
        if (!replaced) listeners.onMessage(message, settle);
      } catch (error) {
        pipe.destroy(messageOf(error));
      }
    },
    onClose: ({ reason, refused }) => {
      if (replaced) return;
      const before = answered;
      settle(refused === true ? { refused: reason } : 'nobody');
      listeners.onClose(pipe, reason, before);
    },
  });

  listeners.onBegin(pipe);
  return promise;
};
