// Bundles the program with its libraries to dist/ (production React: the development one costs twice the CPU a frame); outside is only what
// has processes or binaries of its own. Run by `prepare`, so that `npm ci` is enough.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { builtFrom, stampFile } from './built-from.mjs';
import { builtinsWhenUsed } from './builtins-when-used.mjs';
import { bundledLicences } from './bundled-licences.mjs';
import { apartEntries, firstFrameEntries } from './first-frame.mjs';
import { framePlugins, yogaWebAssembly } from './frame-plugins.mjs';
import { checkLibraries, injectedFiles, libraryPlugins } from './library-plugins.mjs';
import { onlyUsedZod } from './only-used-zod.mjs';
import { packChunks } from './pack-chunks.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));

/** What has processes or binaries of its own; everything else is inside. */
const external = Object.keys(manifest.dependencies);

checkLibraries();
// Before anything is read: what changes meanwhile makes this build an old one.
const from = builtFrom(root);
// Built beside and put in place in one step: whoever runs the program meanwhile finds the old one or the new one, never half of it.
const fresh = `dist.${process.pid}.tmp`;
const result = await build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'src/cli/cli.ts',
    master: 'src/master/main.ts',
    'session-worker': 'workers/session-worker.ts',
    'try-worker': 'workers/try-worker.ts',
    'rehearse-worker': 'workers/rehearse-worker.ts',
    'knowledge-reader': 'workers/knowledge-reader.ts',
    'embed-worker': 'workers/embed-worker.ts',
    'probe-loop-worker': 'workers/probe-loop-worker.ts',
    'checkpoint-thread': 'src/master/checkpoint/checkpoint-thread.ts',
    ...apartEntries,
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
  // Every process holds the text of what it loads, at two bytes a letter where a comment has a dash that is not ASCII. Names stay, but those of the first frame (scripts/pack-chunks.mjs).
  minifyWhitespace: true,
  lineLimit: 160,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  chunkNames: 'chunks/[name]-[hash]',
  external: [...external, ...external.map((name) => `${name}/*`)],
  define: {
    'process.env.NODE_ENV': '"production"',
    __ZAP_VERSION__: JSON.stringify(manifest.version),
    'import.meta.url': '__zapUrl',
  },
  plugins: [...framePlugins, ...libraryPlugins, onlyUsedZod, builtinsWhenUsed, firstFrameEntries],
  logLevel: 'warning',
  metafile: true,
});
await packChunks(root, fresh, result.metafile);
writeFileSync(join(root, fresh, 'chunks/yoga.wasm'), yogaWebAssembly());

for (const beside of ['pm2-parts.cjs', 'sure-exit.cjs'])
  copyFileSync(new URL(beside, import.meta.url), join(root, fresh, beside));

const injected = injectedFiles();
mkdirSync(join(root, fresh, 'injected'));
for (const [name, path] of Object.entries(injected)) copyFileSync(path, join(root, fresh, 'injected', name));
const waJs = injected['wppconnect-wa.js'];
const licences = bundledLicences(root, [...Object.keys(result.metafile.inputs), waJs.slice(root.length)], {
  'wa-js': `${waJs}.LICENSE.txt`,
  unpdf: join(root, 'scripts/pdfjs-notice.txt'),
});
writeFileSync(join(root, fresh, 'LICENCES.txt'), licences);
// Whoever needs a build of this tree (test/support/built-program.ts) sees that there is one.
writeFileSync(join(root, fresh, stampFile), from);

// Moved and not removed: that takes as long as there are files, and meanwhile there would be no program.
const former = `${root}/dist.${process.pid}.old.tmp`;
if (existsSync(`${root}/dist`)) renameSync(`${root}/dist`, former);
renameSync(`${root}/${fresh}`, `${root}/dist`);
rmSync(former, { recursive: true, force: true });
const files = readdirSync(`${root}/dist`, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
console.log(`dist: ${files.length} files, ${Math.round(bytes / 1024)} kB`);
