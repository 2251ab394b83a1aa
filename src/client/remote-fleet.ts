import type { Fleet } from '../protocol/door.ts';
import type { FleetApi, FleetMethod } from '../protocol/fleet-api.ts';
import { type ClientMessage, type MasterMessage, maxLineBytes } from '../protocol/wire.ts';
import { FleetError, isFleetErrorCode } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { createDoorLink } from './door-link.ts';
import type { DoorWay } from './door-way.ts';
import { createOpenQuestions, type OpenQuestions } from './open-questions.ts';
import type { OpenResult } from './open-way.ts';
import type { Retries } from './reconnect.ts';
import { createSnapshotMirror, type SnapshotMirror, type ThisProgram } from './snapshot-mirror.ts';

/** `Fleet` over one socket: a mirror of the master's snapshot, requests by number, and a way back when the master is gone. */
export interface RemoteFleet {
  readonly fleet: Fleet;
  /** Connects once and waits for the first snapshot. */
  open(): Promise<OpenResult>;
  /** Looks for one that could not be reached, until it is. */
  keepTrying(): void;
}

export interface RemoteFleetOptions extends ThisProgram {
  readonly way: DoorWay;
  /** Within which it must answer; default 10 s. */
  readonly helloWithin?: Milliseconds;
  readonly retries?: Retries;
  readonly relaunch: (() => Promise<unknown>) | null;
  /** The master runs on another machine. */
  readonly elsewhere?: boolean;
}

const receive = (message: MasterMessage, mirror: SnapshotMirror, questions: OpenQuestions): void => {
  switch (message.type) {
    case 'snapshot':
      mirror.take(message.snapshot);
      return;
    case 'delta':
      mirror.takeDelta(message.delta);
      return;
    case 'response':
      questions.answer(message.id, message.result);
      return;
    case 'failure': {
      const code = isFleetErrorCode(message.code) ? message.code : 'failed';
      questions.fail(message.id, new FleetError(code, message.message));
      return;
    }
    case 'refused':
      return;
  }
};

export const createRemoteFleet = (options: RemoteFleetOptions): RemoteFleet => {
  const listeners = new Set<() => void>();
  const tellListeners = (): void => {
    for (const listener of [...listeners]) listener();
  };

  const questions = createOpenQuestions();
  const mirror = createSnapshotMirror(options, tellListeners);
  const link = createDoorLink({
    way: options.way,
    ...(options.helloWithin === undefined ? {} : { helloWithin: options.helloWithin }),
    ...(options.retries === undefined ? {} : { retries: options.retries }),
    version: options.version,
    relaunch: options.relaunch,
    ...(options.elsewhere === undefined ? {} : { elsewhere: options.elsewhere }),
    onMessage: (message) => receive(message, mirror, questions),
    onLost: (reason) =>
      questions.failAll(
        `the master went away before it answered: ${reason}. Look at "zap-fleet ls" before you repeat it.`,
      ),
    onConnection: tellListeners,
  });

  const request = async <M extends FleetMethod>(
    method: M,
    params: FleetApi[M]['params'],
  ): Promise<FleetApi[M]['result']> => {
    const id = questions.nextId();
    const message: ClientMessage = { type: 'request', id, method, params };
    const line = JSON.stringify(message);
    if (Buffer.byteLength(line) > maxLineBytes)
      throw new FleetError('usage', `this is too long: at most ${maxLineBytes} bytes.`);

    link.write(line);
    // What the master answers to a method is that method's result.
    return (await questions.ask(id, method)) as FleetApi[M]['result'];
  };

  const fleet: Fleet = {
    getSnapshot: () => {
      const snapshot = mirror.shown();
      if (snapshot === null) throw new FleetError('unavailable', 'the fleet was not reached yet');
      return snapshot;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    request,
    connection: link.connection,
    close: async () => {
      mirror.end();
      const closing = link.close();
      questions.failAll('the door was closed');
      await closing;
    },
  };
  return { fleet, open: link.open, keepTrying: link.keepTrying };
};
