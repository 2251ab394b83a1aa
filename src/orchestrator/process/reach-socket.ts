import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type HomePaths, masterLock } from '../../home/home-paths.ts';
import { isLocked } from '../../home/lock.ts';
import { endsWithin } from '../../pace/deadline.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';

/** Whether it takes the connection. */
const connects = (socket: Socket, path: string): Promise<boolean> =>
  new Promise((done, fail) => {
    socket.once('connect', () => done(true));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EACCES' && error.code !== 'EPERM') {
        done(false);
        return;
      }
      const text = `${path} belongs to another user. Run as its owner, or choose another FLEET_HOME.`;
      fail(new FleetError('failed', text, { cause: error }));
    });
  });

/**
 * Whether somebody listens on a Unix socket. PM2 as a library ends our process when a socket refuses it (7.0.4 calls `process.exit(1)`), so we
 * look first. Throws `failed` when the socket is there and not for us.
 */
export const isListening = async (path: string, within: Milliseconds = 2000): Promise<boolean> => {
  const socket = connect(path);
  const connected = connects(socket, path);
  try {
    return (await endsWithin(connected, within)) && (await connected);
  } finally {
    socket.destroy();
  }
};

/** Whether a master holds this fleet, with or without a socket. Makes no file. Throws `failed`. */
export const isMasterLocked = (paths: HomePaths): boolean =>
  existsSync(masterLock(paths)) && isLocked(masterLock(paths));

/** A master opens a socket that was removed again within 2 s, and one that ends is gone within ten. */
const socketBackWithin: Milliseconds = 10_000;

/**
 * Whether a master answers. One that holds the fleet and has no socket lost it a moment ago, is coming up, or is ending: its socket, or
 * its end, is waited for. Throws `failed`.
 */
export const isMasterThere = async (paths: HomePaths, within: Milliseconds = socketBackWithin): Promise<boolean> => {
  const deadline = performance.now() + within;
  for (;;) {
    if (await isListening(paths.socket)) return true;
    if (!isMasterLocked(paths) || performance.now() > deadline) return false;
    await delay(100);
  }
};
