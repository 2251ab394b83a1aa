import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { HomePaths } from '../home/home-paths.ts';
import { endsWithin } from '../pace/deadline.ts';
import { wireVersions } from '../protocol/wire.ts';
import type { Milliseconds } from '../session/units.ts';
import { version } from '../settings/version.ts';

/**
 * A master may hang without dying: its socket still takes connections, because the kernel does that, and nothing is healed any more.
 * Whoever keeps it running asks it now and then, and ends it when it says nothing several times in a row; PM2 starts the next one.
 */
export interface MasterWatchdog {
  /** Asks when it is time to; the pid of a master that was ended for its silence, else null. */
  look(): Promise<number | null>;
}

const askEvery: Milliseconds = 5000;
const answerWithin: Milliseconds = 5000;
const silencesTaken = 3;

/** Whether the master says anything to a client's hello. */
const masterAnswers = async (socket: string, within: Milliseconds = answerWithin): Promise<boolean> => {
  const client = connect(socket);
  const answered = new Promise<boolean>((done) => {
    client.on('error', () => done(false));
    client.on('close', () => done(false));
    client.once('data', () => done(true));
    client.once('connect', () => {
      const hello = { type: 'hello', v: wireVersions.newest, version, subscribe: false, pid: process.pid };
      client.write(`${JSON.stringify(hello)}\n`);
    });
  });

  try {
    return (await endsWithin(answered, within)) && (await answered);
  } finally {
    client.destroy();
  }
};

/** A pid may be another process's by now: only one that calls itself this fleet's master is ended. */
const isOurMaster = (pid: number, home: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`zap-fleet master ${home}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
};

export const createMasterWatchdog = (options: {
  readonly paths: HomePaths;
  /** Of the last snapshot that came. */
  readonly masterPid: () => number;
}): MasterWatchdog => {
  let silences = 0;
  let askedAt = performance.now();
  return {
    look: async () => {
      if (silences === 0 && performance.now() - askedAt < askEvery) return null;
      askedAt = performance.now();
      if (await masterAnswers(options.paths.socket)) {
        silences = 0;
        return null;
      }
      silences += 1;
      if (silences < silencesTaken) return null;
      silences = 0;
      const pid = options.masterPid();
      if (!isOurMaster(pid, options.paths.home)) return null;
      process.kill(pid, 'SIGKILL');
      return pid;
    },
  };
};
