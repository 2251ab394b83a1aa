import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { FleetError, messageOf } from '../../src/session/fleet-error.ts';
import type { Bytes } from '../../src/session/units.ts';
import { sqliteStandIn } from './sqlite-stand-in.ts';
import { standInLibrary } from './stand-in-library.ts';

/** The browser inside the npm package @sparticuz/chromium: a headless-shell, the libraries it needs, fonts. */
export interface PackagedBrowser {
  /** Where the program will be once unpacked. */
  readonly path: string;
  readonly libraries: string;
  /** A folder with what stands in for SQLite, for machines without it. */
  readonly sqlite: string;
  readonly fonts: string;
  /** Unpacks it, once; several processes may do so at the same time. */
  unpack(): Promise<void>;
}

const packageRoot = (): string | null => {
  try {
    let directory = dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'));
    while (!existsSync(join(directory, 'bin'))) {
      const parent = dirname(directory);
      if (parent === directory) return null;
      directory = parent;
    }
    return directory;
  } catch {
    // Not installed, e.g. in an image that brings its own Chromium: the caller looks no further.
    return null;
  }
};

const fontConfiguration = (directory: string): string =>
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${join(directory, 'fonts')}</dir><cachedir>${join(directory, 'fonts-cache')}</cachedir></fontconfig>\n`;

const sqliteFolder = 'lib-sqlite';

/** What the unpacked browser takes: 206 MB, with fonts and libraries. */
const unpackedBytes: Bytes = 250_000_000;
const another = 'or set BROWSER_PATH to a Chromium of this machine';

const noRoom = (place: string, free: Bytes | null, cause?: unknown): FleetError => {
  const known = free === null ? '' : `, ${Math.floor(free / 1e6)} MB are free`;
  return new FleetError(
    'browser-missing',
    `no room for the browser in ${place}: it takes ${unpackedBytes / 1e6} MB${known}. Make room, ${another}`,
    { cause },
  );
};

const freeBytes = async (place: string): Promise<Bytes> => {
  const { bavail, bsize } = await statfs(place);
  return bavail * bsize;
};

const hasCode = (error: unknown, codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

const notUnpacked = (place: string, error: unknown): FleetError => {
  if (hasCode(error, ['ENOSPC', 'EDQUOT'])) return noRoom(place, null, error);
  const text = hasCode(error, ['EACCES', 'EPERM', 'EROFS'])
    ? `the browser cannot be unpacked into ${place}: user ${process.getuid?.() ?? '?'} may not write there. Give that folder to this user, ${another}`
    : `cannot unpack the browser into ${place}: ${messageOf(error)}`;
  return new FleetError('browser-missing', text, { cause: error });
};

/** Whoever owns the program decides what runs with the login: this user or root, and nobody else. */
const checkOwner = (directory: string): void => {
  const ourselves = process.getuid?.() ?? 0;
  for (const place of [directory, join(directory, 'chromium')]) {
    const owner = statSync(place, { throwIfNoEntry: false })?.uid ?? ourselves;
    if (owner === ourselves || owner === 0) continue;
    throw new FleetError(
      'browser-missing',
      `the unpacked browser in ${directory} belongs to user ${owner}, not to us (${ourselves}): remove it, ${another}`,
    );
  }
};

const unpackInto = async (source: string, directory: string): Promise<void> => {
  const { extract } = await import('tar');
  const brotli = (name: string): [NodeJS.ReadableStream, NodeJS.ReadWriteStream] => [
    createReadStream(join(source, 'bin', name)),
    createBrotliDecompress(),
  ];
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const program = join(directory, 'chromium');
  await pipeline(...brotli('chromium.br'), createWriteStream(program, { mode: 0o700 }));
  // fonts.tar and al2023.tar bring their own folders (fonts/, lib/).
  for (const name of ['fonts.tar.br', 'al2023.tar.br']) await pipeline(...brotli(name), extract({ cwd: directory }));
  await writeFile(join(directory, 'fonts.conf'), fontConfiguration(directory));
  await mkdir(join(directory, sqliteFolder));
  await writeFile(join(directory, sqliteFolder, sqliteStandIn.soname), standInLibrary(sqliteStandIn));
  await writeFile(join(directory, 'complete'), String(statSync(program).size));
};

/** True when a former unpacking was finished and its program still has its whole length. */
const isComplete = (directory: string): boolean => {
  const program = join(directory, 'chromium');
  const complete = join(directory, 'complete');
  return (
    existsSync(complete) &&
    existsSync(program) &&
    existsSync(join(directory, sqliteFolder, sqliteStandIn.soname)) &&
    Number(readFileSync(complete, 'utf8')) === statSync(program).size
  );
};

/** What the tests give for this machine's own. */
export interface Machine {
  readonly platform?: NodeJS.Platform;
  readonly arch?: NodeJS.Architecture;
  readonly free?: (place: string) => Promise<Bytes>;
}

/** The packaged browser, or null where the package is not installed or is not made for this machine (Linux x64 only). */
export const packagedBrowser = (
  unpackDirectory: string,
  { platform = process.platform, arch = process.arch, free = freeBytes }: Machine = {},
): PackagedBrowser | null => {
  if (platform !== 'linux' || arch !== 'x64') return null;
  const source = packageRoot();
  if (source === null) return null;
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string };
  const directory = join(unpackDirectory, `chromium-${version}`);
  return {
    path: join(directory, 'chromium'),
    libraries: join(directory, 'lib'),
    sqlite: join(directory, sqliteFolder),
    fonts: join(directory, 'fonts.conf'),
    unpack: async () => {
      checkOwner(directory);
      if (isComplete(directory)) return;
      const room = await mkdir(unpackDirectory, { recursive: true, mode: 0o700 })
        .then(() => free(unpackDirectory))
        .catch((error: unknown) => {
          throw notUnpacked(unpackDirectory, error);
        });
      if (room < unpackedBytes) throw noRoom(unpackDirectory, room);

      const own = `${directory}.${process.pid}-${randomBytes(4).toString('hex')}`;
      try {
        await unpackInto(source, own);
        // The paths inside fonts.conf are those of the final place.
        await writeFile(join(own, 'fonts.conf'), fontConfiguration(directory));
        if (!isComplete(directory)) await rm(directory, { recursive: true, force: true });
        await rename(own, directory);
      } catch (error) {
        // Another worker was faster: its directory serves us as well.
        if (!isComplete(directory)) throw notUnpacked(unpackDirectory, error);
      } finally {
        await rm(own, { recursive: true, force: true });
      }
    },
  };
};
