import type { Socket } from 'node:net';
import { endsWithin } from '../pace/deadline.ts';
import type { DoorConnection } from '../protocol/door.ts';
import type { MasterMessage } from '../protocol/wire.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { type OpenResult, openDoorSocket } from './door-socket.ts';
import { createReconnect } from './reconnect.ts';

/** The connection to whichever master runs: lost, it is looked for until `close`. */
export interface DoorLink {
  /** Connects once and waits for the first snapshot. */
  open(): Promise<OpenResult>;
  connection(): DoorConnection;
  /** Throws `unavailable` while no master answers. */
  write(line: string): void;
  close(): Promise<void>;
}

export interface DoorLinkOptions {
  readonly path: string;
  readonly version: string | null;
  readonly relaunch: (() => Promise<unknown>) | null;
  readonly onMessage: (message: MasterMessage) => void;
  /** The master went away: nothing that was asked is answered any more. */
  readonly onLost: (reason: string) => void;
  readonly onConnection: () => void;
}

const endWithin: Milliseconds = 1000;

const endSocket = async (socket: Socket): Promise<void> => {
  const closed = new Promise<void>((done) => socket.once('close', () => done()));
  socket.end();
  if (await endsWithin(closed, endWithin)) return;

  socket.destroy();
  await closed;
};

export const createDoorLink = (options: DoorLinkOptions): DoorLink => {
  let socket: Socket | null = null;
  let connection: DoorConnection = { state: 'lost', since: Date.now(), reason: 'not connected yet' };
  let wasOpen = false;
  let closed = false;
  /** What the master said when it ended on purpose. */
  let goodbye: string | null = null;

  const onLost = (reason: string): void => {
    socket = null;
    options.onLost(reason);

    if (connection.state === 'open') {
      connection = { state: 'lost', since: Date.now(), reason };
      options.onConnection();
    } else if (connection.reason !== reason && wasOpen) {
      connection = { ...connection, reason };
      options.onConnection();
    }

    if (wasOpen && !closed) reconnect.begin();
  };

  const onMessage = (message: MasterMessage, settle: (result: OpenResult) => void): void => {
    if (message.type === 'refused') {
      goodbye = message.message === '' ? null : message.message;
      settle({ refused: message.message });
      return;
    }

    if (message.type !== 'snapshot') {
      options.onMessage(message);
      return;
    }
    connection = { state: 'open' };
    wasOpen = true;
    goodbye = null;
    options.onMessage(message);
    settle('open');
  };

  const open = (): Promise<OpenResult> =>
    openDoorSocket(
      { path: options.path, version: options.version ?? '' },
      {
        onConnect: (connected) => {
          socket = connected;
        },
        onMessage,
        onClose: (ended, reason, answered) => {
          if (closed) return;
          if (socket === ended) onLost(goodbye ?? reason);
          else if (answered) onLost(reason);
        },
      },
    );

  const reconnect = createReconnect({
    open,
    lostSince: () => (connection.state === 'lost' ? connection.since : Date.now()),
    relaunch: options.relaunch,
    isStoppedOnPurpose: () => goodbye !== null,
    onRelaunchFailed: (error) => onLost(messageOf(error)),
  });

  return {
    open,
    connection: () => connection,
    write: (line) => {
      if (!closed && socket !== null && connection.state === 'open') {
        socket.write(line);
        return;
      }
      const why = connection.state === 'lost' ? connection.reason : 'the door is closed';
      throw new FleetError('unavailable', `no master answers (${why}). It is looked for; try again in a moment.`);
    },
    close: async () => {
      closed = true;
      reconnect.close();

      const current = socket;
      socket = null;
      if (current !== null && !current.destroyed) await endSocket(current);
    },
  };
};
