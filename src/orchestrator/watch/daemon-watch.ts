import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../../home/home-paths.ts';
import { type Beat, createBeat } from '../../pace/beat.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { daemonSockets, type ProcessManager } from '../process/process-manager.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';

export interface DaemonWatchOptions {
  readonly paths: HomePaths;
  readonly book: SessionBook;
  readonly pm2: Pick<ProcessManager, 'list'>;
  /** Silent on the bus for this long, ms. */
  readonly heartbeatLateMs: Milliseconds;
  readonly now: () => number;
  /** Lets the next master open the bus anew. */
  readonly onBusIll: (why: string) => void;
  readonly log: (level: 'warn' | 'error', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}

const lookEvery: Milliseconds = 10_000;
/** A question to PM2 has a deadline of its own. */
const lookWithin: Milliseconds = 30_000;
/** Each question waits 10 s for its answer (process-manager.ts): a daemon that is only busy answers one of them. */
const silencesTaken = 2;
/** The bus of a master this young has not brought every heartbeat yet. */
const settleFor: Milliseconds = 60_000;

/** Pid of this fleet's daemon, from PM2's file; null when that is not a daemon of ours (a recycled pid, another system). */
export const daemonPid = (paths: HomePaths): number | null => {
  try {
    const pid = Number(readFileSync(join(paths.pm2, 'pm2.pid'), 'utf8').trim());
    const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return title.includes(`God Daemon (${paths.pm2})`) ? pid : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
};

/** With PM2_HOME set it may run other programs, too: those are not ours to end. */
export const isOwnDaemon = (paths: HomePaths): boolean => paths.pm2.startsWith(`${paths.home}/`);

/**
 * PM2's daemon may hang without dying: its sockets stay open and nothing comes back. Then it is ended, which its workers and this master
 * take as the loss they are made for. A bus that brings nothing while the daemon answers is only ours to open anew.
 */
export const createDaemonWatch = (options: DaemonWatchOptions): Beat => {
  const { book, log } = options;
  const beganAt = performance.now();
  let silences = 0;
  let busSilences = 0;
  let closed = false;

  const isLate = (session: ManagedSession): boolean =>
    session.worker !== null &&
    options.now() - Math.max(session.vitals?.at ?? 0, session.worker.startedAt) > options.heartbeatLateMs;

  const endDaemon = (kind: 'daemon-hung' | 'daemon-unreachable', why: string): void => {
    const isOurs = isOwnDaemon(options.paths);
    const pid = isOurs ? daemonPid(options.paths) : null;
    if (!isOurs && silences > silencesTaken) return;
    const what = kind === 'daemon-hung' ? "PM2's daemon does not answer" : "the sockets of PM2's daemon were removed";
    book.record(null, {
      level: 'error',
      kind,
      text: isOurs
        ? `${what}; it is ended and started anew`
        : `${what}. It is your own (PM2_HOME): end it with kill -9, zap-fleet starts a new one`,
      evidence: { isOurs, pid, silences, error: why },
    });
    log('error', what, { pid });
    // SIGTERM would take every worker with it for 30 s (measured with ten workers on PM2 7.0.4); a hung one does not even read it.
    if (pid !== null) process.kill(pid, 'SIGKILL');
  };

  const faultOfDaemon = async (): Promise<{ kind: 'daemon-hung' | 'daemon-unreachable'; why: string } | null> => {
    try {
      await options.pm2.list();
    } catch (error) {
      return { kind: 'daemon-hung', why: messageOf(error) };
    }
    // We reach it over what is connected already; whoever comes now does not, and would start a second daemon beside it.
    const gone = daemonSockets(options.paths).filter((socket) => !existsSync(socket));
    return gone.length === 0 ? null : { kind: 'daemon-unreachable', why: `gone: ${gone.join(', ')}` };
  };

  const askDaemon = async (): Promise<void> => {
    const fault = await faultOfDaemon();
    if (closed) return;
    silences = fault === null ? 0 : silences + 1;
    if (fault !== null) {
      if (silences >= silencesTaken) endDaemon(fault.kind, fault.why);
      return;
    }
    const running = book.all().filter((session) => session.worker !== null && session.vitals !== null);
    const allLate = running.length >= 2 && running.every(isLate);
    busSilences = allLate && performance.now() - beganAt > settleFor ? busSilences + 1 : 0;
    if (busSilences < silencesTaken || closed) return;
    busSilences = 0;
    const text = "nothing comes over PM2's bus, though PM2 answers; the next master opens it anew";
    book.record(null, { level: 'error', kind: 'bus-ill', text, evidence: { workers: running.length } });
    options.onBusIll(text);
  };

  const beat = createBeat({
    look: askDaemon,
    everyMs: lookEvery,
    withinMs: lookWithin,
    onProblem: (error) => log('warn', "PM2's daemon could not be looked at", { error: messageOf(error) }),
  });

  return {
    ...beat,
    close: async () => {
      closed = true;
      // The question that a hung daemon does not answer is not waited for.
      void beat.close();
    },
  };
};
