// A door in memory for bench/dashboard.ts and bench/merged.ts, in a process of its own so that it takes no time from what is measured:
// `HOME [200] [from 0] [TOKEN]`, so many sessions behind a real socket in that home; with a token behind the door of its web address, too,
// which the first message tells. A message sets which share of the rows changes once a second.

import { homePaths, prepareHome } from '../src/home/home-paths.ts';
import { createLinks } from '../src/http/links.ts';
import { startHttp } from '../src/http/server.ts';
import { createServedDoors } from '../src/master/served-doors.ts';
import { openSocketServer } from '../src/master/socket-server.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import { version } from '../src/settings/version.ts';
import { exampleSnapshot, fakeFleet, sessionRow } from '../test/components/support/fake-fleet.ts';

const [home, count = '200', from = '0', token] = process.argv.slice(2);
if (home === undefined) throw new Error('a home is needed');
const paths = homePaths(home);
prepareHome(paths);
const base = exampleSnapshot();
const model = base.sessions.find(({ name }) => name === 'loja-centro');
const fleet = fakeFleet({
  ...base,
  incidents: [],
  banners: [],
  fleet: {
    ...base.fleet,
    version,
    ...(from === '0' ? {} : { fleetId: `bench-${from}`, node: `node-${from}`, masterPid: process.pid }),
  },
  sessions: Array.from({ length: Number(count) }, (_, n) => {
    const name = `loja-${String(n + Number(from)).padStart(3, '0')}`;
    return sessionRow(name, {
      ...model,
      id: `id-${n + Number(from)}`,
      name: parseSessionName(name),
      since: Date.now() - 900_000_000,
    });
  }),
});
let share = 0;
let round = 0;
setInterval(() => {
  round += 1;
  if (share === 0) return;
  const at = Date.now();
  fleet.update(({ sessions }) => ({
    sessions: sessions.map((row, n) =>
      (n + round) % Math.round(1 / share) !== 0
        ? row
        : {
            ...row,
            lastMessageAt: at - ((n * 7919 + round * 61) % 50) * 60_000,
            receivedLastHour: (n * 31 + round) % 97,
            resources: row.resources && {
              ...row.resources,
              cpuPercent: (n * 13 + round * 7) % 90,
              memoryBytes: (150 + ((n + round) % 90)) * 2 ** 20,
            },
          },
    ),
  }));
}, 1000);
process.on('message', (next) => {
  share = Number(next);
});
process.on('disconnect', () => process.exit(0));
await openSocketServer({ path: paths.socket, fleet, version, log: () => undefined });

const openWeb = async (own: string): Promise<string | null> => {
  const quiet = (): void => undefined;
  const inMemory = { load: () => null, save: quiet };
  const doors = createServedDoors({ fleet, version, log: quiet });
  const server = await startHttp({
    fleet,
    links: createLinks(inMemory),
    logins: inMemory,
    token: own,
    version,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    settings: {
      PORT: 0,
      FLEET_HOST: '127.0.0.1',
      PUBLIC_URL: undefined,
      TRUST_PROXY: { kind: 'hops', hops: 0 },
      FLEET_LANG: undefined,
      TZ: 'UTC',
    },
    serveDoor: doors.serve,
  });
  return server.url;
};
process.send?.(token === undefined ? 'open' : { url: await openWeb(token) });
