import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);
/** Node 24 strips types, so the program also runs from its source. */
const fromSource = here.endsWith('.ts');

/** The bundle's parts lie in `dist/` or `dist/chunks/`. */
const distDirectory = (): string => {
  let directory = dirname(here);
  while (!existsSync(join(directory, 'master.js'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`master.js is nowhere above ${here}; build again with: npm run build`);
    directory = parent;
  }
  return directory;
};
const sourceRoot = resolve(dirname(here), '..', '..', '..');

export const masterScript = (): string =>
  fromSource ? join(sourceRoot, 'src', 'master', 'main.ts') : join(distDirectory(), 'master.js');

/** Loaded before PM2 (scripts/pm2-parts.cjs): what it does not need at its start waits until it is used. */
export const pm2PartsScript = (): string =>
  fromSource ? join(sourceRoot, 'scripts', 'pm2-parts.cjs') : join(distDirectory(), 'pm2-parts.cjs');

export const workerScript = (): string =>
  fromSource ? join(sourceRoot, 'workers', 'session-worker.ts') : join(distDirectory(), 'session-worker.js');

export const checkpointScript = (): string =>
  fromSource
    ? join(sourceRoot, 'src', 'master', 'checkpoint', 'checkpoint-thread.ts')
    : join(distDirectory(), 'checkpoint-thread.js');

export const rehearseScript = (): string =>
  fromSource ? join(sourceRoot, 'workers', 'rehearse-worker.ts') : join(distDirectory(), 'rehearse-worker.js');
export const probeLoopScript = (): string =>
  fromSource ? join(sourceRoot, 'workers', 'probe-loop-worker.ts') : join(distDirectory(), 'probe-loop-worker.js');

export const knowledgeReaderScript = (): string =>
  fromSource ? join(sourceRoot, 'workers', 'knowledge-reader.ts') : join(distDirectory(), 'knowledge-reader.js');

export const embedScript = (): string =>
  fromSource ? join(sourceRoot, 'workers', 'embed-worker.ts') : join(distDirectory(), 'embed-worker.js');

export const tryScript = (): string =>
  fromSource ? join(sourceRoot, 'workers', 'try-worker.ts') : join(distDirectory(), 'try-worker.js');
