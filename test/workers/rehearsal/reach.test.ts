import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** Whatever the entry needs at run time: types are gone, and what is only imported for them. */
const modulesOf = async (entry: string): Promise<readonly string[]> => {
  const root = resolve(import.meta.dirname, '../../..');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
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
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
};
const outsideOf = async (entry: string): Promise<readonly string[]> => {
  const root = resolve(import.meta.dirname, '../../..');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
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
  return Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external === true).map(({ path }) => path),
  );
};

/** By which a customer could get something, or something could be written that is sent later. */
const waysOut =
  /^(?:workers\/whatsapp\/|workers\/conversation\/outbox\/sender|workers\/conversation\/inbox\/|workers\/session\/(?:open-conversation|session-host|session-runtime)|src\/store\/)/;

test('the process of a rehearsal has no phone, no outbox and no store', async () => {
  const modules = await modulesOf('workers/rehearse-worker.ts');
  expect(modules).toContain('workers/rehearsal/ask-again.ts');
  expect(modules.filter((path) => waysOut.test(path))).toEqual([]);
  const outside = await outsideOf('workers/rehearse-worker.ts');
  expect(outside).toContain('openai');
  expect(outside.filter((name) => /sqlite|wppconnect|puppeteer|child_process/.test(name))).toEqual([]);

  // The same look finds them where they are.
  const session = await modulesOf('workers/session-worker.ts');
  expect(session.filter((path) => waysOut.test(path)).length).toBeGreaterThan(10);
  expect(await outsideOf('workers/session-worker.ts')).toContain('node:sqlite');
}, 120_000);
