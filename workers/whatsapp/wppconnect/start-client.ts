import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';
import type { Milliseconds } from '../../../src/session/units.ts';
import type { Arrivals } from './arrivals.ts';
import { endBrowser } from './browser-process.ts';
import { type ClientCore, isAlive } from './client-core.ts';
import { closeClient } from './close-client.ts';
import { reloadPage } from './follow-page.ts';
import { type LibraryClient, type LibrarySession, launchLibrary } from './library.ts';
import { breakLink } from './link-changes.ts';
import { takeQr } from './login.ts';
import { withPageDeadline } from './page-deadline.ts';
import { readPinnedPage } from './pinned-page.ts';
import { prepareProfile, wasLinked } from './profile.ts';
import { startError } from './start-error.ts';

/** How long browser and page may take to come up, ms. */
const defaultStartMs: Milliseconds = 90_000;

/** The page to show instead of WhatsApp's newest; null: that one. A pin that cannot be kept keeps nobody from his customers. */
const pinnedPage = async ({ log, options }: ClientCore): Promise<string | null> => {
  const { whatsappVersion, savedPages } = options;
  if (whatsappVersion === '') return null;
  try {
    return await readPinnedPage(whatsappVersion, savedPages ?? { baseUrl: '', directory: '' });
  } catch (error) {
    log.warn(`${messageOf(error)}. WhatsApp Web is opened as WhatsApp serves it now`);
    return null;
  }
};

const launchBrowser = async (core: ClientCore, launchMs: Milliseconds): Promise<LibrarySession> => {
  const { live, log } = core;
  const { browser, profileDir, sessionName } = core.options;
  const page = await pinnedPage(core);
  await browser.prepare();
  await prepareProfile(profileDir);
  live.wasLinked = wasLinked(profileDir);

  const session = await launchLibrary({ sessionName, profileDir, browser, page, launchMs, log });
  live.library = session;
  live.browser = session.browser;
  live.browserPid = session.browser.process()?.pid ?? null;
  if (live.closing) {
    // Closed while the browser was coming up: it is ours to end.
    if (live.browserPid !== null) await endBrowser(live.browserPid, 0);
    throw new FleetError('unavailable', 'closed while starting');
  }

  core.hub.emit({ type: 'browser', pid: live.browserPid });
  session.browser.on('disconnected', () => {
    core.hub.emit({ type: 'browser', pid: null });
    breakLink(core, 'browser-exited', 'the browser ended by itself');
  });
  return session;
};

/** What the library hears of a page. What becomes of messages later is heard by page-changes.ts. */
const listenToPage = (core: ClientCore, arrivals: Arrivals, client: LibraryClient): void => {
  const { watch } = core;
  client.page.on('error', () => void reloadPage(core, 'page-crashed', 'WhatsApp Web crashed'));
  client.page.on('load', () => watch.readPageSoon());
  client.onStateChange(() => watch.readPageSoon());
  client.onStreamModeChanged(() => watch.readPageSoon());

  client.onAnyMessage((message) => arrivals.message(message));
  client.onAck((ack) => arrivals.ack(ack));
};

const waitForPage = async (core: ClientCore): Promise<void> => {
  const { live, watch } = core;
  while (isAlive(live) && live.pageSince === 0) {
    await watch.readPage();
    if (live.pageSince === 0) await sleep(100);
  }

  if (live.pageSince === 0)
    throw new FleetError('unavailable', live.status.reason ?? 'WhatsApp Web was closed while starting');
  watch.readPageSoon();
};

const startPage = async (core: ClientCore, arrivals: Arrivals, startMs: Milliseconds): Promise<void> => {
  const session = await launchBrowser(core, startMs);
  const left = core.right.left();
  await session.fenceDocuments(left === null ? null : Date.now() + left);
  const client = await session.start({
    onQr: (payload) => takeQr(core, payload),
    onChange: (news) => arrivals.change(news),
  });
  core.live.client = client;
  listenToPage(core, arrivals, client);
  await waitForPage(core);
};

/** Starts browser and page; what does not come up is closed again. Once in a client's life. */
export const startClient = async (core: ClientCore, arrivals: Arrivals): Promise<void> => {
  if (core.live.isOpened) throw new FleetError('refused-by-state', 'this client was opened before: make a new one');
  core.live.isOpened = true;

  const startMs = core.options.startMs ?? defaultStartMs;
  try {
    await withPageDeadline(startPage(core, arrivals, startMs), startMs, 'the start of WhatsApp Web');
  } catch (error) {
    const { library } = core.live;
    await closeClient(core, 0);
    throw startError(error, startMs, library?.hasDocument() === false);
  }
};
