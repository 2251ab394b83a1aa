import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { FleetError } from '../../src/session/fleet-error.ts';
import { type BrowserKind, browserArguments } from './browser-arguments.ts';
import { type Machine, type PackagedBrowser, packagedBrowser } from './browser-package.ts';

/** A browser that can be started, and how. */
export interface Browser {
  readonly path: string;
  readonly kind: BrowserKind;
  /** Who brought it: BROWSER_PATH, this machine, Puppeteer's cache, or the npm package. */
  readonly source: 'setting' | 'machine' | 'puppeteer' | 'npm';
  readonly args: readonly string[];
  /** The browser's whole environment. Never ours: it may hold secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** To be awaited before the first launch (unpacks the npm package's browser). Rejects `browser-missing`. */
  prepare(): Promise<void>;
}

export interface FindBrowserOptions {
  /** BROWSER_PATH; empty or undefined: look for one. */
  readonly browserPath?: string | undefined;
  /** BROWSER_ARGS: flags that come after ours. */
  readonly browserArgs?: readonly string[] | undefined;
  /** Where the browser of the npm package is unpacked (200 MB), shared by all sessions. */
  readonly unpackDirectory: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Only for tests: another machine than this. */
  readonly machine?: Machine;
}

const howToGetOne = ({ platform = process.platform, arch = process.arch }: Machine): string =>
  platform === 'linux' && arch === 'x64'
    ? 'no browser found: run `npm i @sparticuz/chromium`, or install Chromium (Debian: `apt install chromium-headless-shell`), or set BROWSER_PATH'
    : `no browser found, and the one from npm is for Linux on x86-64, not for ${platform} on ${arch}: install Chromium (Debian: \`apt install chromium-headless-shell\`), or set BROWSER_PATH`;

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there or not ours to run: the same to the search.
    return false;
  }
};

const shellNames = ['chromium-headless-shell', 'chrome-headless-shell', 'headless_shell'];
const chromeNames = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome'];
const shellPlaces = ['/usr/lib/chromium/chromium-headless-shell', '/usr/lib/chromium/headless_shell'];
const chromePlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const onMachine = (names: readonly string[], places: readonly string[], env: NodeJS.ProcessEnv): string | undefined => {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...places].find(isProgram);
};

/** Puppeteer keeps `<cache>/<browser>/<platform>-<version>/<browser>-<platform>/<program>`. */
const inPuppeteerCache = (env: NodeJS.ProcessEnv): string | undefined => {
  const cache = env.PUPPETEER_CACHE_DIR || join(env.HOME || homedir(), '.cache', 'puppeteer');
  for (const browser of ['chrome-headless-shell', 'chrome']) {
    const versions = existsSync(join(cache, browser)) ? readdirSync(join(cache, browser)) : [];
    for (const version of versions.sort().reverse()) {
      for (const folder of readdirSync(join(cache, browser, version))) {
        const path = join(cache, browser, version, folder, browser);
        if (isProgram(path)) return path;
      }
    }
  }
  return undefined;
};

const flag = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8').trim() : '');

/** Chromium's sandbox needs another user than root, and user namespaces, which containers and some kernels do not give. */
const canSandbox = (source: Browser['source']): boolean => {
  if (process.platform !== 'linux') return true;
  if (process.getuid?.() === 0 || existsSync('/.dockerenv') || existsSync('/run/.containerenv')) return false;
  if (source === 'machine') return true; // packaged with a setuid helper or an AppArmor profile
  const forbidden = flag('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1';
  return !forbidden && flag('/proc/sys/kernel/unprivileged_userns_clone') !== '0';
};

/** The few variables that a browser needs. */
const cleanEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const name of [
    'PATH',
    'HOME',
    'LANG',
    'LC_ALL',
    'TZ',
    'TMPDIR',
    'LD_LIBRARY_PATH',
    'FONTCONFIG_PATH',
    'FONTCONFIG_FILE',
  ]) {
    const value = env[name];
    if (value) kept[name] = value;
  }
  return kept;
};

const neededLibraries = ['libnss3.so', 'libnspr4.so', 'libexpat.so.1'];
const libraryFolders = ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib64', '/usr/lib64', '/usr/lib'];
const isInstalled = (name: string): boolean => libraryFolders.some((folder) => existsSync(join(folder, name)));
/** What this machine lacks of the libraries that Chromium loads. */
export interface Lacking {
  readonly nss: boolean;
  readonly sqlite: boolean;
}
const lackingHere = (): Lacking => ({
  nss: !neededLibraries.every(isInstalled),
  sqlite: !isInstalled('libsqlite3.so.0'),
});

/** On a slim machine the packaged browser brings its own libraries and fonts. */
const packagedEnvironment = (
  packaged: PackagedBrowser,
  env: NodeJS.ProcessEnv,
  lacking: Lacking,
): Record<string, string> => {
  const kept = cleanEnvironment(env);
  const own = [...(lacking.nss ? [packaged.libraries] : []), ...(lacking.sqlite ? [packaged.sqlite] : [])];
  if (own.length > 0) kept.LD_LIBRARY_PATH = [...own, kept.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  if (!existsSync('/etc/fonts/fonts.conf')) kept.FONTCONFIG_FILE = packaged.fonts;
  return kept;
};

const kindOf = (path: string): BrowserKind => (/headless[-_]shell/.test(basename(path)) ? 'headless-shell' : 'chrome');

/**
 * Finds a browser: BROWSER_PATH, a headless-shell on the machine, Chrome or Chromium on the machine, Puppeteer's own, the one
 * from npm. Reads a few directories only; nothing is started or unpacked. Throws `browser-missing`, saying how to get one.
 */
export const findBrowser = (options: FindBrowserOptions): Browser => {
  const env = options.env ?? process.env;
  const describe = (path: string, source: Browser['source']): Browser => ({
    path,
    kind: kindOf(path),
    source,
    args: browserArguments(kindOf(path), { sandbox: canSandbox(source), extra: options.browserArgs ?? [] }),
    env: cleanEnvironment(env),
    prepare: async () => undefined,
  });
  if (options.browserPath) {
    if (isProgram(options.browserPath)) return describe(options.browserPath, 'setting');
    throw new FleetError(
      'browser-missing',
      `BROWSER_PATH=${options.browserPath} is not a program: correct it or leave it empty`,
    );
  }
  const machine = onMachine(shellNames, shellPlaces, env) ?? onMachine(chromeNames, chromePlaces, env);
  if (machine) return describe(machine, 'machine');
  const cached = inPuppeteerCache(env);
  if (cached) return describe(cached, 'puppeteer');
  const packaged = npmBrowser(options);
  if (packaged === null) throw new FleetError('browser-missing', howToGetOne(options.machine ?? {}));
  return packaged;
};

/** The one from npm, with what a machine lacks; null where there is none for it. */
export const npmBrowser = (
  { env = process.env, browserArgs = [], unpackDirectory, machine = {} }: FindBrowserOptions,
  lacking = lackingHere(),
): Browser | null => {
  const packaged = packagedBrowser(unpackDirectory, machine);
  if (packaged === null) return null;
  return {
    path: packaged.path,
    kind: 'headless-shell',
    source: 'npm',
    args: browserArguments('headless-shell', { sandbox: canSandbox('npm'), extra: browserArgs }),
    env: packagedEnvironment(packaged, env, lacking),
    prepare: packaged.unpack,
  };
};
