import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import type { HomePaths } from '../../home/home-paths.ts';
import { withDeadline } from '../../pace/deadline.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { pm2PartsScript } from './entry-scripts.ts';
import { createKnownNames } from './known-names.ts';
import { beginDaemon, pm2Missing, prepareEnvironment, type YoungDaemon } from './pm2-daemon.ts';
import { eventSchema, logSchema, type ManagedProcess, messageSchema, toManaged, toStarted } from './pm2-records.ts';
import { isListening } from './reach-socket.ts';

export type { ManagedProcess } from './pm2-records.ts';

/**
 * The only file that knows PM2, with `pm2-daemon.ts`, which begins its daemon. Every call has a deadline, because calls in flight when PM2's
 * daemon dies never come back; names are never PM2's wildcards, because all of ours carry a prefix; nothing of our own environment reaches PM2's
 * record. Each of these was bought with an experiment on PM2 7.0.4.
 */

const workerNamespace = 'zf';
export const masterProcessName = 'zap-fleet-master';
/** PM2 reads digits, `all` and namespaces as wildcards; this prefix is none of them. */
export const workerProcessName = (session: string): string => `session:${session}`;

const callTimeout: Milliseconds = 10_000;
/** PM2 sends SIGKILL after this long; a worker needs under 8 s to close its browser (measured). */
const killTimeout: Milliseconds = 8500;
const removeTimeout: Milliseconds = killTimeout + 6000;
/** The master's answer to "do not start me again": PM2 leaves it stopped. */
export const doNotRestartExitCode = 64;

export interface StartSpec {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  /** Flags of Node itself. */
  readonly nodeFlags?: readonly string[];
  readonly cwd: string;
  /** The whole environment of the process, PM2's own variables aside. */
  readonly env: Readonly<Record<string, string>>;
  readonly outFile: string;
  readonly errorFile: string;
  /** Only the master is started again by PM2; workers by the master. */
  readonly autorestart: boolean;
}

export type ProcessEvent = {
  readonly kind: 'online' | 'exit' | 'other';
  readonly name: string;
  readonly startId: string | null;
  /** PM2 reports 0 for a death by signal. */
  readonly exitCode: number | null;
};

export interface ProcessListeners {
  readonly onProcess: (event: ProcessEvent) => void;
  /** A message `{type, data}` that a worker sent; not yet validated. */
  readonly onMessage: (type: string, data: unknown) => void;
  /** PM2's daemon is gone: nothing here works any more, workers are draining. */
  readonly onLost: () => void;
  /** Lines that a process wrote, for whoever asked with `logsOf`. */
  readonly onLog?: (name: string, text: string) => void;
}

export interface ProcessManager {
  list(): Promise<readonly ManagedProcess[]>;
  describe(name: string): Promise<ManagedProcess | null>;
  /** Starts a process that must not be in PM2's list. */
  start(spec: StartSpec): Promise<ManagedProcess>;
  /** Stops with SIGINT (SIGKILL after `killTimeout`) and forgets; done when there is no such process. */
  remove(name: string): Promise<void>;
  send(pmId: number, data: object): Promise<void>;
  /** Ends PM2's daemon, which leaves its children alone: call it when none is left. `close` is not needed after it. */
  endDaemon(): Promise<void>;
  close(): Promise<void>;
}

type Callback = (error: unknown, value?: unknown) => void;
interface Bus {
  on(type: string, listener: (...packet: unknown[]) => void): void;
}
interface BusSocket {
  on(event: 'reconnect attempt', listener: () => void): void;
}
/** A socket of PM2's client: it comes back by itself for as long as it lives. */
interface RetryingSocket {
  closing?: boolean;
  closeSockets?(): void;
  connect(): unknown;
}
/** What we use of pm2; its own types leave the bus and the packets untyped. */
interface Pm2 {
  readonly Client?: { readonly client_sock?: RetryingSocket; readonly sub_sock?: RetryingSocket };
  connect(done: Callback): void;
  disconnect(done: Callback): void;
  list(done: Callback): void;
  start(options: object, done: Callback): void;
  delete(name: string, done: Callback): void;
  sendDataToProcessId(pmId: number, packet: object, done: Callback): void;
  killDaemon(done: Callback): void;
  launchBus(done: (error: unknown, bus: Bus, socket: BusSocket) => void): void;
}

const unanswered = (what: string, within: Milliseconds): FleetError =>
  new FleetError(
    'timeout',
    `PM2 did not answer "${what}" within ${within / 1000} s. Its daemon may hang or be gone; see: zap-fleet doctor`,
  );

const call = <T>(what: string, within: Milliseconds, run: (done: Callback) => void): Promise<T> => {
  const answer = new Promise<T>((done, fail) => {
    run((error, value) => {
      if (error) fail(new FleetError('failed', `PM2 refused "${what}": ${messageOf(error)}`, { cause: error }));
      // The caller parses it.
      else done(value as T);
    });
  });

  return withDeadline(answer, within, () => unanswered(what, within));
};

const requireFrom = createRequire(import.meta.url);

const load = (paths: HomePaths): Pm2 => {
  try {
    // Not imported: for that Node would start its loader of ES modules.
    // The shared instance keeps the PM2_HOME that it was imported with; one of our own has this fleet's, and nobody's old sockets.
    requireFrom(pm2PartsScript());
    const { custom: Client }: { custom: new (options: { pm2_home: string }) => Pm2 } = requireFrom('pm2');
    return new Client({ pm2_home: paths.pm2 });
  } catch (error) {
    throw pm2Missing(error);
  }
};

/** PM2 leaves a socket alone whose daemon is gone, and that then tries for ever and keeps our process from ending. */
const endSockets = (pm2: Pm2): void => {
  for (const socket of [pm2.Client?.client_sock, pm2.Client?.sub_sock]) {
    if (socket === undefined) continue;
    socket.closing = true;
    socket.connect = () => socket;
    socket.closeSockets?.();
  }
};

/** What PM2 is told of a process that it starts. */
const startOptions = (spec: StartSpec, paths: HomePaths): object => ({
  name: spec.name,
  namespace: workerNamespace,
  script: spec.script,
  args: [...(spec.args ?? [])],
  cwd: spec.cwd,
  interpreter: process.execPath,
  exec_mode: 'fork',
  instances: 1,
  env: { ...spec.env, PM2_HOME: paths.pm2 },
  // Matches every name, so nothing of our own environment is copied into the record.
  filter_env: [''],
  out_file: spec.outFile,
  error_file: spec.errorFile,
  merge_logs: true,
  pmx: false,
  vizion: false,
  // PM2 7 switches them on in everything it starts, and then Node reads and holds every map: 21 MB in each worker.
  disable_source_map_support: true,
  node_args: [...(spec.nodeFlags ?? [])],
  treekill: false,
  kill_timeout: killTimeout,
  autorestart: spec.autorestart,
  // No delay between restarts: with one, PM2 shows "waiting restart" for ever also where it does not restart.
  ...(spec.autorestart ? { stop_exit_codes: [doNotRestartExitCode], max_restarts: 1_000_000 } : {}),
});

/** Brings what comes over PM2's bus to the listeners. */
const listenToBus = (bus: Bus, listeners: ProcessListeners, isClosed: () => boolean): void => {
  bus.on('process:event', (packet) => {
    const event = eventSchema.safeParse(packet);
    if (!event.success || isClosed()) return;
    const { event: kind, process: child } = event.data;
    listeners.onProcess({
      kind: kind === 'online' || kind === 'exit' ? kind : 'other',
      name: child.name,
      startId: child.ZAP_START_ID ?? null,
      exitCode: child.exit_code ?? null,
    });
  });

  // A pattern's match comes before the packet.
  bus.on('zap:*', (suffix, packet) => {
    const message = messageSchema.safeParse(packet);
    if (message.success && !isClosed()) listeners.onMessage(`zap:${String(suffix)}`, message.data.data);
  });

  if (listeners.onLog === undefined) return;
  bus.on('log:*', (_suffix, packet) => {
    const line = logSchema.safeParse(packet);
    if (line.success && !isClosed()) listeners.onLog?.(line.data.process.name, line.data.data);
  });
};

/** Throws `timeout`, `failed`. */
const openBus = (pm2: Pm2, listeners: ProcessListeners, onLost: () => void, isClosed: () => boolean): Promise<void> => {
  const opening = new Promise<void>((done, fail) => {
    pm2.launchBus((error, bus, socket) => {
      if (error) {
        fail(new FleetError('failed', `PM2's bus cannot be opened: ${messageOf(error)}`, { cause: error }));
        return;
      }

      socket.on('reconnect attempt', onLost);
      listenToBus(bus, listeners, isClosed);
      done();
    });
  });

  const late = `PM2 did not open its bus within ${callTimeout / 1000} s. See: zap-fleet doctor`;
  return withDeadline(opening, callTimeout, () => new FleetError('timeout', late));
};

export const rpcSocket = (paths: HomePaths): string => join(paths.pm2, 'rpc.sock');
const busSocket = (paths: HomePaths): string => join(paths.pm2, 'pub.sock');
/** What whoever wants to reach PM2's daemon connects to. */
export const daemonSockets = (paths: HomePaths): readonly string[] => [rpcSocket(paths), busSocket(paths)];

/** PM2's client, on a daemon that is there or that was just begun; one that cannot be used is ended again. */
const connected = async (paths: HomePaths, young: YoungDaemon | null): Promise<Pm2> => {
  try {
    const pm2 = load(paths);
    await young?.ready();
    await call('connect', 20_000, (done) => pm2.connect(done));
    return pm2;
  } catch (error) {
    young?.end();
    throw error;
  }
};

/**
 * Connects to the PM2 daemon of this fleet. With `mayStartDaemon` a missing daemon is started: only under the start lock, because two
 * starts at once leave two daemons. One at a time in a process. Throws `unavailable` when there is no daemon, `timeout`, `failed`.
 */
export const connectProcessManager = async (
  paths: HomePaths,
  options: { readonly mayStartDaemon: boolean; readonly listeners: ProcessListeners | null },
): Promise<ProcessManager> => {
  prepareEnvironment(paths);
  const alive = (await isListening(rpcSocket(paths))) && (await isListening(busSocket(paths)));
  if (!alive && !options.mayStartDaemon) {
    throw new FleetError('unavailable', `there is no PM2 daemon in ${paths.pm2}. Start the fleet with: zap-fleet`);
  }
  const young = alive ? null : beginDaemon(paths);
  const pm2 = await connected(paths, young);
  let closed = false;
  let lost = false;

  const refuseWhenGone = (): void => {
    if (closed || lost)
      throw new FleetError('unavailable', 'PM2 is gone; it is being started again. Try again in a moment.');
  };

  const { listeners } = options;
  if (listeners !== null) {
    const onLost = (): void => {
      if (closed || lost) return;
      lost = true;
      listeners.onLost();
    };
    await openBus(pm2, listeners, onLost, () => closed);
  }

  // The master itself is started by whoever comes first; in a daemon of our own making that is us.
  const names = createKnownNames(young === null ? [masterProcessName] : []);
  if (young !== null) names.noteList([]);

  const list = async (): Promise<readonly ManagedProcess[]> => {
    refuseWhenGone();
    const entries = await call<unknown>('list', callTimeout, (done) => pm2.list(done));
    const processes = z.array(z.unknown()).parse(entries).map(toManaged);
    names.noteList(processes);
    return processes;
  };
  /** Without a question where the answer is known to be null. */
  const describe = async (name: string): Promise<ManagedProcess | null> => {
    refuseWhenGone();
    return names.isUnknown(name) ? null : ((await list()).find((entry) => entry.name === name) ?? null);
  };

  return {
    list,
    describe,

    start: async (spec) => {
      // `start` of a name that is in the list restarts it with its old environment instead.
      if ((await describe(spec.name)) !== null) {
        throw new FleetError('refused-by-state', `${spec.name} is in PM2's list already`);
      }
      // PM2 takes a script with a blank for a shell's command line and would run bash, again and again.
      if (spec.script.includes(' ')) {
        throw new FleetError(
          'failed',
          `PM2 starts no program from a path with a blank in it: ${spec.script}. Move zap-fleet to a directory without one.`,
        );
      }
      names.noteStart(spec.name);
      const answer = await call<unknown>('start', callTimeout, (done) => pm2.start(startOptions(spec, paths), done));
      const started = toStarted(answer, spec.name) ?? (await describe(spec.name));
      if (started === null) throw new FleetError('failed', `PM2 started ${spec.name} and does not know it`);
      return started;
    },

    remove: async (name) => {
      // Asked first: a name that it does not know PM2 looks for twice, in a list that it measures anew each time.
      if ((await describe(name)) === null) return;
      try {
        await call('delete', removeTimeout, (done) => pm2.delete(name, done));
      } catch (error) {
        // PM2 does not know it: the wish is met.
        if (!lost && (await describe(name)) === null) return;
        throw error;
      }
      names.noteRemoval(name);
    },

    send: async (pmId, data) => {
      refuseWhenGone();
      await call('send', callTimeout, (done) =>
        pm2.sendDataToProcessId(pmId, { type: 'process:msg', topic: 'zap', data }, done),
      );
    },

    endDaemon: async () => {
      refuseWhenGone();
      closed = true;
      try {
        await call('killDaemon', callTimeout, (done) => pm2.killDaemon(done));
      } finally {
        endSockets(pm2);
      }
    },

    close: async () => {
      if (closed) return;
      closed = true;
      try {
        if (!lost) await call('disconnect', 2000, (done) => pm2.disconnect((_error, value) => done(null, value)));
      } finally {
        endSockets(pm2);
      }
    },
  };
};
