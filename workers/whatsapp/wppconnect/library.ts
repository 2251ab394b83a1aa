/** The only file that knows @wppconnect-team/wppconnect, with library-parts.ts. */
import { createRequire } from 'node:module';
import process from 'node:process';
import type { Whatsapp } from '@wppconnect-team/wppconnect';
import { messageOf } from '../../../src/session/fleet-error.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { Browser as BrowserChoice } from '../browser.ts';
import { installChangeHooks } from './page-changes.ts';
import { installPageFence } from './page-fence.ts';
import { installPageHelpers } from './page-helpers.ts';

export type LibraryPage = Whatsapp['page'];
export type LibraryBrowser = ReturnType<LibraryPage['browser']>;
export type LibraryClient = Whatsapp;

export interface LibraryLog {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

export interface LibrarySession {
  readonly browser: LibraryBrowser;
  /** Opens WhatsApp Web in the browser; resolves when its page is loaded, before anyone is logged in. */
  start(heard: { onQr: (payload: string) => void; onChange: (news: unknown) => void }): Promise<LibraryClient>;
  /** Documents that begin from now on hold this end of our right, on the wall's clock; null: none. */
  fenceDocuments(wallUntil: EpochMs | null): Promise<void>;
  /** Anything of WhatsApp Web has come since. */
  hasDocument(): boolean;
}

interface Level {
  readonly level?: string;
  readonly message?: unknown;
}

/** wppconnect logs through a winston logger of its own, to the console: this one leads to our log. */
const bridge = (log: LibraryLog) => {
  const write = (level: string, message: unknown): void => {
    const text = `wppconnect: ${messageOf(message)}`;
    if (level === 'error') log.warn(text);
    else log.debug(text);
  };
  const at = (level: string) => (message: unknown) => write(level, message);
  return {
    log: (entry: Level | string, message?: unknown) =>
      typeof entry === 'string' ? write(entry, message) : write(entry.level ?? 'info', entry.message),
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    http: at('http'),
    verbose: at('verbose'),
    debug: at('debug'),
    silly: at('silly'),
  };
};

const injectionMs = 180_000;
const rejectionLogs = new Set<LibraryLog>();
let imported: Promise<Pick<typeof import('./library-parts.ts'), 'Whatsapp' | 'initBrowser'>> | null = null;

/**
 * Puppeteer looks for its configuration from the working directory upwards when it is loaded, and runs what it finds there
 * (`.puppeteerrc.cjs`, `.config/config.js`): whatever directory somebody stands in, or shares with others like /tmp. So it is loaded
 * from `/`, which is root's alone, and wppconnect gets the same copy afterwards. The build has puppeteer-core inside, which looks for none.
 */
const loadPuppeteerFromRoot = (): void => {
  const library = createRequire(import.meta.url).resolve('@wppconnect-team/wppconnect');
  const before = process.cwd();
  process.chdir('/');
  try {
    createRequire(library)('puppeteer');
  } finally {
    process.chdir(before);
  }
};

/** Imported on first use, once, without what a session never uses (welcome, updates, token stores); its console is silenced. */
const importLibrary = () => {
  imported ??= (async () => {
    if (import.meta.url.endsWith('.ts')) loadPuppeteerFromRoot();
    const { Whatsapp, initBrowser, defaultLogger } = await import('./library-parts.ts');
    defaultLogger.silent = true;
    // Its calls fail late, on every close, with nobody listening: that must not end this process.
    process.on('unhandledRejection', (error) => {
      for (const log of rejectionLogs) log.warn(`a promise failed unheard: ${messageOf(error)}`);
    });
    return { Whatsapp, initBrowser };
  })();
  return imported;
};

const whatsappWeb = 'https://web.whatsapp.com/';

/**
 * Answers the page's own request with `html`, and refuses its looking for a newer one, as wppconnect does for a version it has. Asked by the
 * protocol for these two addresses alone: Puppeteer's own interception takes every request of the page through this process.
 */
const servePage = async (page: LibraryPage, html: string): Promise<void> => {
  const session = await page.createCDPSession();
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const answer =
      request.url === whatsappWeb
        ? session.send('Fetch.fulfillRequest', {
            requestId,
            responseCode: 200,
            responseHeaders: [{ name: 'content-type', value: 'text/html; charset=utf-8' }],
            body: Buffer.from(html).toString('base64'),
          })
        : session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    // The page was closed meanwhile: nobody waits for the answer.
    answer.catch(() => undefined);
  });
  await session.send('Fetch.enable', {
    patterns: [{ urlPattern: whatsappWeb }, { urlPattern: `${whatsappWeb}check-update*` }],
  });
};

/** Starts the browser. The caller owns it from here on, also when `start` throws: wppconnect itself would leak it. */
export const launchLibrary = async (options: {
  readonly sessionName: string;
  readonly profileDir: string;
  readonly browser: BrowserChoice;
  /** HTML to show at WhatsApp Web's address instead of what is served there; null: none. */
  readonly page: string | null;
  readonly launchMs: number;
  readonly log: LibraryLog;
}): Promise<LibrarySession> => {
  const { Whatsapp, initBrowser } = await importLibrary();
  rejectionLogs.add(options.log);
  const logger = bridge(options.log) as unknown as Parameters<typeof initBrowser>[2];
  // Fresh objects each time: the library keeps and changes what it is given.
  const shared = () => ({
    session: options.sessionName,
    headless: options.browser.kind === 'headless-shell' ? ('shell' as const) : true,
    useChrome: false,
    logQR: false,
    disableWelcome: true,
    updatesLog: false,
    autoClose: 0,
    deviceSyncTimeout: 0,
    waitForLogin: false,
    whatsappVersion: '',
    logger,
  });
  const browser = await initBrowser(
    options.sessionName,
    {
      ...shared(),
      browserArgs: [...options.browser.args],
      puppeteerOptions: {
        executablePath: options.browser.path,
        userDataDir: options.profileDir,
        env: { ...options.browser.env },
        // With a pipe Chromium dies with us, even by SIGKILL (174 ms later, measured).
        pipe: true,
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
        timeout: options.launchMs,
        protocolTimeout: 120_000,
      },
    },
    logger,
  );
  // A browser that is killed resets our end of its pipes after Puppeteer stopped listening: unheard, that would end this process.
  for (const stream of browser.process()?.stdio ?? []) {
    stream?.on('error', (error) => options.log.debug(`the browser's pipe: ${messageOf(error)}`));
  }
  let hasDocument = false;
  let fenceScript: string | null = null;
  const onlyPage = async (): Promise<LibraryPage> => (await browser.pages())[0] ?? (await browser.newPage());
  return {
    browser,
    hasDocument: () => hasDocument,
    fenceDocuments: async (wallUntil) => {
      const page = await onlyPage();
      const before = fenceScript;
      fenceScript = (await page.evaluateOnNewDocument(installPageFence, wallUntil)).identifier;
      if (before !== null) await page.removeScriptToEvaluateOnNewDocument(before);
    },
    start: async ({ onQr, onChange }) => {
      const page = await onlyPage();
      // The library waits for wa-js with Puppeteer's default, 30 s: too short on a busy machine, and it does not try again.
      page.setDefaultTimeout(injectionMs);
      await page.setBypassCSP(true);
      if (options.page !== null) await servePage(page, options.page);
      // In every document from now on, also after a reload.
      await page.exposeFunction('zapFleetTell', onChange);
      await page.evaluateOnNewDocument(installPageHelpers);
      await page.evaluateOnNewDocument(installChangeHooks);
      // What `create` does too; made here, the client is in hand before its page navigates for the first time.
      const client = new Whatsapp(page, options.sessionName, shared());
      client.catchQR = (_png: string, _ascii: string, _attempt: number, urlCode?: string): void => {
        if (urlCode) onQr(urlCode);
      };
      // A page that reloads while wa-js is going in (the phone unlinked us while we were away) leaves that injection waiting,
      // and the next one waits for it: each would hang for the whole timeout. A new document makes the old one irrelevant.
      page.on('domcontentloaded', () => {
        // The browser's own page for a failed navigation is none of theirs.
        hasDocument ||= page.url().startsWith('http');
        (client as unknown as { pageLoadPromise: undefined }).pageLoadPromise = undefined;
      });
      await client.start();
      return client;
    },
  };
};
