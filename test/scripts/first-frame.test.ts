import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { built, setBuilt } from '../support/built-program.ts';

setBuilt();
const chunks = join(dirname(built('cli.js')), 'chunks');
const pack = (name: string): string => {
  const [found, ...others] = readdirSync(chunks).filter((file) =>
    new RegExp(`^${name}-[0-9a-f]{12}\\.cjs$`).test(file),
  );
  expect([found, others]).toEqual([expect.any(String), []]);
  return found as string;
};
const textOf = (name: string): string => readFileSync(join(chunks, pack(name)), 'utf8');

/** What a process has read that loads what the dashboard loads before its first frame, and then asks for one name. */
const packsRead = (ask: string): readonly string[] => {
  const [mount] = /"(mount-[A-Z0-9]{8}\.js)"/.exec(textOf('screens'))?.slice(1) ?? [];
  const script = `
    const loader = require(${JSON.stringify(join(chunks, 'loader.cjs'))});
    const mount = loader.load(${JSON.stringify(mount)});
    ${ask}
    console.log(Object.keys(require.cache).join('\\n'));
    process.exit(0);`;
  // Without a place for compiled code packs are loaded by `require`, which tells of them.
  const env = { PATH: process.env['PATH'] ?? '', NODE_DISABLE_COMPILE_CACHE: '1' };
  const output = execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8', timeout: 60_000 });
  return output
    .trim()
    .split('\n')
    .map((path) => basename(path));
};

test('what comes after the first frame lies in files of its own, and is not read for it', () => {
  expect(textOf('later-screens')).toContain('RouteScreen');
  expect(textOf('portuguese')).toContain('Portuguese');
  expect(textOf('screens')).toContain('FleetScreen');

  const read = packsRead('void mount.App; void mount.render;');
  expect(read).toContain(pack('screens'));
  for (const name of ['later-screens', 'portuguese', 'schemas']) expect(read).not.toContain(pack(name));
});
