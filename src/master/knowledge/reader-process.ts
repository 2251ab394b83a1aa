import { readFileSync } from 'node:fs';
import { knowledgeReaderScript } from '../../orchestrator/process/entry-scripts.ts';
import { createBeat } from '../../pace/beat.ts';
import { withDeadline } from '../../pace/deadline.ts';
import { cleanEnvironment } from '../../protocol/clean-environment.ts';
import { type FromReader, fromReaderSchema, type ToReader } from '../../protocol/knowledge.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../../session/fleet-error.ts';
import { knowledgeBounds } from '../../session/knowledge.ts';
import type { Milliseconds } from '../../session/units.ts';
import type { NewPassage } from '../../store/knowledge-store.ts';
import { startSideProcess } from '../side-process.ts';

/** Reads a file from outside in a process of its own: with a deadline, and a bound on memory for what the file makes of its reader. */

const readWithin: Milliseconds = 120_000;
const lookEvery: Milliseconds = 250;
const heapMb = 512;
const mostMemoryMb = 900;
const pageBytes = 4096;

export interface ReadFile {
  readonly passages: readonly NewPassage[];
  readonly characters: number;
}

/** Memory of a process in MB; null where no kernel tells it. */
const memoryOf = (pid: number): number | null => {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes) / 1024 / 1024;
  } catch (error) {
    // It has ended, or this is no Linux.
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
};

/** Throws `usage` with why the file is not taken, `timeout`, `failed`. */
export const readInProcess = async (
  file: ToReader,
  bounds: { readonly withinMs?: Milliseconds; readonly memoryMb?: number; readonly signal?: AbortSignal } = {},
): Promise<ReadFile> => {
  const { withinMs = readWithin, memoryMb = mostMemoryMb } = bounds;
  const read = Promise.withResolvers<ReadFile>();
  const passages: NewPassage[] = [];
  const fail = (code: FleetError['code'], message: string): void => read.reject(new FleetError(code, message));
  const hear = (message: FromReader): void => {
    if (message.kind === 'read') read.resolve({ passages, characters: message.characters });
    else if (message.kind === 'failed') fail(isFleetErrorCode(message.code) ? message.code : 'failed', message.message);
    else if (passages.length + message.passages.length > knowledgeBounds.filePassages)
      fail('usage', `${file.name} has too many passages. Part it.`);
    else passages.push(...message.passages);
  };

  let isAlive = true;
  // No secret, no setting, no way to the fleet: what a file does to it stays there.
  const child = startSideProcess<ToReader, FromReader>(
    [`--max-old-space-size=${heapMb}`, knowledgeReaderScript()],
    cleanEnvironment(process.env),
    fromReaderSchema,
    {
      onMessage: hear,
      onStranger: () => fail('failed', 'the process that reads files speaks another version. Restart the master.'),
      onError: (error) => {
        isAlive = false;
        fail('failed', `no process to read ${file.name}: ${messageOf(error)}`);
      },
      onExit: (why) => {
        isAlive = false;
        fail('usage', `${file.name} could not be read: its reader ended (${why}). It is damaged, or made to do harm.`);
      },
    },
  );
  const beat = createBeat({
    look: () => {
      const used = child.pid === undefined ? null : memoryOf(child.pid);
      if (used !== null && used > memoryMb)
        fail('usage', `${file.name} takes more than ${memoryMb} MB of memory to read. Part it.`);
    },
    everyMs: lookEvery,
    withinMs: lookEvery,
    onProblem: () => undefined,
    unref: true,
  });
  const stop = (): void => fail('unavailable', 'the master ends. Add the file again in a moment.');
  bounds.signal?.addEventListener('abort', stop, { once: true });
  try {
    bounds.signal?.throwIfAborted();
    beat.begin();
    child.send(file);
    return await withDeadline(
      read.promise,
      withinMs,
      () => new FleetError('timeout', `${file.name} takes longer than ${withinMs / 1000} s to read. Part it.`),
    );
  } finally {
    bounds.signal?.removeEventListener('abort', stop);
    await beat.close();
    // What it holds, or loops over, is of no use to anybody.
    if (child.pid !== undefined && isAlive) process.kill(child.pid, 'SIGKILL');
    await child.end();
  }
};
