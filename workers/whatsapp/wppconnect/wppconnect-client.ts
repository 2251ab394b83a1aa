import { messageOf } from '../../../src/session/fleet-error.ts';
import { anyTime } from '../send-right.ts';
import type { ProbeResult, WhatsAppClient } from '../whatsapp-client.ts';
import { createArrivals } from './arrivals.ts';
import { readChange } from './changes.ts';
import { readChangesOf } from './changes-of.ts';
import {
  attachedPage,
  type ClientCore,
  type Deadlines,
  isAlive,
  type LiveClient,
  newLiveClient,
  ownAddressesOf,
  type PageAccess,
  type WppconnectClientOptions,
} from './client-core.ts';
import { closeClient } from './close-client.ts';
import { createContacts } from './contacts.ts';
import { createEventHub } from './event-hub.ts';
import { followPage } from './follow-page.ts';
import { breakLink } from './link-changes.ts';
import { noPage } from './link-state.ts';
import { askForCodes, logOut, pairByCode } from './login.ts';
import { createLoginCodes } from './login-codes.ts';
import { lookAtPage } from './page-calls.ts';
import { withPageDeadline } from './page-deadline.ts';
import { createPageWatch, type PageWatch } from './page-watch.ts';
import { downloadMedia, readMessage, readMissedMessages } from './receiving.ts';
import { createRemedies } from './remedies.ts';
import { lookUpText, markChatRead, newMessageId, sendMessage, showTyping } from './sending.ts';
import { startClient } from './start-client.ts';

/** How often the page is looked at, ms. */
const defaultPollMs = 1_000;
const defaultDeadlines: Deadlines = { pageMs: 10_000, sendMs: 60_000, mediaMs: 60_000 };

const probePage = async ({ attached, deadlines }: PageAccess): Promise<ProbeResult> => {
  const { page } = attached();
  const asked = performance.now();
  const seen = await withPageDeadline(page.evaluate(lookAtPage), deadlines.pageMs, 'WhatsApp Web');
  return {
    registered: seen.registered,
    socket: seen.socket,
    stream: seen.stream,
    latencyMs: performance.now() - asked,
  };
};

/** `core` is asked for only once the watch runs. */
const createClientWatch = (core: () => ClientCore, live: LiveClient, pollMs: number): PageWatch =>
  createPageWatch({
    everyMs: pollMs,
    active: () => isAlive(live) && !live.isReloading,
    take: () =>
      live.client && withPageDeadline(live.client.page.evaluate(lookAtPage), core().deadlines.pageMs, 'the page'),
    seen: (snapshot) => followPage(core(), snapshot),
    lost: async (error) => {
      core().log.debug(`looking at the page failed: ${messageOf(error)}`);
      if (live.everConnected) await followPage(core(), noPage);
    },
    hung: () => breakLink(core(), 'page-hung', 'WhatsApp Web does not answer any more'),
  });

/** A session on the real WhatsApp Web, driven by wppconnect in a real browser. Nothing is started before `open()`. */
export const createWppconnectClient = (options: WppconnectClientOptions): WhatsAppClient => {
  const { log } = options;
  const live = newLiveClient();
  const deadlines = { ...defaultDeadlines, ...options.deadlines };
  const right = options.right ?? anyTime;
  const hub = createEventHub(log);
  const core: ClientCore = {
    options,
    log,
    live,
    deadlines,
    right,
    shownDocument: () => live.document,
    askedIn: new Map(),
    hub,
    attached: () => attachedPage(live),
    ownAddresses: () => ownAddressesOf(live),
    codes: createLoginCodes(hub),
    remedies: createRemedies({ hub, log, right, pageMs: deadlines.pageMs }),
    watch: createClientWatch(() => core, live, options.pollMs ?? defaultPollMs),
  };
  const contacts = createContacts(core);
  const arrivals = createArrivals({
    readMessage: (given) => readMessage(core, contacts, given),
    readChange: (given) => readChange(core, contacts, given),
    hub,
    log,
  });

  return {
    engine: 'wppconnect',
    on: hub.on,
    open: () => startClient(core, arrivals),
    status: () => live.status,
    account: () => live.account,
    newCodes: () => askForCodes(core),
    pairByCode: (phone) => pairByCode(core, phone),
    missedMessages: (since) => readMissedMessages(core, contacts, since),
    newMessageId,
    send: (message) => sendMessage(core, message),
    lookUp: (message) => lookUpText(core, message),
    setTyping: (chatId, typing) => showTyping(core, chatId, typing),
    markRead: (chatId) => markChatRead(core, chatId),
    identify: contacts.identify,
    changesOf: (messageIds) => readChangesOf(core, contacts, messageIds),
    downloadMedia: (messageId, maxBytes) => downloadMedia(core, messageId, maxBytes),
    probe: () => probePage(core),
    logout: () => logOut(core),
    close: (deadlineMs) => closeClient(core, deadlineMs),
  };
};
