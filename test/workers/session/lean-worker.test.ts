import { join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

/** What is read before anything is asked for: the entry, and whatever it imports with a statement. */
const loadedAtOnce = ({ outputs }: Metafile, entry: string): ReadonlySet<string> => {
  const start = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entry);
  const chunks = new Set(start === undefined ? [] : [start]);
  // A set that grows while it is gone through is gone through to its end.
  for (const chunk of chunks)
    for (const { path, kind } of outputs[chunk]?.imports ?? [])
      if (kind === 'import-statement' && outputs[path] !== undefined) chunks.add(path);
  return new Set([...chunks].flatMap((chunk) => Object.keys(outputs[chunk]?.inputs ?? {})));
};

/** Code of tools and of knowledge that a worker runs only for a session that has some. */
const ofSome =
  /^(?:src\/tools\/|src\/store\/knowledge\/(?:find|fuse)|src\/session\/small-vectors|src\/store\/knowledge\/knowledge-uses|workers\/conversation\/turn\/(?:tool-|knowledge|meaning|practised)|workers\/session\/try-(?:tools|meaning)|workers\/ai\/(?:openai|gemini)-embeddings|workers\/reading\/)/;

test('a worker whose session has no tools and knows no files loads none of their code', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['workers/session-worker.ts'],
    outdir: join(root, 'dist'),
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    logLevel: 'silent',
  });
  const everything = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  expect(everything.filter((path) => ofSome.test(path)).length).toBeGreaterThan(6);

  const atOnce = loadedAtOnce(metafile, 'workers/session-worker.ts');
  expect(atOnce.has('workers/session-worker.ts')).toBe(true);
  expect([...atOnce].filter((path) => ofSome.test(path))).toEqual([]);
}, 120_000);
