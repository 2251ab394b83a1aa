import { existsSync, mkdirSync } from 'node:fs';
import { createBeat } from '../pace/beat.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { writeSecrets } from '../settings/secrets-file.ts';
import { version } from '../settings/version.ts';
import { spawnDemoEnd, watchLonelyDemo } from './lonely-demo.ts';
import { goodbyeOf, type MasterEnd } from './master-end.ts';
import { hasMasterConfig, writeMasterConfig } from './master-files.ts';
import type { MasterParts } from './open-parts.ts';
import { plainRoom, type Room } from './room.ts';
import { openSocketServer, type SocketServer } from './socket-server.ts';

/** Whoever clears `run/` away takes nobody's door for longer than this. */
const mendEvery: Milliseconds = 2000;
const mendWithin: Milliseconds = 5000;

/** What else the master keeps in `run/`, for the workers and for the next master. */
const mendRunFiles = ({ paths, config, secrets }: MasterParts): void => {
  // Never with its parents: a home that is gone is not made anew.
  if (!existsSync(paths.run)) mkdirSync(paths.run, { mode: 0o700 });
  if (!existsSync(paths.secretsFile)) writeSecrets(paths.secretsFile, secrets);
  if (!hasMasterConfig(paths)) writeMasterConfig(paths, config);
};

/** Opens the door again where its socket was removed or replaced: by a cleaner of temporary files, or by another mount on `run/`. */
const watchSocket = (parts: MasterParts, server: SocketServer) => {
  const { paths, home, book, log } = parts;

  return createBeat({
    look: async () => {
      if ((await home.loss()) !== null) return;
      mendRunFiles(parts);
      if (!(await server.mend())) return;

      book.record(null, {
        level: 'warn',
        kind: 'socket-reopened',
        text: 'the socket of the master was removed or replaced; it is open again',
        evidence: { where: paths.socket },
      });
    },
    everyMs: mendEvery,
    withinMs: mendWithin,
    onProblem: (error) => log.warn('the socket cannot be opened again', { error: messageOf(error) }),
  });
};

const watchDemo = ({ paths, log, now }: MasterParts, server: SocketServer) =>
  watchLonelyDemo({
    clients: () => server.clients(),
    now,
    end: () => {
      log.info('nobody looks at this demo any more: it is cleared away');
      spawnDemoEnd(paths.home);
    },
    onProblem: (error) => log.warn('this demo cannot be cleared away', { error: messageOf(error) }),
  });

export interface SocketRoom extends Room {
  /** Says goodbye to whoever is connected, and touches no file: for a home that is gone. */
  dismissClients(why: string): Promise<void>;
}

/** The door for dashboards and commands: once it is open, the fleet is up. */
export const createSocketRoom = (parts: MasterParts): SocketRoom => {
  const { paths, state, demo, logLine } = parts;
  const ends: ((end: MasterEnd) => Promise<void> | void)[] = [];
  let server: SocketServer | null = null;

  const room = plainRoom({
    begin: async (door) => {
      // The first client sees what was taken over, not what was stored.
      state.flush();
      const opened = await openSocketServer({ path: paths.socket, fleet: door, version, log: logLine });
      server = opened;
      const watches = [watchSocket(parts, opened), ...(demo ? [watchDemo(parts, opened)] : [])];
      for (const watch of watches) watch.begin();

      for (const watch of watches) ends.push(() => watch.close());
      ends.push((end) => opened.close(goodbyeOf(end)));
      // A request that comes over HTTP from now on is told so.
      ends.push(() => door.close());
    },
    close: async (end) => {
      for (const each of ends.splice(0)) await each(end);
    },
  });

  return { ...room, dismissClients: async (why) => server?.dismissClients(why) };
};
