import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../session/fleet-error.ts';
import { refuseOrphanedWal } from '../../store/files-in-place.ts';

/**
 * A thread of the master that moves the write-ahead log into the database when it is asked to: that writes and syncs megabytes, and on a
 * slow disk would hold the loop that serves everybody. It waits for nobody: what could not be moved is moved the next time.
 */

export type CheckpointAnswer = { readonly moved: boolean } | { readonly problem: string };

const { path } = workerData as { readonly path: string };
refuseOrphanedWal(path);
const database = new DatabaseSync(path, { timeout: 0 });

const checkpoint = (how: unknown): CheckpointAnswer => {
  try {
    const row = database.prepare(`PRAGMA wal_checkpoint(${how === 'truncate' ? 'TRUNCATE' : 'PASSIVE'})`).get();
    return { moved: row?.['busy'] === 0 && row['log'] === row['checkpointed'] };
  } catch (error) {
    return { problem: messageOf(error) };
  }
};

parentPort?.on('message', (how) => parentPort?.postMessage(checkpoint(how)));
