// Bundles the program to dist/: production React inside (the development one costs twice the CPU a frame), everything with native
// parts or its own processes outside. Run by `prepare`, so that `npm ci` is enough.
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { framePlugins } from './frame-plugins.mjs';
import { onlyUsedZod } from './only-used-zod.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));

/** Small and pure, and needed for the first frame; or, in the bundle, without the parts that nobody uses (age: 4 MB of memory for 12). */
const bundled = new Set([
  'ink',
  'ink-table',
  'react',
  'zod',
  'commander',
  'age-encryption',
  'diff',
  'dotenv',
  'qrcode-terminal',
  'string-width',
  'uqr',
]);
const external = Object.keys(manifest.dependencies).filter((name) => !bundled.has(name));

// Built beside and put in place in one step: whoever runs the program meanwhile finds the old one or the new one, never half of it.
const fresh = `dist.${process.pid}.tmp`;
const result = await build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'src/cli/cli.ts',
    master: 'src/master/main.ts',
    'session-worker': 'workers/session-worker.ts',
    'checkpoint-thread': 'src/master/checkpoint/checkpoint-thread.ts',
  },
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // Node 22 knows them; lowered, an expression in a loop is compiled anew at every turn (a fifth of a frame).
  supported: { 'regexp-unicode-property-escapes': true, 'regexp-set-notation': true },
  jsx: 'automatic',
  minifySyntax: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'linked',
  chunkNames: 'chunks/[name]-[hash]',
  external: [...external, ...external.map((name) => `${name}/*`)],
  define: { 'process.env.NODE_ENV': '"production"', __ZAP_VERSION__: JSON.stringify(manifest.version) },
  banner: {
    js: "import { createRequire as __zapRequire } from 'node:module'; const require = __zapRequire(import.meta.url);",
  },
  plugins: [...framePlugins, onlyUsedZod],
  logLevel: 'warning',
  metafile: true,
});
rmSync(`${root}/dist`, { recursive: true, force: true });
renameSync(`${root}/${fresh}`, `${root}/dist`);
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist: ${Object.keys(result.metafile.outputs).length} files, ${Math.round(bytes / 1024)} kB`);
