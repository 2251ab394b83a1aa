import { connect } from 'node:net';
import { FleetError } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';

/**
 * Whether somebody listens on a Unix socket. PM2 as a library ends our process when a socket refuses it (7.0.4 calls `process.exit(1)`), so we
 * look first. Throws `failed` when the socket is there and not for us.
 */
export const isListening = (path: string, within: Milliseconds = 2000): Promise<boolean> =>
  new Promise((done, fail) => {
    const socket = connect(path);
    const timer = setTimeout(() => finish(() => done(false)), within);
    const finish = (then: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      then();
    };
    socket.once('connect', () => finish(() => done(true)));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      finish(() => {
        if (error.code === 'EACCES' || error.code === 'EPERM') {
          fail(
            new FleetError(
              'failed',
              `${path} belongs to another user. Run as its owner, or choose another FLEET_HOME.`,
              {
                cause: error,
              },
            ),
          );
        } else done(false);
      }),
    );
  });
