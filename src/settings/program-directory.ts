import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `dist/` has one, too, which only says that its files are no modules. */
const isPackage = (directory: string): boolean => {
  const file = join(directory, 'package.json');
  return existsSync(file) && 'name' in JSON.parse(readFileSync(file, 'utf8'));
};

/** Where the program itself lies: its package.json stands above `src/settings/`, `dist/` and `dist/chunks/`. */
export const programDirectory = (): string => {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!isPackage(directory)) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`package.json is nowhere above ${fileURLToPath(import.meta.url)}`);
    directory = parent;
  }

  return realpathSync(directory);
};
