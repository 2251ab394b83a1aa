import type { WebSocket } from 'ws';
import { permittedFleet, tokenEnded } from '../protocol/access/permitted-fleet.ts';
import type { DoorLine } from '../protocol/door-line.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Bytes, Milliseconds } from '../session/units.ts';
import type { HttpOptions } from './context.ts';
import type { OpenToken } from './token-book.ts';

/** More dashboards and commands than this at once and a new one is refused. */
export const maxDoors = 50;
/** Above it a client counts as one that does not read: as much as Node keeps for a socket before it says so. */
const highWater: Bytes = 64 * 1024;
/** Who does not hang up when his token has ended is cut off. */
const goodbyeWithin: Milliseconds = 1000;

/** One client of `/api/door`: a message of the wire is a message of the WebSocket. One that does not answer a ping is cut off. */
const webSocketLine = (socket: WebSocket, pingEvery: Milliseconds, log: HttpOptions['log']): DoorLine => {
  let alive = true;
  let full = false;

  const beat = (): void => {
    if (!alive) {
      log.debug('a client of the door does not answer any more');
      socket.terminate();
      return;
    }
    alive = false;
    socket.ping();
  };

  let drained: () => void = () => undefined;
  const sent = (): void => {
    if (!full || socket.bufferedAmount > 0) return;
    full = false;
    drained();
  };

  return {
    listen: ({ onMessage, onDrain, onClose }) => {
      drained = onDrain;
      const timer = setInterval(beat, pingEvery);
      timer.unref();
      socket.on('pong', () => {
        alive = true;
      });
      // What is too long or no WebSocket was refused by its library, which closes it with the reason.
      socket.on('error', (error) => log.debug('a client of the door went away', { error: messageOf(error) }));
      socket.on('message', (data) => onMessage(String(data)));
      socket.on('close', () => {
        clearInterval(timer);
        onClose();
      });
    },
    write: (text) => {
      if (socket.readyState !== socket.OPEN) return true;
      socket.send(text, sent);
      full = socket.bufferedAmount > highWater || full;
      return !full;
    },
    unreadBytes: () => socket.bufferedAmount,
    isOpen: () => socket.readyState === socket.OPEN,
    end: () => socket.close(),
    destroy: () => socket.terminate(),
  };
};

/** Serves the door's clients that come over HTTP, each until its socket closes. */
export const createDoorSockets = (options: HttpOptions, pingEvery: Milliseconds) => {
  const { fleet, serveDoor, log } = options;
  let open = 0;

  return {
    refuseTooMany: (): void => {
      if (serveDoor === undefined) throw new FleetError('unavailable', 'this server has no door');
      if (open >= maxDoors) throw new FleetError('unavailable', 'too many dashboards and commands at once; close one');
    },
    /** With a named token as far as that reaches, and no longer than it lasts. */
    serve: (socket: WebSocket, token: OpenToken | null): void => {
      if (serveDoor === undefined) return;
      const client = serveDoor(
        webSocketLine(socket, pingEvery, log),
        token === null ? fleet : permittedFleet(fleet, token),
      );
      const unsubscribe = fleet.subscribe(() => client.publish());
      const forgetToken = token?.onEnd(() => {
        client.end(tokenEnded().message);
        setTimeout(() => socket.terminate(), goodbyeWithin).unref();
      });

      open += 1;
      socket.on('close', () => {
        open -= 1;
        unsubscribe();
        forgetToken?.();
      });
    },
  };
};
