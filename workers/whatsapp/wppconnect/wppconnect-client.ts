import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';
import type { Browser } from '../browser.ts';
import type { LinkedAccount, LinkStatus, ProbeResult, WhatsAppClient, WhatsAppEvent } from '../whatsapp-client.ts';
import { createArrivals } from './arrivals.ts';
import { closeBrowser, endBrowser } from './browser-process.ts';
import { createCalls, type Deadlines, newMessageId } from './calls.ts';
import { withDeadline } from './deadline.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { type EngineLog, type LibraryBrowser, type LibraryClient, launchLibrary } from './library.ts';
import { accountOf, type Judgement, judgeLink, noPage, type PageSnapshot, sameAccount } from './link-state.ts';
import { createLoginCodes } from './login-codes.ts';
import { logOutInPage, lookAtPage, pairInPage, refreshCodesInPage } from './page-calls.ts';
import { createPageWatch, type PageWatch } from './page-watch.ts';
import { markLinked, prepareProfile, unmarkLinked, wasLinked } from './profile.ts';
import { createRemedies } from './remedies.ts';
import { startError } from './start-error.ts';

export interface WppconnectClientOptions {
  readonly sessionName: string;
  /** The Chromium profile, which is the login. The caller holds our lock on it. */
  readonly profileDir: string;
  readonly browser: Browser;
  /** WHATSAPP_VERSION; empty: unpinned. */
  readonly whatsappVersion: string;
  readonly log: EngineLog;
  /** How long browser and page may take to come up, ms. */
  readonly startMs?: number;
  /** How often the page is looked at, ms. */
  readonly pollMs?: number;
  /** How long a page may be without wa-js and the library's listeners before it is loaded again, ms. */
  readonly deafMs?: number;
  readonly deadlines?: Partial<Deadlines>;
}

class WppconnectClient implements WhatsAppClient {
  readonly engine = 'wppconnect';
  readonly #options: WppconnectClientOptions;
  readonly #log: EngineLog;
  readonly #deadlines: Deadlines;
  readonly #hub: EventHub;
  readonly #arrivals: ReturnType<typeof createArrivals>;
  readonly #codes: ReturnType<typeof createLoginCodes>;
  readonly #watch: PageWatch;
  readonly #remedies: ReturnType<typeof createRemedies>;
  readonly missedMessages: WhatsAppClient['missedMessages'];
  readonly newMessageId: WhatsAppClient['newMessageId'] = newMessageId;
  readonly send: WhatsAppClient['send'];
  readonly lookUp: WhatsAppClient['lookUp'];
  readonly setTyping: WhatsAppClient['setTyping'];
  readonly markRead: WhatsAppClient['markRead'];
  readonly identify: WhatsAppClient['identify'];
  readonly downloadMedia: WhatsAppClient['downloadMedia'];
  #status: LinkStatus = { state: 'starting', reasonCode: null, reason: null, since: Date.now() };
  #account: LinkedAccount | null = null;
  #browser: LibraryBrowser | null = null;
  #client: LibraryClient | null = null;
  #pid: number | null = null;
  #opened = false;
  #closing: Promise<void> | null = null;
  #pageSince = 0;
  #wasLinked = false;
  #everConnected = false;
  #codesWanted = false;
  #reloading = false;
  #askingForCode = false;
  #deafSince = 0;

  constructor(options: WppconnectClientOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#deadlines = { pageMs: 10_000, sendMs: 60_000, mediaMs: 60_000, ...options.deadlines };
    this.#hub = createEventHub(options.log);
    this.#codes = createLoginCodes(this.#hub);
    const calls = createCalls({ attached: () => this.#attached(), deadlines: this.#deadlines, log: options.log });
    this.missedMessages = calls.missedMessages;
    this.send = calls.send;
    this.lookUp = calls.lookUp;
    this.setTyping = calls.setTyping;
    this.markRead = calls.markRead;
    this.identify = calls.identify;
    this.downloadMedia = calls.downloadMedia;
    this.#arrivals = createArrivals({ readMessage: calls.readMessage, hub: this.#hub, log: options.log });
    this.#remedies = createRemedies(this.#hub, options.log, this.#deadlines.pageMs);
    this.#watch = createPageWatch({
      everyMs: options.pollMs ?? 1_000,
      active: () => this.#isAlive() && !this.#reloading,
      take: () =>
        this.#client && withDeadline(this.#client.page.evaluate(lookAtPage), this.#deadlines.pageMs, 'the page'),
      seen: (snapshot) => this.#judge(snapshot),
      lost: async (error) => {
        this.#log.debug(`looking at the page failed: ${messageOf(error)}`);
        if (this.#everConnected) await this.#judge(noPage);
      },
      hung: () => this.#break('page-hung', 'WhatsApp Web does not answer any more'),
    });
  }

  on(listener: (event: WhatsAppEvent) => void): () => void {
    return this.#hub.on(listener);
  }

  status(): LinkStatus {
    return this.#status;
  }

  account(): LinkedAccount | null {
    return this.#account;
  }

  async open(): Promise<void> {
    if (this.#opened) throw new FleetError('refused-by-state', 'this client was opened before: make a new one');
    this.#opened = true;
    const startMs = this.#options.startMs ?? 90_000;
    try {
      await withDeadline(this.#start(startMs), startMs, 'the start of WhatsApp Web');
    } catch (error) {
      await this.close(0);
      throw startError(error, startMs);
    }
  }

  async #start(startMs: number): Promise<void> {
    const { browser, profileDir, sessionName, whatsappVersion } = this.#options;
    await browser.prepare();
    await prepareProfile(profileDir);
    this.#wasLinked = wasLinked(profileDir);
    const log = this.#log;
    const session = await launchLibrary({ sessionName, profileDir, browser, whatsappVersion, launchMs: startMs, log });
    this.#browser = session.browser;
    this.#pid = session.browser.process()?.pid ?? null;
    if (this.#closing) {
      // Closed while the browser was coming up: it is ours to end.
      if (this.#pid !== null) await endBrowser(this.#pid, 0);
      throw new FleetError('unavailable', 'closed while starting');
    }
    this.#hub.emit({ type: 'browser', pid: this.#pid });
    session.browser.on('disconnected', () => this.#browserGone());
    const client = await session.start((payload) => this.#newQr(payload));
    this.#attach(client);
    while (this.#isAlive() && this.#pageSince === 0) {
      await this.#watch.look();
      if (this.#pageSince === 0) await sleep(100);
    }
    if (this.#pageSince === 0)
      throw new FleetError('unavailable', this.#status.reason ?? 'WhatsApp Web was closed while starting');
    this.#watch.lookSoon();
  }

  #attach(client: LibraryClient): void {
    this.#client = client;
    client.page.on('error', () => void this.#loadAgain('page-crashed', 'WhatsApp Web crashed'));
    client.page.on('load', () => this.#watch.lookSoon());
    client.onStateChange(() => this.#watch.lookSoon());
    client.onStreamModeChanged(() => this.#watch.lookSoon());
    client.onAnyMessage((message) => this.#arrivals.message(message));
    client.onAck((ack) => this.#arrivals.ack(ack));
  }

  async #judge(page: PageSnapshot): Promise<void> {
    if (!this.#isAlive()) return;
    if (page.ready && this.#pageSince === 0) this.#pageSince = Date.now();
    if (page.registered && !this.#wasLinked) await this.#mark();
    if (page.registered) {
      this.#wasLinked = true;
      this.#codesWanted = false;
      this.#codes.linked();
    } else if (page.ready) {
      if (!this.#askingForCode) this.#codes.pairingNews(page.pairing);
      // The library tells of a QR too, and sooner; but its listeners may be lost, and a look never is.
      if (isQr(page.qr)) this.#newQr(page.qr);
    }
    const judged = judgeLink(page, {
      wasLinked: this.#wasLinked,
      everConnected: this.#everConnected,
      codesWanted: this.#codesWanted,
      pairing: this.#codes.isPairing(),
      hasCode: this.#codes.hasQr(),
      runsForMs: this.#pageSince === 0 ? 0 : Date.now() - this.#pageSince,
    });
    if (judged.state === 'connected') this.#everConnected = true;
    if (judged.state === 'logged_out') this.#everConnected = false;
    this.#enter(judged, page);
    this.#hearAgain(page);
    if (judged.reasonCode === 'conflict') void this.#remedies.takeOver(this.#attached().client);
  }

  async #mark(): Promise<void> {
    try {
      await markLinked(this.#options.profileDir);
    } catch (error) {
      // Without the mark a logout while we are away shows a QR instead of LOGGED OUT: no reason to stop answering.
      this.#log.warn(`the login profile cannot be marked: ${messageOf(error)}`);
    }
  }

  #isAlive(): boolean {
    return this.#closing === null && this.#status.state !== 'broken';
  }

  #enter(judged: Judgement, page: PageSnapshot | null): void {
    const account = page === null || !page.ready ? this.#account : accountOf(page);
    const sameState = judged.state === this.#status.state && judged.reasonCode === this.#status.reasonCode;
    if (sameState && sameAccount(account, this.#account)) return;
    this.#account = account;
    this.#status = sameState ? this.#status : { ...judged, since: Date.now() };
    this.#hub.emit({ type: 'link', status: this.#status, account });
    if (!sameState && judged.state === 'qr') this.#codes.show();
  }

  #break(reasonCode: string, reason: string): void {
    if (!this.#isAlive()) return;
    this.#enter({ state: 'broken', reasonCode, reason }, null);
    this.#watch.stop();
  }

  #browserGone(): void {
    this.#hub.emit({ type: 'browser', pid: null });
    this.#break('browser-exited', 'the browser ended by itself');
  }

  /** wa-js or the library's listeners are not in the page (they can get lost when it reloads): load it again. */
  #hearAgain(page: PageSnapshot): void {
    const isDeaf = this.#pageSince > 0 && !(page.ready && page.hooked);
    this.#deafSince = isDeaf ? this.#deafSince || Date.now() : 0;
    if (!isDeaf || Date.now() - this.#deafSince < (this.#options.deafMs ?? 45_000)) return;
    this.#deafSince = 0;
    void this.#loadAgain('page-deaf', 'WhatsApp Web did not take our listeners');
  }

  async #loadAgain(reasonCode: string, reason: string): Promise<void> {
    const client = this.#client;
    if (!client || !this.#isAlive() || this.#reloading) return;
    this.#reloading = true;
    const state = this.#wasLinked ? 'offline' : 'starting';
    this.#enter({ state, reasonCode, reason: `${reason} and is loaded again` }, null);
    const loaded = await this.#remedies.reload(client, reason);
    this.#reloading = false;
    if (loaded) this.#watch.lookSoon();
    else this.#break(reasonCode, `${reason} and could not be loaded again`);
  }

  #newQr(payload: string): void {
    if (this.#closing) return;
    this.#codes.qrCame(payload);
    if (this.#status.state === 'qr') this.#codes.show();
    else this.#watch.lookSoon();
  }

  #attached(): { client: LibraryClient; page: LibraryClient['page'] } {
    if (!this.#client || !this.#isAlive()) {
      throw new FleetError('unavailable', 'WhatsApp Web is not running in this session');
    }
    return { client: this.#client, page: this.#client.page };
  }

  async newCodes(): Promise<void> {
    const { page } = this.#attached();
    await this.#wantCodes(null);
    const isFresh = this.#codes.isFresh();
    if (!isFresh) {
      this.#codes.dropQr();
      // Resolves with the next code, which comes only when the socket is back: the event tells of it, not this call.
      withDeadline(page.evaluate(refreshCodesInPage), this.#deadlines.pageMs, 'new codes').catch((error: unknown) =>
        this.#log.debug(`asking for new codes: ${messageOf(error)}`),
      );
    }
    const shownAlready = this.#status.state === 'qr';
    await this.#watch.look();
    if (isFresh && shownAlready) this.#codes.show();
  }

  async pairByCode(phone: string): Promise<void> {
    if (!/^\d{8,15}$/.test(phone)) {
      throw new FleetError('usage', 'a phone number is 8 to 15 digits with country code, e.g. 5511987654321');
    }
    const { page } = this.#attached();
    await this.#wantCodes(phone);
    this.#askingForCode = true;
    try {
      await withDeadline(page.evaluate(pairInPage, phone), this.#deadlines.pageMs * 3, 'the pairing code');
    } catch (error) {
      this.#codes.restart(null);
      throw new FleetError('unavailable', `WhatsApp gives no pairing code: ${messageOf(error)}`, { cause: error });
    } finally {
      this.#askingForCode = false;
    }
    await this.#watch.look();
  }

  async #wantCodes(phone: string | null): Promise<void> {
    if (this.#account) throw new FleetError('refused-by-state', 'this session is linked to a phone: log it out first');
    this.#codesWanted = true;
    this.#wasLinked = false;
    this.#codes.restart(phone);
    await unmarkLinked(this.#options.profileDir);
  }

  async probe(): Promise<ProbeResult> {
    const { page } = this.#attached();
    const asked = performance.now();
    const seen = await withDeadline(page.evaluate(lookAtPage), this.#deadlines.pageMs, 'WhatsApp Web');
    return {
      registered: seen.registered,
      socket: seen.socket,
      stream: seen.stream,
      latencyMs: performance.now() - asked,
    };
  }

  async logout(): Promise<void> {
    try {
      const { page } = this.#attached();
      await withDeadline(page.evaluate(logOutInPage), this.#deadlines.pageMs * 2, 'the logout');
      await unmarkLinked(this.#options.profileDir);
    } catch (error) {
      throw new FleetError(
        'unavailable',
        `the phone was not unlinked: remove the device on the phone (${messageOf(error)})`,
        { cause: error },
      );
    } finally {
      await this.close(4_000);
    }
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    this.#watch.stop();
    // A page that hangs or died has nothing to say goodbye to.
    const graceMs = this.#status.state === 'broken' ? Math.min(deadlineMs, 1_000) : deadlineMs;
    const goodbye = this.#client ? this.#client.close() : this.#browser?.close();
    await closeBrowser({ goodbye, pid: this.#pid, graceMs, log: this.#log });
  }
}

/** A whole code, `ref,staticPub,identityPub,advSecret`, not what stands there while it is made. */
const isQr = (text: string | null): text is string => text?.split(',').length === 4;

/** A session on the real WhatsApp Web, driven by wppconnect in a real browser. Nothing is started before `open()`. */
export const createWppconnectClient = (options: WppconnectClientOptions): WhatsAppClient =>
  new WppconnectClient(options);
