import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { Bytes, Milliseconds } from '../../../src/session/units.ts';

/**
 * The page of WhatsApp Web that WHATSAPP_VERSION names: a file of this machine, or one of the pages that the project wa-version saves. Such a
 * page is fetched when it is asked for the first time and kept: its npm package brings 440 of them (259 MB), and each is refused by WhatsApp
 * two months later.
 */
export interface SavedPages {
  /** Where `html/<version>.html` and `versions.json` lie, without a slash at the end. */
  readonly baseUrl: string;
  /** Where fetched pages are kept. */
  readonly directory: string;
}

const fetchMs: Milliseconds = 20_000;
/** The saved pages have 0.6 to 1.1 MB. */
const largestPage: Bytes = 8_000_000;

const fail = (wanted: string, why: string, cause?: unknown): FleetError =>
  new FleetError('unavailable', `WHATSAPP_VERSION=${plainText(wanted)}: ${why}`, { cause });

const isPage = (text: string): boolean => /<html[\s>]/i.test(text.slice(0, 4000));

const readOwnFile = async (path: string): Promise<string> => {
  try {
    const { size } = await stat(path);
    if (size > largestPage) throw fail(path, `that file has ${Math.round(size / 1e6)} MB, a page has about one`);
    const text = await readFile(path, 'utf8');
    if (!isPage(text)) throw fail(path, 'that file is no page (HTML)');
    return text;
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw fail(path, `that file cannot be read: ${messageOf(error)}`, error);
  }
};

/** The text at an address; null when there is none. */
const fetchText = async (wanted: string, url: string): Promise<string | null> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchMs) });
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);

    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body ?? []) {
      size += part.length;
      if (size > largestPage) throw new Error(`${url} gives more than ${largestPage / 1e6} MB`);
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    const why = late ? `${url} did not answer within ${fetchMs / 1000} s` : messageOf(error);
    throw fail(wanted, `the page cannot be fetched: ${why}`, error);
  }
};

const listSchema = z.object({ versions: z.array(z.object({ version: z.string() })) });

/** The newest saved version that `2.3000.x` means, or the one that `2.3000.1` is short for (all are called `…-alpha`). */
const versionMeant = async (wanted: string, pages: SavedPages): Promise<string | null> => {
  const text = await fetchText(wanted, `${pages.baseUrl}/versions.json`);
  if (text === null) return null;
  let names: string[];
  try {
    names = listSchema.parse(JSON.parse(text)).versions.map(({ version }) => version);
  } catch (error) {
    throw fail(wanted, `${pages.baseUrl}/versions.json is no list of versions`, error);
  }

  const start = wanted.endsWith('.x') ? wanted.slice(0, -1) : `${wanted}-`;
  return names.filter((name) => name === wanted || name.startsWith(start)).at(-1) ?? null;
};

const keep = async (file: string, text: string): Promise<void> => {
  const own = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
    await writeFile(own, text, { mode: 0o600 });
    await rename(own, file);
  } finally {
    await rm(own, { force: true });
  }
};

const fetchPage = async (wanted: string, pages: SavedPages): Promise<string> => {
  const kept = (version: string): string => join(pages.directory, `${version}.html`);
  if (existsSync(kept(wanted))) return readFile(kept(wanted), 'utf8');

  const version = await versionMeant(wanted, pages);
  if (version === null) throw fail(wanted, `there is no such page at ${pages.baseUrl}`);
  if (existsSync(kept(version))) return readFile(kept(version), 'utf8');

  const text = await fetchText(wanted, `${pages.baseUrl}/html/${encodeURIComponent(version)}.html`);
  if (text === null || !isPage(text)) throw fail(wanted, `there is no such page at ${pages.baseUrl}`);
  await keep(kept(version), text);
  return text;
};

/** The page's HTML. Throws a `FleetError` that says in one line why there is none. */
export const readPinnedPage = (wanted: string, pages: SavedPages): Promise<string> =>
  isAbsolute(wanted) ? readOwnFile(wanted) : fetchPage(wanted, pages);
