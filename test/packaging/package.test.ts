import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** What `npm pack` gives, installed into an empty folder, as `npx zap-fleet` runs it. */

const root = resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
let folder = '';
let files: readonly string[] = [];

const run = (
  file: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((done) => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      LANG: 'C.UTF-8',
      PUPPETEER_SKIP_DOWNLOAD: '1',
      npm_config_loglevel: 'error',
      npm_config_update_notifier: 'false',
      // Everything that the lock file names lies in npm's cache since `npm ci`: no registry is asked.
      npm_config_offline: 'true',
      npm_config_cache: process.env['npm_config_cache'] ?? join(process.env['HOME'] ?? '/root', '.npm'),
      npm_config_userconfig: join(process.env['HOME'] ?? '/root', '.npmrc'),
    };
    execFile(file, [...args], { cwd, env, timeout: 280_000, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
    });
  });

/** An empty folder that depends on the packed program: its libraries are those of our own lock file, the ones that were tested. */
const writeLockedFolder = (tarball: string): void => {
  const manifest = { name: 'somebody', private: true, dependencies: { 'zap-fleet': `file:${tarball}` } };
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const libraries = Object.entries(lock.packages).filter(([place, { dev }]) => place !== '' && dev !== true);
  const packages = {
    '': manifest,
    'node_modules/zap-fleet': {
      version,
      resolved: manifest.dependencies['zap-fleet'],
      dependencies: own['dependencies'],
      bin: own['bin'],
      engines: own['engines'],
    },
    ...Object.fromEntries(libraries),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ name: 'somebody', lockfileVersion: 3, requires: true, packages }),
  );
};

beforeAll(async () => {
  folder = mkdtempSync('/tmp/zfp-');
  // The e2e project has just built dist: packing must not build a second time under tests that run it.
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder, root], folder);
  expect(packed.stderr).toBe('');
  const parsed = JSON.parse(packed.stdout) as unknown;
  const entries = (Array.isArray(parsed) ? parsed : Object.values(parsed as object)) as {
    filename: string;
    files: { path: string }[];
  }[];
  files = entries[0]?.files.map(({ path }) => path) ?? [];
  writeLockedFolder(entries[0]?.filename ?? '');
  const installed = await run('npm', ['ci', '--no-audit', '--no-fund'], folder);
  expect({ code: installed.code, errors: installed.code === 0 ? '' : installed.stderr }).toEqual({
    code: 0,
    errors: '',
  });
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

test('only what is needed is in the package', () => {
  const places = [...new Set(files.map((file) => file.split('/')[0]))].sort();
  for (const place of ['dist', 'package.json', 'README.md', 'LICENSE', 'ecosystem.config.js'])
    expect(places).toContain(place);
  for (const place of ['src', 'components', 'workers', 'test', 'node_modules', '.env', 'scripts', '.ci'])
    expect(places).not.toContain(place);
  expect(files.filter((file) => /\.env$|\.pem$|\.db$|\.tgz$/.test(file))).toEqual([]);
});

test('npx zap-fleet --version', async () => {
  expect(await run('npx', ['zap-fleet', '--version'], folder)).toMatchObject({ code: 0, stdout: `${version}\n` });
});

test('npx zap-fleet --demo shows its six sessions and leaves nothing behind', { timeout: 120_000 }, async () => {
  const demo = await run('npx', ['zap-fleet', '--demo', '--lang', 'en'], folder);
  expect(demo.code).toBe(0);
  expect(demo.stdout).toContain('padaria');
  expect(demo.stdout.split('\n').length).toBeGreaterThan(6);
  expect(demo.stderr).toContain('this is not a terminal');
});
