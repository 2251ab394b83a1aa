import type { WebSocket } from 'ws';
import type { Fleet } from '../protocol/door.ts';
import type { FleetSnapshot } from '../protocol/fleet.ts';
import { deltaBetween, type SnapshotDelta } from '../protocol/wire.ts';
import type { Bytes, Milliseconds } from '../session/units.ts';
import { publicSession } from './schemas.ts';

/** What let a client in, and may end. */
export interface LetIn {
  isOpen(): boolean;
  onEnd(listener: () => void): () => void;
}

const pingEvery: Milliseconds = 30_000;
/** RFC 6455, 7.4.1: the policy that let it in does not hold any more. */
const noLongerAllowed = 1008;
/** RFC 6455, 7.4.1. */
const tooBig = 1009;
const maxWords: Bytes = 1024;
/** More open sockets than this and a new one is refused. */
export const maxSockets = 100;

const publicSnapshot = (snapshot: FleetSnapshot) => ({
  ...snapshot,
  sessions: snapshot.sessions.map(publicSession),
});
const publicDelta = (delta: SnapshotDelta) =>
  delta.changed === undefined ? delta : { ...delta, changed: delta.changed.map(publicSession) };

/**
 * One client of `/api/events`: the snapshot, then deltas. The next delta is made only when the last has left: a slow client is skipped
 * ahead to the newest, nothing is queued for it. A socket that a login or a named token opened ends with it.
 */
export const serveEvents = (socket: WebSocket, fleet: Fleet, letIn: LetIn | null): void => {
  let sent: FleetSnapshot = fleet.getSnapshot();
  let sending = false;
  let alive = true;

  const send = (message: unknown): void => {
    sending = true;
    socket.send(JSON.stringify(message), (error) => {
      sending = false;
      // The socket's own close event ends it all.
      if (error === undefined || error === null) catchUp();
    });
  };
  const catchUp = (): void => {
    if (sending || socket.readyState !== socket.OPEN) return;
    const newest = fleet.getSnapshot();
    const delta = deltaBetween(sent, newest);
    sent = newest;
    if (delta !== null) send({ type: 'delta', delta: publicDelta(delta) });
  };

  const unsubscribe = fleet.subscribe(catchUp);
  const endIt = (): void => {
    unsubscribe();
    socket.close(noLongerAllowed, 'logged out');
  };
  const forget = letIn?.onEnd(endIt);
  const timer = setInterval(() => {
    if (letIn?.isOpen() === false) endIt();
    if (!alive) {
      socket.terminate();
      return;
    }
    alive = false;
    socket.ping();
  }, pingEvery);
  timer.unref();
  socket.on('pong', () => {
    alive = true;
  });
  // Nothing is asked over this socket: what a client says is not read, and one that says much is none of ours.
  socket.on('message', (data: Buffer) => {
    if (data.length > maxWords) socket.close(tooBig, 'nothing is asked here');
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(timer);
    unsubscribe();
    forget?.();
  });
  send({ type: 'snapshot', snapshot: publicSnapshot(sent) });
};
