import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { productionShrinkwrap } from '../../scripts/shrinkwrap.mjs';

/**
 * What `npm pack` gives, installed into an empty folder, as `npx zap-fleet` runs it. Nothing is asked of a registry: every package lies in
 * npm's cache since `npm ci`, and `offline` makes npm fail at once where one does not.
 */

const boundMegabytes = 130;
const boundPackages = 110;
const npmWithinMs = 240_000;

const root = resolve(import.meta.dirname, '../..');
const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

interface Manifest {
  readonly version: string;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}
interface Lock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: true }>>;
}

const manifest = read<Manifest>(join(root, 'package.json'));
const lock = read<Lock>(join(root, 'package-lock.json'));
const { version } = manifest;
let folder = '';
let files: readonly string[] = [];

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (
  file: string,
  args: readonly string[],
  cwd: string,
  user: { uid?: number; gid?: number } = {},
): Promise<Ran> =>
  new Promise((done) => {
    const home = process.env['HOME'] ?? '/root';
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: cwd,
      LANG: 'C.UTF-8',
      npm_config_loglevel: 'error',
      npm_config_update_notifier: 'false',
      npm_config_offline: 'true',
      npm_config_cache: process.env['npm_config_cache'] ?? join(home, '.npm'),
      npm_config_userconfig: join(home, '.npmrc'),
    };
    execFile(
      file,
      [...args],
      { cwd, env, timeout: npmWithinMs, maxBuffer: 64 * 1024 * 1024, ...user },
      (error, stdout, stderr) => {
        const late =
          error?.killed === true
            ? `\n${file} ${args.join(' ')} was not done after ${npmWithinMs / 1000} s and was ended\n`
            : '';
        done({
          code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
          stdout,
          stderr: stderr + late,
        });
      },
    );
  });

const mustRun = async (file: string, args: readonly string[], cwd: string): Promise<Ran> => {
  const ran = await run(file, args, cwd);
  if (ran.code === 0) return ran;
  const advice = /ENOTCACHED|cache mode is 'only-if-cached'/.test(ran.stderr)
    ? '\nA package of package-lock.json is not in npm\'s cache: run "npm ci" with the same cache first (npm_config_cache, else ~/.npm).'
    : '';
  throw new Error(`${file} ${args.join(' ')} ended with ${ran.code}: ${ran.stderr}${advice}`);
};

/** What `npm pack` does, of a copy: in the tree itself it would build a second time under tests that run what is in dist/. */
const pack = async (): Promise<string> => {
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  for (const name of ['package.json', ...manifest.files.filter((each) => !each.startsWith('!'))])
    if (existsSync(join(root, name))) cpSync(join(root, name), join(copy, name), { recursive: true });
  await mustRun(process.execPath, [join(root, 'scripts/shrinkwrap.mjs'), copy], copy);
  const packed = await mustRun('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], copy);
  const parsed = JSON.parse(packed.stdout) as unknown;
  const entries = (Array.isArray(parsed) ? parsed : Object.values(parsed as object)) as {
    filename: string;
    files: { path: string }[];
  }[];
  rmSync(copy, { recursive: true });
  files = entries[0]?.files.map(({ path }) => path) ?? [];
  return join(folder, entries[0]?.filename ?? '');
};

/** An empty folder that depends on the packed program, which brings its libraries' versions itself, as after `npm install zap-fleet`. */
const install = async (tarball: string): Promise<void> => {
  const { dependencies, bin, engines } = manifest;
  const own = { name: 'somebody', private: true, dependencies: { 'zap-fleet': `file:${tarball}` } };
  const packages = {
    '': own,
    'node_modules/zap-fleet': { version, resolved: `file:${tarball}`, hasShrinkwrap: true, dependencies, bin, engines },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ name: 'somebody', lockfileVersion: lock.lockfileVersion, requires: true, packages }),
  );
  await mustRun('npm', ['ci', '--no-audit', '--no-fund'], folder);
};

beforeAll(async () => {
  folder = mkdtempSync('/tmp/zfp-');
  chmodSync(folder, 0o755);
  await install(await pack());
}, 2 * npmWithinMs);
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

/** Every file below a folder, `.bin` aside; what is linked counts once. */
const everyFile = (place: string): string[] =>
  readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    const path = join(place, entry.name);
    return entry.isDirectory() ? everyFile(path) : [path];
  });

/** The packages that were installed, as `name@version`. */
const installedPackages = (): string[] =>
  everyFile(join(folder, 'node_modules'))
    .filter((path) => /node_modules\/(@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(path))
    .map((path) => {
      const { name, version: itsVersion } = read<{ name: string; version: string }>(path);
      return `${name}@${itsVersion}`;
    })
    .sort();

test('only what is needed is in the package', () => {
  const places = [...new Set(files.map((file) => file.split('/')[0]))].sort();
  for (const place of ['dist', 'package.json', 'README.md', 'LICENSE', 'ecosystem.config.js', 'npm-shrinkwrap.json'])
    expect(places).toContain(place);
  for (const place of ['src', 'components', 'workers', 'test', 'node_modules', '.env', 'scripts', '.ci'])
    expect(places).not.toContain(place);
  expect(files.filter((file) => /\.env$|\.pem$|\.db$|\.tgz$|\.map$/.test(file))).toEqual([]);
});

test('a pack by hand writes the same shrinkwrap, and takes it away again', () => {
  expect(manifest.scripts['prepack']).toBe('node scripts/shrinkwrap.mjs');
  expect(manifest.scripts['postpack']).toBe('node scripts/shrinkwrap.mjs --remove');
  expect(existsSync(join(root, 'npm-shrinkwrap.json'))).toBe(false);
});

test('the shrinkwrap is what package-lock.json names, without what is for development', () => {
  const shrinkwrap = read<Lock>(join(folder, 'node_modules/zap-fleet/npm-shrinkwrap.json'));
  expect(shrinkwrap).toEqual(JSON.parse(JSON.stringify(productionShrinkwrap(manifest, lock))));
  const locked = Object.entries(lock.packages).filter(([place, { dev }]) => place !== '' && dev !== true);
  expect(locked.length).toBeGreaterThan(50);
  for (const [place, entry] of locked) expect(shrinkwrap.packages[place]?.version, place).toBe(entry.version);
});

test(`installs at most ${boundPackages} packages and ${boundMegabytes} MB, each of the version that was tested`, () => {
  const packages = installedPackages();
  const bytes = everyFile(join(folder, 'node_modules')).reduce((sum, path) => sum + lstatSync(path).size, 0);
  console.log(`installed: ${packages.length} packages, ${(bytes / 1e6).toFixed(1)} MB`);
  expect(packages.length).toBeLessThanOrEqual(boundPackages);
  expect(bytes / 1e6).toBeLessThanOrEqual(boundMegabytes);
  expect(packages).toContain(`zap-fleet@${version}`);

  const tested = Object.entries(lock.packages)
    .filter(([, { dev }]) => dev !== true)
    .map(([place, entry]) => `${place.split('node_modules/').at(-1)}@${entry.version}`);
  expect(packages.filter((each) => each !== `zap-fleet@${version}` && !tested.includes(each))).toEqual([]);
});

test('the licences of everything that is inside the program go with it', () => {
  const licences = readFileSync(join(folder, 'node_modules/zap-fleet/dist/LICENCES.txt'), 'utf8');
  for (const name of [
    '@wppconnect-team/wppconnect',
    '@wppconnect/wa-js',
    'puppeteer-core',
    'fastify',
    'openai',
    'react',
  ])
    expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+`, 'm'));
  expect(licences).toContain('GNU LESSER GENERAL PUBLIC LICENSE');
  expect(licences).toContain('What wa-js carries');
  expect(licences).toContain('PDF.js, which unpdf carries inside');
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

// Root may write anywhere: the run is another user's then, to whom the packages belong as little.
test('runs from a node_modules that it cannot write to', { timeout: 120_000 }, async () => {
  const isRoot = process.getuid?.() === 0;
  const home = join(folder, 'home');
  mkdirSync(home);
  if (isRoot) chownSync(home, 65_534, 65_534);
  const writable = (mode: string) => run('chmod', ['-R', mode, join(folder, 'node_modules')], folder);
  expect((await writable('a-w,a+rX')).code).toBe(0);
  try {
    const cli = join(folder, 'node_modules/zap-fleet/dist/cli.js');
    const node = realpathSync(process.execPath);
    const user = isRoot ? { uid: 65_534, gid: 65_534 } : {};
    const demo = await run(node, [cli, '--demo', '--lang', 'en'], home, user);
    expect(demo).toMatchObject({ code: 0 });
    expect(demo.stdout).toContain('padaria');
  } finally {
    expect((await writable('u+w')).code).toBe(0);
  }
});
