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
