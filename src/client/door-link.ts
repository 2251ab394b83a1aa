import type { DoorConnection } from '../protocol/door.ts';
import type { MasterMessage } from '../protocol/wire.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import type { DoorPipe, DoorWay } from './door-way.ts';
import { type OpenResult, openWay } from './open-way.ts';
import { createReconnect, type Retries } from './reconnect.ts';

/** The connection to whichever master runs: lost, it is looked for until `close`. */
export interface DoorLink {
  /** Connects once and waits for the first snapshot. */
  open(): Promise<OpenResult>;
  /** Looks for one that could not be reached, until it is. */
  keepTrying(): void;
  connection(): DoorConnection;
  /** Throws `unavailable` while no master answers. */
  write(line: string): void;
  close(): Promise<void>;
}

export interface DoorLinkOptions {
  readonly way: DoorWay;
  /** How soon a lost master is looked for again; default: as fits this machine's own. */
  readonly retries?: Retries;
  readonly helloWithin?: Milliseconds;
  readonly version: string | null;
  readonly relaunch: (() => Promise<unknown>) | null;
  /** It leads to another machine. */
  readonly elsewhere?: boolean;
  readonly onMessage: (message: MasterMessage) => void;
  /** The master went away: nothing that was asked is answered any more. */
  readonly onLost: (reason: string) => void;
  readonly onConnection: () => void;
}

export const createDoorLink = (options: DoorLinkOptions): DoorLink => {
  let pipe: DoorPipe | null = null;
  /** The one that was begun last, whether it is connected or not. */
  let begun: DoorPipe | null = null;
  const lost = (reason: string): DoorConnection => ({
    state: 'lost',
    since: Date.now(),
    reason,
    ...(options.elsewhere === true ? { elsewhere: true } : {}),
  });
  let connection = lost('not connected yet');
  let wasOpen = false;
  let closed = false;
  /** What the master said when it ended on purpose. */
  let goodbye: string | null = null;

  const sayLost = (reason: string): void => {
    if (connection.state === 'open') connection = lost(reason);
    else if (connection.reason !== reason) connection = { ...connection, reason };
    else return;

    options.onConnection();
  };

  const onLost = (reason: string): void => {
    pipe = null;
    options.onLost(reason);

    sayLost(reason);

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
    openWay(
      {
        way: options.way,
        version: options.version ?? '',
        ...(options.helloWithin === undefined ? {} : { helloWithin: options.helloWithin }),
      },
      {
        onBegin: (made) => {
          begun = made;
        },
        onConnect: (connected) => {
          pipe = connected;
        },
        onMessage,
        onClose: (ended, reason, answered) => {
          if (closed) return;
          if (pipe === ended) onLost(goodbye ?? reason);
          else if (answered) onLost(reason);
          // What a master said when it ended says more than that nobody answers since.
          else sayLost(goodbye ?? reason);
        },
      },
    );

  const reconnect = createReconnect({
    ...(options.retries === undefined ? {} : { retries: options.retries }),
    open,
    lostSince: () => (connection.state === 'lost' ? connection.since : Date.now()),
    relaunch: options.relaunch,
    isStoppedOnPurpose: () => goodbye !== null,
    onRelaunchFailed: (error) => onLost(messageOf(error)),
  });

  return {
    open,
    keepTrying: () => reconnect.begin(),
    connection: () => connection,
    write: (line) => {
      if (!closed && pipe !== null && connection.state === 'open') {
        pipe.write(line);
        return;
      }
      const why = connection.state === 'lost' ? connection.reason : 'the door is closed';
      throw new FleetError('unavailable', `no master answers (${why}). It is looked for; try again in a moment.`);
    },
    close: async () => {
      closed = true;
      reconnect.close();

      const current = begun;
      pipe = null;
      begun = null;
      await current?.close();
    },
  };
};
