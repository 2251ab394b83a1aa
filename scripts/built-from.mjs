import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Inside `dist/`, not published: what it was built from. */
export const stampFile = 'built-from';

const folders = ['src', 'components', 'workers', 'scripts'];
const files = ['package.json', 'package-lock.json'];

/** One hash over everything that a build reads: sources, its own scripts, and which libraries are installed. */
export const builtFrom = (root) => {
  const sources = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const hash = createHash('sha256').update(process.version);
  for (const path of [...sources, ...files.map((name) => join(root, name))].sort())
    if (existsSync(path)) hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');

  return hash.digest('hex');
};
