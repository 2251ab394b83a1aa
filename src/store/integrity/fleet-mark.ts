import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Milliseconds } from '../../session/units.ts';
import type { Database } from '../database.ts';

/**
 * How far the store had come, beside the store: a WAL or a database that was taken away or replaced by an older one is noticed by it.
 * Every process of the fleet moves it on, a moment after it has written. Nothing waits for the disk: a mark that is behind says less,
 * and never something wrong, because what is committed is on the disk before its mark is.
 */
export interface FleetMark {
  read(): Mark | null;
  /** Something may have been written: the mark follows in a moment. */
  touch(): void;
  /** From now on it follows this store. */
  follow(database: Database, fleetId: string): void;
  close(): void;
}

export interface Mark {
  readonly fleet: string;
  /** The newest change number (`change_counter`) that was known to be committed. */
  readonly change: number;
}

const markSchema = z.object({ fleet: z.string().max(64), change: z.number().int().min(0) });
const followWithin: Milliseconds = 1000;

export const markFile = (database: string): string => `${database.replace(/\.db$/, '')}.mark`;

/** Null when there is none, or it cannot be read: then nothing is known. */
export const readMark = (database: string): Mark | null => {
  try {
    return markSchema.parse(JSON.parse(readFileSync(markFile(database), 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
};

/** The next one who opens the store takes it as it is. */
export const forgetMark = (database: string): void => rmSync(markFile(database), { force: true });

export const changeOf = (database: Pick<Database, 'get'>): number =>
  database.get<{ value: number }>('SELECT value FROM change_counter')?.value ?? 0;

/**
 * Whether somebody writes in slices that do not wait for the disk (`Database.slice`): a power cut may take the last of them back, so the
 * mark stays behind until the job's end, which is on the disk with all before it.
 */
const isSliced = (database: Pick<Database, 'get'>): boolean =>
  database.get(
    "SELECT 1 FROM jobs WHERE state = 'running' AND kind NOT IN ('store-push', 'store-pull') UNION ALL SELECT 1 FROM conversation_merges LIMIT 1",
  ) !== undefined;

const writeMark = (database: string, mark: Mark): void => {
  const file = markFile(database);
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify(mark), { mode: 0o600 });
  renameSync(fresh, file);
};

export const createFleetMark = (path: string): FleetMark => {
  let followed: { readonly database: Database; readonly fleet: string } | null = null;
  let timer: NodeJS.Timeout | null = null;
  let written = -1;

  const moveOn = (): void => {
    timer = null;
    if (followed === null) return;
    try {
      if (isSliced(followed.database)) return;
      const change = changeOf(followed.database);
      if (change <= written) return;
      const there = readMark(path);
      // Another process was faster: what it knows is more.
      if (there === null || there.fleet !== followed.fleet || there.change < change)
        writeMark(path, { fleet: followed.fleet, change });
      written = change;
    } catch (error) {
      // A disk that is full or gone, a store at fault: whoever works with the store meets that, and says it.
      if (!(error instanceof Error && ('code' in error || 'errcode' in error))) throw error;
    }
  };

  return {
    read: () => readMark(path),
    touch: () => {
      if (followed !== null) timer ??= setTimeout(moveOn, followWithin).unref();
    },
    follow: (database, fleet) => {
      followed = { database, fleet };
      moveOn();
    },
    close: () => {
      if (timer !== null) {
        clearTimeout(timer);
        moveOn();
      }
      followed = null;
    },
  };
};
