// A door in memory for bench/dashboard.ts, in a process of its own so that it takes no time from what is measured: `HOME [200]`, so many
// sessions behind a real socket in that home. A message sets which share of the rows changes once a second.
import { homePaths, prepareHome } from '../src/home/home-paths.ts';
import { openSocketServer } from '../src/master/socket-server.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import { version } from '../src/settings/version.ts';
import { exampleSnapshot, fakeFleet, sessionRow } from '../test/components/support/fake-fleet.ts';

const [home, count = '200'] = process.argv.slice(2);
if (home === undefined) throw new Error('a home is needed');
const paths = homePaths(home);
prepareHome(paths);
const base = exampleSnapshot();
const model = base.sessions.find(({ name }) => name === 'loja-centro');
const fleet = fakeFleet({
  ...base,
  incidents: [],
  banners: [],
  fleet: { ...base.fleet, version },
  sessions: Array.from({ length: Number(count) }, (_, n) => {
    const name = `loja-${String(n).padStart(3, '0')}`;
    return sessionRow(name, {
      ...model,
      id: `id-${n}`,
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
process.send?.('open');
