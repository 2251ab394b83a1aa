import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the program itself lies: its package.json stands above `src/settings/`, `dist/` and `dist/chunks/`. */
export const programDirectory = (): string => {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`package.json is nowhere above ${fileURLToPath(import.meta.url)}`);
    directory = parent;
  }

  return realpathSync(directory);
};
