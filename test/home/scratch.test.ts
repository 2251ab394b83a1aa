import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type HomePaths, homePaths, prepareHome } from '../../src/home/home-paths.ts';
import { findDeadScratch, removeDeadScratch, takeScratch } from '../../src/home/scratch.ts';

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});
const newHome = (): HomePaths => {
  const home = mkdtempSync(join(tmpdir(), 'zf-sc-'));
  homes.push(home);
  const paths = homePaths(home);
  prepareHome(paths);
  return paths;
};
const hiddenIn = (directory: string): string[] => readdirSync(directory).filter((name) => /^\.(?!locks)/.test(name));

it('what is being worked on is left alone, and gone when the work ends', async () => {
  const paths = newHome();
  const scratch = takeScratch(paths);
  const staging = scratch.path(paths.backups, 'staging');
  mkdirSync(staging);
  const elsewhere = mkdtempSync(join(tmpdir(), 'zf-sc-'));
  homes.push(elsewhere);
  const partial = scratch.partial(join(elsewhere, 'mine.tar.gz'));
  writeFileSync(partial, 'x');
  expect(await findDeadScratch(paths, Date.now() + 1e9)).toEqual([]);
  expect(await removeDeadScratch(paths, Date.now() + 1e9)).toBe(0);
  expect([existsSync(staging), existsSync(partial)]).toEqual([true, true]);

  await scratch.release();
  expect(hiddenIn(paths.backups)).toEqual([]);
  expect(readdirSync(elsewhere)).toEqual([]);
});

it('what a killed owner left is found at once, wherever it lies, and removed whatever its age', async () => {
  const paths = newHome();
  const elsewhere = mkdtempSync(join(tmpdir(), 'zf-sc-'));
  homes.push(elsewhere);
  const source = `
    import { mkdirSync, writeFileSync } from 'node:fs';
    import { homePaths } from ${JSON.stringify(join(import.meta.dirname, '../../src/home/home-paths.ts'))};
    import { takeScratch } from ${JSON.stringify(join(import.meta.dirname, '../../src/home/scratch.ts'))};
    const paths = homePaths(${JSON.stringify(paths.home)});
    const scratch = takeScratch(paths);
    for (const directory of [paths.data, paths.tokens]) {
      mkdirSync(scratch.path(directory, 'restore'));
      writeFileSync(scratch.path(directory, 'restore') + '/fleet.db', 'all customers');
    }
    writeFileSync(scratch.partial(${JSON.stringify(join(elsewhere, 'mine.tar.gz'))}), 'x');
    console.log('ready');
    setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(owner, 'exit');
  try {
    await once(owner.stdout, 'data');
    expect(await findDeadScratch(paths, Date.now())).toEqual([]);
  } finally {
    owner.kill('SIGKILL');
    await exited;
  }
  const [dead, ...others] = await findDeadScratch(paths, Date.now());
  expect(others).toEqual([]);
  expect(dead?.paths).toHaveLength(3);
  expect(await removeDeadScratch(paths, Date.now())).toBe(3);
  for (const directory of [paths.data, paths.tokens, paths.backups]) expect(hiddenIn(directory)).toEqual([]);
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(await findDeadScratch(paths, Date.now())).toEqual([]);
});

it('a list of places elsewhere is not obeyed further than our own names go', async () => {
  const paths = newHome();
  const precious = join(paths.home, 'precious');
  writeFileSync(precious, 'x');
  writeFileSync(join(paths.backups, '.work-0123456789ab.lock'), '');
  writeFileSync(
    join(paths.backups, '.work-0123456789ab.json'),
    JSON.stringify([precious, 7, join(paths.home, '.x.aaaaaaaaaaaa.partial')]),
  );
  await removeDeadScratch(paths, Date.now());
  expect(existsSync(precious)).toBe(true);
  expect(hiddenIn(paths.backups)).toEqual([]);
});
