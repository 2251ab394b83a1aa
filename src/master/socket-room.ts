import { messageOf } from '../session/fleet-error.ts';
import { version } from '../settings/version.ts';
import { spawnDemoEnd, watchLonelyDemo } from './lonely-demo.ts';
import type { MasterEnd } from './master-end.ts';
import type { MasterParts } from './open-parts.ts';
import { plainRoom, type Room } from './room.ts';
import { openSocketServer } from './socket-server.ts';

const goodbye = (end: MasterEnd): string => {
  // The next master comes by itself.
  if (end.kind !== 'stop') return '';
  const what = end.sessions ? 'the fleet was stopped' : 'the master was stopped';
  return `${what}. Start it with: zap-fleet`;
};

/** The door for dashboards and commands: once it is open, the fleet is up. */
export const createSocketRoom = ({ paths, state, demo, log, logLine, now }: MasterParts): Room => {
  const ends: ((end: MasterEnd) => Promise<void> | void)[] = [];

  return plainRoom({
    begin: async (door) => {
      // The first client sees what was taken over, not what was stored.
      state.flush();
      const server = await openSocketServer({ path: paths.socket, fleet: door, version, log: logLine });
      ends.push((end) => server.close(goodbye(end)));
      // A request that comes over HTTP from now on is told so.
      ends.push(() => door.close());

      if (!demo) return;
      const watch = watchLonelyDemo({
        clients: () => server.clients(),
        now,
        end: () => {
          log.info('nobody looks at this demo any more: it is cleared away');
          spawnDemoEnd(paths.home);
        },
        onProblem: (error) => log.warn('this demo cannot be cleared away', { error: messageOf(error) }),
      });
      watch.begin();
      ends.push(watch.close);
    },
    close: async (end) => {
      for (const each of ends.splice(0)) await each(end);
    },
  });
};
