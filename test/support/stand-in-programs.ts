import { accessSync, chmodSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Programs that a fresh machine may lack: tests bring their own then, so that nothing is passed over. Each knows only the arguments that
 * are used here, and refuses others.
 */
const programs = {
  curl: join(import.meta.dirname, 'programs/curl.ts'),
  ps: join(import.meta.dirname, 'programs/ps.ts'),
} as const;

export const isOnPath = (name: string, path = process.env['PATH'] ?? ''): boolean =>
  path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      // Not in this folder: the search goes on.
      return false;
    }
  });

/** Writes the program into `folder`, which the caller puts on its PATH. */
export const writeStandIn = (name: keyof typeof programs, folder: string): void => {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(programs[name])} "$@"\n`);
  chmodSync(file, 0o755);
};
