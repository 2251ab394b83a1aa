import { mkdtempSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { examinePath } from '../../src/settings/safe-path.ts';

const uid = process.getuid?.() ?? 0;

/** Whether only this user (and root) can put anything there. */
const isOurs = (directory: string): boolean => {
  const safety = examinePath(join(directory, 'nothing-is-called-so'), { uid, mayLieInSticky: false });
  return safety.kind === 'absent';
};

/** A new directory that is nobody else's all the way from `/`: the usual place for such, /tmp, is everybody's. */
export const ownDirectory = (prefix: string): string => {
  const places = [resolve(import.meta.dirname, '../../node_modules'), homedir(), '/var/lib'];
  const place = places.find((one) => isOurs(one));
  if (place === undefined)
    throw new Error(`none of ${places.join(', ')} is this user's alone: run the tests elsewhere`);

  return mkdtempSync(join(realpathSync(place), prefix));
};
