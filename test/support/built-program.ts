import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { builtFrom, stampFile } from '../../scripts/built-from.mjs';

const root = resolve(import.meta.dirname, '../..');
const dist = join(root, 'dist');
/** Set by `build-once.ts` for the processes of its run: they need not look again. */
const alreadyBuilt = 'ZAP_TEST_BUILT';
let isBuilt = process.env[alreadyBuilt] === dist;

const isOfThisTree = (): boolean => {
  const stamp = join(dist, stampFile);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === builtFrom(root);
};

/** What is tested is what is in the tree, not an older build; where `npm ci` has just built it, it is not built again. */
export const setBuilt = (): void => {
  if (isBuilt) return;
  if (!isOfThisTree())
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  isBuilt = true;
};

/** Before the processes of a run begin. */
export const setBuiltForAll = (): void => {
  setBuilt();
  process.env[alreadyBuilt] = dist;
};

/** A file of the built program. */
export const built = (
  name:
    | 'cli.js'
    | 'master.js'
    | 'session-worker.js'
    | 'try-worker.js'
    | 'knowledge-reader.js'
    | 'embed-worker.js'
    | 'probe-loop-worker.js'
    | 'rehearse-worker.js'
    | 'checkpoint-thread.js',
): string => {
  setBuilt();
  return join(dist, name);
};
