import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { framePlugins, yogaWebAssembly } from '../../scripts/frame-plugins.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${root}node_modules/.cache/zap-fleet-ink`;
/** React is the tests' own: two of them cannot draw one screen. */
const outside = ['react', 'react/jsx-runtime', 'react-reconciler', 'scheduler'];

/**
 * Ink as the build makes it (scripts/frame-plugins.mjs), in one file: what users see is what is drawn in the tests, and a frame costs a fraction of
 * that of Ink as it is published. Answers where the file lies.
 */
export const buildInk = async (): Promise<string> => {
  const plugins = framePlugins.filter(({ name }) => name !== 'react-once' && name !== 'process-as-is');
  const result = await build({
    stdin: { contents: "export * from 'ink';", resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    supported: { 'regexp-unicode-property-escapes': true, 'regexp-set-notation': true },
    external: outside,
    banner: {
      js: "import { createRequire as requireBeside } from 'node:module'; const require = requireBeside(import.meta.url);",
    },
    define: { 'process.env.NODE_ENV': '"test"' },
    plugins,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('esbuild made nothing of Ink');

  return keep(file.contents);
};

/** Under the name of what it is: runs beside each other make the same file, or each its own. */
const keep = (contents: Uint8Array): string => {
  const path = `${folder}/${createHash('sha256').update(contents).digest('hex').slice(0, 16)}.mjs`;
  if (existsSync(path)) return path;

  mkdirSync(folder, { recursive: true });
  for (const [file, bytes] of [
    [`${folder}/yoga.wasm`, yogaWebAssembly()],
    [path, contents],
  ] as const) {
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, bytes);
    renameSync(fresh, file);
  }
  return path;
};
