import { mkdirSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, findBrowser } from '../../workers/whatsapp/browser.ts';

/** Where tests unpack the packaged browser: once for all of them, inside the working tree. */
export const testBrowserDirectory = fileURLToPath(
  new URL('../../node_modules/.cache/zap-fleet-browser', import.meta.url),
);

/** Any browser of this machine, sent to the stand-in. */
export const testBrowser = (web: { readonly browserArgs: readonly string[] }): Browser =>
  findBrowser({
    browserPath: process.env.BROWSER_PATH,
    browserArgs: web.browserArgs,
    unpackDirectory: testBrowserDirectory,
  });

/**
 * Unpacks the packaged browser once for all tests and puts it, as links, where the fleet of this home would unpack its own: 200 MB of Brotli are
 * six seconds of a core, and each fleet of a test is a new machine. Nothing where the machine has a browser itself.
 */
export const placeBrowser = async (home: { readonly data: string }): Promise<void> => {
  const browser = findBrowser({ browserPath: process.env.BROWSER_PATH, unpackDirectory: testBrowserDirectory });
  if (browser.source !== 'npm') return;

  await browser.prepare();
  const unpacked = dirname(browser.path);
  mkdirSync(join(home.data, 'browser'), { recursive: true, mode: 0o700 });
  await linkTree(unpacked, join(home.data, 'browser', basename(unpacked)));
};

/** The folder as hard links; as copies where that is another disk. */
const linkTree = async (from: string, to: string): Promise<void> => {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target).catch(() => copyFile(source, target));
  }
};
