import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { checkpointScript } from '../../orchestrator/process/entry-scripts.ts';
import { createBeat } from '../../pace/beat.ts';
import { withDeadline } from '../../pace/deadline.ts';
import { createQueue } from '../../pace/queue.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { Bytes, Milliseconds } from '../../session/units.ts';
import type { Database } from '../../store/database.ts';
import type { CheckpointAnswer } from './checkpoint-thread.ts';

/** Keeps the write-ahead log short from a thread of its own. */
export interface Checkpointer {
  /** Whether all of the log was moved into the database. */
  checkpoint(how: 'passive' | 'truncate'): Promise<boolean>;
  begin(): void;
  close(): Promise<void>;
}

/** As much as SQLite itself lets stand before it moves it. */
const longLog: Bytes = 4_000_000;
const lookEvery: Milliseconds = 500;
/** The slowest disk that was measured moved 4 MB in two seconds. */
const answerWithin: Milliseconds = 60_000;
/** A thread costs some megabytes of memory: after so many looks without work it ends. */
const idleLooks = 120;

export const createCheckpointer = (
  { path }: Pick<Database, 'path'>,
  log: (level: 'warn', text: string, fields: Readonly<Record<string, unknown>>) => void,
): Checkpointer => {
  const { run: inTurn } = createQueue();
  let thread: Worker | null = null;
  let idle = 0;

  const end = async (): Promise<void> => {
    const ending = thread;
    thread = null;
    await ending?.terminate();
  };

  const ask = async (how: 'passive' | 'truncate'): Promise<boolean> => {
    idle = 0;
    thread ??= new Worker(checkpointScript(), { workerData: { path } }).setMaxListeners(0);
    const asked = thread;
    const answer = new Promise<CheckpointAnswer>((done, fail) => {
      asked.once('message', done);
      asked.once('error', fail);
      asked.once('exit', () => fail(new FleetError('failed', 'the thread of the write-ahead log ended')));
    });
    asked.postMessage(how);
    try {
      const late = (): Error => new FleetError('timeout', 'the write-ahead log was not moved in time');
      const told = await withDeadline(answer, answerWithin, late);
      if ('problem' in told) throw new FleetError('failed', told.problem);
      return told.moved;
    } catch (error) {
      await end();
      throw error;
    }
  };

  const isLong = (): boolean => (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > longLog;

  const beat = createBeat({
    look: async () => {
      idle += 1;
      if (isLong()) await inTurn(() => ask('passive'));
      else if (idle > idleLooks) await inTurn(end);
    },
    everyMs: lookEvery,
    withinMs: answerWithin,
    onProblem: (error) => log('warn', 'the write-ahead log could not be moved', { error: messageOf(error) }),
    unref: true,
  });

  return {
    checkpoint: (how) => inTurn(() => ask(how)),
    begin: beat.begin,
    close: async () => {
      await beat.close();
      await inTurn(end);
    },
  };
};
