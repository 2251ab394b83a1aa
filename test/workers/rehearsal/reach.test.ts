import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

/** What the entry needs at run time, without types and what is imported only for them: our modules, and packages and parts of Node. */
const needsOf = async (
  entry: string,
): Promise<{ readonly modules: readonly string[]; readonly outside: readonly string[] }> => {
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
  const outputs = Object.values(metafile.outputs);
  return {
    modules: outputs.flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    ),
    outside: outputs.flatMap(({ imports }) =>
      imports.filter(({ external }) => external === true).map(({ path }) => path),
    ),
  };
};

/**
 * By which a customer could get something, or something could be written that is sent later. A webhook is asked for answers as any AI service is, and
 * never by a rehearsal: it may act (src/master/rehearsal/changed-session.ts).
 */
const waysOut =
  /^(?:workers\/whatsapp\/|workers\/conversation\/outbox\/sender|workers\/conversation\/inbox\/|workers\/session\/(?:open-conversation|session-host|session-runtime)|src\/store\/|src\/tools\/call)/;

test.each([
  ['of a rehearsal', 'workers/rehearse-worker.ts', 'workers/rehearsal/ask-again.ts'],
  ['that makes vectors', 'workers/embed-worker.ts', 'workers/session/embed-texts.ts'],
])(
  'the process %s has no phone, no outbox, no store and no calls of tools',
  async (_, entry, part) => {
    const { modules, outside } = await needsOf(entry);
    expect(modules).toContain(part);
    expect(modules.filter((path) => waysOut.test(path))).toEqual([]);
    expect(outside).toContain('openai');
    expect(outside.filter((name) => /sqlite|wppconnect|puppeteer|child_process/.test(name))).toEqual([]);
  },
  120_000,
);

test('the same look finds them where they are', async () => {
  const session = await needsOf('workers/session-worker.ts');
  expect(session.modules.filter((path) => waysOut.test(path)).length).toBeGreaterThan(10);
  expect(session.outside).toContain('node:sqlite');
}, 120_000);
