import { spawn } from 'node:child_process';
import { renameSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../../src/protocol/clean-environment.ts';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { until } from '../support/until.ts';
import type { ChaosFleet } from './chaos-fleet.ts';

/** Ways in which a fleet breaks. Each says how one sees that it was noticed, and within what time all must be well again. */
export interface Fault {
  readonly name: string;
  /** Stated time until everything is well again, ms. */
  readonly within: number;
  /** Breaks it; resolves with what tells that somebody noticed. What it needs to take back it takes back in `after`. */
  inject(fleet: ChaosFleet, session: string): Promise<Injected>;
}
export interface Injected {
  readonly noticed: () => boolean;
  readonly after?: () => Promise<void> | void;
}

export const killProcess = (pid: number, signal: NodeJS.Signals): void => {
  if (pid <= 1) throw new Error('nothing to signal');
  process.kill(pid, signal);
};
export const newEvent = (fleet: ChaosFleet, match: (kind: string) => boolean): (() => boolean) => {
  const before = fleet.lastEventId();
  return () => fleet.events().some((event) => event.id > before && match(event.kind));
};
const askPhone = async (
  fleet: ChaosFleet,
  session: string,
  request: Parameters<Awaited<ReturnType<typeof controlPhone>>['ask']>[0],
) => {
  const phone = await controlPhone(fleet.profile(session), 3000);
  try {
    await phone.ask(request);
  } finally {
    phone.close();
  }
};
const otherPid = (fleet: ChaosFleet, session: string): (() => boolean) => {
  const before = fleet.workerPid(session);
  return () => fleet.row(session).pid !== before;
};

const workerKilled: Fault = {
  name: 'worker SIGKILL',
  within: 20_000,
  inject: async (fleet, session) => {
    const noticed = newEvent(fleet, (kind) => kind === 'worker-died');
    killProcess(fleet.workerPid(session), 'SIGKILL');
    return { noticed };
  },
};
const workerStopped: Fault = {
  name: 'worker SIGSTOP',
  within: 60_000,
  inject: async (fleet, session) => {
    const noticed = newEvent(fleet, (kind) => kind === 'health-worker-hung');
    killProcess(fleet.workerPid(session), 'SIGSTOP');
    return { noticed };
  },
};
const pageBreaks = (reason: 'page-crashed' | 'browser-exited'): Fault => ({
  name: reason === 'page-crashed' ? 'page crashes' : 'browser exits',
  within: 20_000,
  inject: async (fleet, session) => {
    const noticed = otherPid(fleet, session);
    await askPhone(fleet, session, { do: 'break', reason });
    return { noticed };
  },
});
const pageHangs: Fault = {
  name: 'page hangs',
  within: 150_000,
  inject: async (fleet, session) => {
    const noticed = otherPid(fleet, session);
    await askPhone(fleet, session, { do: 'faults', hung: true });
    return { noticed };
  },
};
const masterKilled: Fault = {
  name: 'master SIGKILL',
  within: 30_000,
  inject: async (fleet) => {
    const before = fleet.masterPid();
    killProcess(before, 'SIGKILL');
    return { noticed: () => fleet.masterPid() !== before };
  },
};
const masterStopped: Fault = {
  name: 'master SIGSTOP',
  within: 60_000,
  inject: async (fleet) => {
    const before = fleet.masterPid();
    killProcess(before, 'SIGSTOP');
    return { noticed: () => fleet.masterPid() !== before };
  },
};
const supervisorKilled: Fault = {
  name: 'supervisor SIGKILL, started again',
  within: 30_000,
  inject: async (fleet) => {
    const before = fleet.supervisorPid();
    killProcess(before, 'SIGKILL');
    await until(() => !fleet.processes().some(({ pid }) => pid === before), { what: 'its end' });
    fleet.startSupervisor();
    return { noticed: () => fleet.supervisorPid() !== before };
  },
};
const supervisorStopped: Fault = {
  name: 'supervisor SIGSTOP 5 s, worker dies meanwhile',
  within: 30_000,
  inject: async (fleet, session) => {
    const supervisor = fleet.supervisorPid();
    killProcess(supervisor, 'SIGSTOP');
    const noticed = newEvent(fleet, (kind) => kind === 'worker-died');
    killProcess(fleet.workerPid(session), 'SIGKILL');
    const waking = new Promise<void>((done) =>
      setTimeout(() => {
        killProcess(supervisor, 'SIGCONT');
        done();
      }, 5000),
    );
    return { noticed, after: () => waking };
  },
};
const daemonKilled: Fault = {
  name: "PM2's daemon SIGKILL",
  within: 60_000,
  inject: async (fleet) => {
    const before = fleet.masterPid();
    killProcess(fleet.daemonPid(), 'SIGKILL');
    return { noticed: () => fleet.masterPid() !== before };
  },
};
const daemonStopped: Fault = {
  name: "PM2's daemon SIGSTOP",
  within: 120_000,
  inject: async (fleet) => {
    const before = fleet.masterPid();
    const noticed = newEvent(fleet, (kind) => kind === 'daemon-hung');
    killProcess(fleet.daemonPid(), 'SIGSTOP');
    return { noticed: () => noticed() || fleet.masterPid() !== before };
  },
};
const storeLocked: Fault = {
  name: 'database locked for 8 s',
  within: 30_000,
  inject: async (fleet) => {
    const database = new DatabaseSync(fleet.paths.database, { timeout: 5000 });
    database.exec('BEGIN EXCLUSIVE');
    const freeing = new Promise<void>((done) =>
      setTimeout(() => {
        database.exec('ROLLBACK');
        database.close();
        done();
      }, 8000),
    );
    return { noticed: () => true, after: () => freeing };
  },
};
const portTaken: Fault = {
  name: 'port of a session taken',
  within: 30_000,
  inject: async (fleet, session) => {
    const port = fleet.row(session).port ?? 0;
    await fleet.fleet.request('stop', { name: session });
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen(port, '127.0.0.1', done));
    await fleet.fleet.request('start', { name: session });
    return {
      noticed: () => fleet.row(session).port !== port && fleet.row(session).port !== null,
      after: () => new Promise((done) => squatter.close(() => done())),
    };
  },
};
const twoMasters: Fault = {
  name: 'a second master',
  within: 30_000,
  inject: async (fleet) => {
    const script = fileURLToPath(new URL('../../src/master/main.ts', import.meta.url));
    const second = spawn(process.execPath, [script], {
      env: { ...cleanEnvironment(process.env), FLEET_HOME: fleet.home },
      stdio: 'ignore',
    });
    const code = await new Promise<number | null>((done) => second.once('exit', done));
    return { noticed: () => code === 64 };
  },
};
const orphanBrowser: Fault = {
  name: 'orphan of a profile, worker dies',
  within: 30_000,
  inject: async (fleet, session) => {
    const orphan = spawn(
      process.execPath,
      ['-e', 'setInterval(() => undefined, 1000)', '--', `--user-data-dir=${fleet.profile(session)}`],
      { detached: true, stdio: 'ignore' },
    );
    orphan.unref();
    killProcess(fleet.workerPid(session), 'SIGKILL');
    return { noticed: () => !fleet.processes().some(({ pid }) => pid === orphan.pid) };
  },
};
const memoryGrows: Fault = {
  name: 'memory of a session grows beyond the hard limit',
  within: 60_000,
  inject: async (fleet, session) => {
    const noticed = newEvent(fleet, (kind) => kind === 'health-memory-hard');
    // A process of the session's profile, as a leaking renderer is.
    const leak = spawn(
      process.execPath,
      [
        '-e',
        'const kept = []; setInterval(() => { if (kept.length < 9) kept.push(Buffer.alloc(1e8, 1)); }, 100)',
        '--',
        `--user-data-dir=${fleet.profile(session)}`,
      ],
      { detached: true, stdio: 'ignore' },
    );
    leak.unref();
    return {
      noticed,
      after: () =>
        until(() => !fleet.processes().some(({ pid }) => pid === leak.pid), {
          what: 'the end of the leak',
          within: 30_000,
        }).then(() => undefined),
    };
  },
};
const networkLost: Fault = {
  name: 'no network for all sessions, 6 s',
  within: 60_000,
  inject: async (fleet) => {
    const noticed = newEvent(fleet, (kind) => kind === 'incident-opened' || kind === 'session-offline');
    await Promise.all(
      fleet.names.map(async (name) => {
        // One that is just being healed of the last fault has no network either way.
        if (fleet.row(name).state === 'connected')
          await askPhone(fleet, name, { do: 'drop', reason: 'no-network', lastMs: 6000 });
      }),
    );
    return { noticed };
  },
};
const clockJumps = (hours: number): Fault => ({
  name: `clock of a worker jumps ${hours > 0 ? 'on' : 'back'} ${Math.abs(hours)} h, worker dies`,
  within: 30_000,
  inject: async (fleet, session) => {
    fleet.setClock(session, hours * 3_600_000);
    await fleet.traffic.write(session);
    const noticed = newEvent(fleet, (kind) => kind === 'worker-died');
    killProcess(fleet.workerPid(session), 'SIGKILL');
    return { noticed, after: () => fleet.setClock(session, 0) };
  },
});
const stoppedDashboard: Fault = {
  name: 'a dashboard that reads nothing (ctrl+z)',
  within: 20_000,
  inject: async (fleet, session) => {
    const socket = connect(fleet.paths.socket);
    await new Promise<void>((done) => socket.once('connect', () => done()));
    socket.write(`${JSON.stringify({ type: 'hello', v: 1, version: 'x', subscribe: true, pid: process.pid })}\n`);
    socket.pause();
    const noticed = newEvent(fleet, (kind) => kind === 'worker-died');
    killProcess(fleet.workerPid(session), 'SIGKILL');
    return {
      noticed,
      after: () => {
        socket.destroy();
      },
    };
  },
};

const storeTakenAway: Fault = {
  name: 'database taken away and put back',
  within: 60_000,
  inject: async (fleet) => {
    const { database } = fleet.paths;
    renameSync(database, `${database}.away`);
    return {
      noticed: () => fleet.fleet.getSnapshot().fleet.health.store.status === 'bad',
      after: async () => {
        // Long enough for customers to write into it.
        const store = () => fleet.fleet.getSnapshot().sessions;
        await until(() => store().every(({ verdict }) => verdict === 'not_receiving'), { what: 'every verdict' });
        renameSync(`${database}.away`, database);
        await until(() => fleet.fleet.getSnapshot().fleet.health.store.status === 'ok', {
          within: 60_000,
          what: 'the store to be well',
        });
      },
    };
  },
};

/** Those that are over within seconds. */
export const fastFaults: readonly Fault[] = [
  workerKilled,
  pageBreaks('page-crashed'),
  pageBreaks('browser-exited'),
  masterKilled,
  twoMasters,
  portTaken,
  orphanBrowser,
  stoppedDashboard,
  clockJumps(3),
  clockJumps(-3),
  supervisorKilled,
  daemonKilled,
];
export const slowFaults: readonly Fault[] = [
  workerStopped,
  masterStopped,
  supervisorStopped,
  daemonStopped,
  storeLocked,
  storeTakenAway,
  memoryGrows,
  networkLost,
  pageHangs,
];

export interface Healed {
  readonly name: string;
  readonly detectedMs: number;
  readonly healedMs: number;
  readonly within: number;
}

/** Breaks the fleet once and waits until it is well; throws when that takes longer than stated, or anything is wrong afterwards. */
export const breakAndHeal = async (fleet: ChaosFleet, fault: Fault, session: string): Promise<Healed> => {
  const began = performance.now();
  const { noticed, after } = await fault.inject(fleet, session);
  try {
    await until(noticed, { within: fault.within, every: 20, what: `${fault.name} on ${session} to be noticed` });
  } catch (error) {
    throw new Error(`${fleet.unwell()}\n${fleet.diagnosis()}`, { cause: error });
  }
  const detectedMs = performance.now() - began;
  await after?.();
  await fleet.heal(fault.within);
  const healedMs = performance.now() - began;
  return { name: fault.name, detectedMs, healedMs, within: fault.within };
};

export const printTable = (rows: readonly Healed[]): string => {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)}s`.padStart(8);
  return [
    `${'fault'.padEnd(50)} detected   healed   stated`,
    ...rows.map(
      (row) => `${row.name.padEnd(50)} ${seconds(row.detectedMs)} ${seconds(row.healedMs)} ${seconds(row.within)}`,
    ),
  ].join('\n');
};
