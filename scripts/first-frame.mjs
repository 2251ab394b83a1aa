// What the dashboard's first frame needs, apart from what comes later: as modules of their own the two go into files of their own, and the first
// frame neither reads nor compiles the rest (docs/decisions/starts.md has the figures). The program itself knows nothing of it: what comes later
// is imported as everything else, and read at its first use.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('../components/app/app.tsx', import.meta.url));

/** What `app.tsx` imports for what is not on its first screen. */
const comesLater = [
  '../commands/command-line.tsx',
  '../screens/dialogs/dialog-host.tsx',
  '../screens/help-screen.tsx',
  '../screens/route-screen.tsx',
];

/** Entries of the build, by the name of their file: modules that are never run, but part what they import from all else. */
export const apartEntries = {
  'chunks/first-frame': 'zap:first-frame',
  'chunks/after-first-frame': 'zap:after-first-frame',
  'chunks/portuguese-texts': 'components/texts/pt-br.ts',
  'chunks/screen-library': 'ink',
};

/** Whatever is in the same chunk as one of these is no part of the first frame (scripts/pack-chunks.mjs). */
export const afterFirstFrame = [
  ...comesLater.map((path) => join('components/app', path)),
  'components/texts/pt-br.ts',
  'src/words/portuguese/in-portuguese.ts',
];

const importsOf = (text) =>
  [...text.matchAll(/^import (?!type )[^;]* from '([^']+)';$/gms)].map(([, from]) => from ?? '');

const importsAll = (paths) => paths.map((path) => `import ${JSON.stringify(path)};`).join('\n');

/** @type {import('esbuild').Plugin} */
export const firstFrameEntries = {
  name: 'first-frame-entries',
  setup: ({ onResolve, onLoad }) => {
    const namespace = 'first-frame-entries';
    onResolve({ filter: /^zap:/ }, ({ path }) => ({ path: path.replace('zap:', ''), namespace }));
    onLoad({ filter: /.*/, namespace }, ({ path }) => {
      const all = importsOf(readFileSync(app, 'utf8'));
      const missing = comesLater.filter((one) => !all.includes(one));
      if (missing.length > 0)
        throw new Error(`${app} does not import ${missing.join(', ')}: look at scripts/first-frame.mjs`);

      const own = path === 'first-frame' ? all.filter((one) => !comesLater.includes(one)) : comesLater;
      return { contents: importsAll(own), resolveDir: dirname(app) };
    });
  },
};
