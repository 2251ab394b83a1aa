import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { descriptorUseOf } from '../../src/resources/descriptor-limit.ts';
import type { ChaosFleet } from './chaos-fleet.ts';
import { type Fault, type Injected, killProcess, newEvent } from './faults.ts';

/** What lies under a fleet goes away: its socket, `run/`, PM2's sockets, the whole home, open files. Mounts want root, and say so. */

const mount = (...args: string[]): void => void execFileSync('mount', args);
const umount = (path: string): void => void execFileSync('umount', ['-l', path]);

const reopened = (fleet: ChaosFleet, breakIt: () => void, after?: () => void): Injected => {
  const noticed = newEvent(fleet, (kind) => kind === 'socket-reopened');
  breakIt();
  return { noticed, ...(after === undefined ? {} : { after }) };
};

const socketRemoved: Fault = {
  name: 'socket removed',
  within: 10_000,
  inject: async (fleet) => reopened(fleet, () => rmSync(fleet.paths.socket, { force: true })),
};
const socketReplaced: Fault = {
  name: 'a file in the place of the socket',
  within: 10_000,
  inject: async (fleet) =>
    reopened(fleet, () => {
      rmSync(fleet.paths.socket, { force: true });
      writeFileSync(fleet.paths.socket, '');
    }),
};
const runMadeAnew: Fault = {
  name: 'run/ renamed and made anew, master dies',
  within: 40_000,
  inject: async (fleet) => {
    const aside = `${fleet.paths.run}.away`;
    renameSync(fleet.paths.run, aside);
    mkdirSync(fleet.paths.run);
    const noticed = newEvent(fleet, (kind) => kind === 'socket-reopened');
    const master = fleet.masterPid();
    return {
      noticed,
      after: () => {
        rmSync(aside, { recursive: true });
        killProcess(master, 'SIGKILL');
      },
    };
  },
};
const runCovered: Fault = {
  name: 'another volume mounted on run/, worker dies',
  within: 30_000,
  inject: async (fleet, session) => {
    mount('-t', 'tmpfs', 'tmpfs', fleet.paths.run);
    const noticed = newEvent(fleet, (kind) => kind === 'socket-reopened');
    killProcess(fleet.workerPid(session), 'SIGKILL');
    // The old socket is a dead file when it comes to light again.
    return { noticed, after: () => umount(fleet.paths.run) };
  },
};

/** Everything that wrote there has ended. */
const isDeserted = (fleet: ChaosFleet): boolean =>
  fleet.titled('zap-fleet master').length === 0 &&
  fleet.titled('zap-fleet worker').length === 0 &&
  !fleet.processes().some(({ command }) => command.includes('God Daemon'));

/** Customers write on to the phones, which lie in the home: not while it is away. */
const homeGoes = async (fleet: ChaosFleet, session: string, go: () => void, back: () => void): Promise<Injected> => {
  fleet.traffic.stop();
  await fleet.traffic.write(session);
  go();

  return {
    noticed: () => isDeserted(fleet),
    after: () => {
      back();
      fleet.traffic.start(300);
    },
  };
};

const homeMoved: Fault = {
  name: 'home moved away and back',
  within: 60_000,
  inject: (fleet, session) => {
    const aside = `${fleet.home}.away`;
    return homeGoes(
      fleet,
      session,
      () => renameSync(fleet.home, aside),
      () => {
        if (existsSync(fleet.home)) throw new Error(`made anew: ${readdirSync(fleet.home).join()}`);
        renameSync(aside, fleet.home);
      },
    );
  },
};
const homeCovered: Fault = {
  name: 'another volume mounted on the home and taken away',
  within: 60_000,
  inject: (fleet, session) =>
    homeGoes(
      fleet,
      session,
      () => mount('-t', 'tmpfs', 'tmpfs', fleet.home),
      () => {
        const made = readdirSync(fleet.home);
        umount(fleet.home);
        if (made.length > 0) throw new Error(`made anew: ${made.join()}`);
      },
    ),
};
const dataMoved: Fault = {
  name: 'data/ alone moved away and back',
  within: 60_000,
  inject: (fleet, session) => {
    const aside = `${fleet.paths.data}.away`;
    return homeGoes(
      fleet,
      session,
      () => renameSync(fleet.paths.data, aside),
      () => {
        if (existsSync(fleet.paths.data)) throw new Error(`made anew: ${readdirSync(fleet.paths.data).join()}`);
        renameSync(aside, fleet.paths.data);
      },
    );
  },
};
const daemonSocketsRemoved: Fault = {
  name: "PM2's sockets removed",
  within: 90_000,
  inject: async (fleet) => {
    const noticed = newEvent(fleet, (kind) => kind === 'daemon-unreachable');
    for (const file of readdirSync(fleet.paths.pm2).filter((entry) => entry.endsWith('.sock')))
      rmSync(`${fleet.paths.pm2}/${file}`);
    return { noticed };
  },
};
const fewDescriptors: Fault = {
  name: "open files of PM2's daemon run short, worker dies",
  within: 60_000,
  inject: async (fleet, session) => {
    const daemon = fleet.daemonPid();
    const use = descriptorUseOf(daemon);
    if (use === null) throw new Error('no /proc');
    const limitTo = (limit: number): void =>
      void execFileSync('prlimit', ['--pid', String(daemon), `--nofile=${limit}:`]);
    limitTo(use.used + 4);
    // The next look reads it before the worker's place is asked for.
    const noticedShort = newEvent(fleet, (kind) => kind === 'descriptors-short');
    let killed = false;
    return {
      noticed: () => {
        if (!noticedShort()) return false;
        if (!killed) {
          killed = true;
          killProcess(fleet.workerPid(session), 'SIGKILL');
        }
        return fleet.row(session).reasonCode === 'descriptors';
      },
      after: () => {
        if (fleet.daemonPid() !== daemon) throw new Error("PM2's daemon was lost");
        limitTo(use.limit);
      },
    };
  },
};

export const homeFaults: readonly Fault[] = [
  socketRemoved,
  socketReplaced,
  runMadeAnew,
  runCovered,
  homeMoved,
  homeCovered,
  dataMoved,
  daemonSocketsRemoved,
  fewDescriptors,
];
