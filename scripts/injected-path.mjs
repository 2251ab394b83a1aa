// Where the scripts lie that wppconnect puts into the page: files of their own in the build, read when a page is loaded.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `dist/injected/<name>`, from `dist/` and from every folder of chunks below it. */
export const injectedPath = (name) => {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'injected', name))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`injected/${name} is nowhere above ${fileURLToPath(import.meta.url)}`);
    directory = parent;
  }
  return join(directory, 'injected', name);
};
