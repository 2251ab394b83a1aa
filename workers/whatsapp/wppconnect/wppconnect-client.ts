import { randomBytes } from 'node:crypto';
import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';
import type { Browser } from '../browser.ts';
import type {
  LinkedAccount,
  LinkStatus,
  LookupResult,
  Media,
  ProbeResult,
  SendResult,
  WhatsAppClient,
  WhatsAppEvent,
  WhatsAppMessage,
} from '../whatsapp-client.ts';
import { createBound } from './bounded.ts';
import { endBrowser } from './browser-process.ts';
import { createCalls, type Deadlines, type Identity } from './calls.ts';
import { withDeadline } from './deadline.ts';
import { type EngineLog, type LibraryBrowser, type LibraryClient, launchLibrary } from './library.ts';
import { type Judgement, judgeLink, noPage, type PageSnapshot } from './link-state.ts';
import { logOutInPage, lookAtPage, pairInPage, refreshCodesInPage } from './page-calls.ts';
import { markLinked, prepareProfile, unmarkLinked, wasLinked } from './profile.ts';

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
  readonly deadlines?: Partial<Deadlines>;
}

/** Lifetimes that WhatsApp gives its codes, ms: the first QR, the further ones, a pairing code (facts/wppconnect.md). */
const firstQrMs = 60_000;
const nextQrMs = 20_000;
const pairingCodeMs = 195_000;
/** Looks without an answer, one after another, until the page counts as hung. */
const looksUntilHung = 3;
const rememberedIds = 5_000;

class WppconnectClient implements WhatsAppClient {
  readonly engine = 'wppconnect';
  readonly #options: WppconnectClientOptions;
  readonly #log: EngineLog;
  readonly #deadlines: Deadlines;
  readonly #calls: ReturnType<typeof createCalls>;
  readonly #listeners = new Set<(event: WhatsAppEvent) => void>();
  readonly #seenIds = new Set<string>();
  readonly #mayReload = createBound(3, 600_000);
  readonly #mayTakeOver = createBound(3, 600_000);
  #status: LinkStatus = { state: 'starting', reasonCode: null, reason: null, since: Date.now() };
  #account: LinkedAccount | null = null;
  #browser: LibraryBrowser | null = null;
  #client: LibraryClient | null = null;
  #pid: number | null = null;
  #opened = false;
  #closing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #unanswered = 0;
  #pageSince = 0;
  #wasLinked = false;
  #everConnected = false;
  #codesWanted = false;
  #pairingPhone: string | null = null;
  #qr: { payload: string; expiresAt: number } | null = null;
  #attempt = 0;
  #takingOver = false;
  #reloading = false;
  #inOrder: Promise<void> = Promise.resolve();

  constructor(options: WppconnectClientOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#deadlines = { pageMs: 10_000, sendMs: 60_000, mediaMs: 60_000, ...options.deadlines };
    this.#calls = createCalls({ attached: () => this.#attached(), deadlines: this.#deadlines, log: options.log });
  }

  on(listener: (event: WhatsAppEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
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
    this.#emit({ type: 'browser', pid: this.#pid });
    session.browser.on('disconnected', () => this.#browserGone());
    const client = await session.start((payload) => this.#newQr(payload));
    await this.#attach(client);
    while (!this.#closing && this.#pageSince === 0) {
      await this.#look();
      if (this.#pageSince === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    this.#schedule();
  }

  async #attach(client: LibraryClient): Promise<void> {
    this.#client = client;
    client.page.on('error', (error) => void this.#pageCrashed(error));
    client.page.on('load', () => this.#lookSoon());
    client.onStateChange(() => this.#lookSoon());
    client.onStreamModeChanged(() => this.#lookSoon());
    client.onAnyMessage((message) => this.#messageCame(message));
    client.onAck((ack) => this.#ackCame(ack));
    const heard = (kind: string, value: string): void => this.#pairingNews(kind, value);
    await client.page.exposeFunction('zapFleetCode', heard);
  }

  /** Looks at the page now, and then again and again. One look at a time. */
  #lookSoon(): void {
    if (this.#closing || this.#status.state === 'broken' || this.#pageSince === 0) return;
    void this.#look().then(() => this.#schedule());
  }

  #schedule(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#closing || this.#status.state === 'broken') return;
    this.#timer = setTimeout(() => this.#lookSoon(), this.#options.pollMs ?? 1_000);
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const client = this.#client;
    if (!client || this.#reloading) return;
    try {
      const snapshot = await withDeadline(client.page.evaluate(lookAtPage), this.#deadlines.pageMs, 'the page');
      this.#unanswered = 0;
      if (!this.#reloading) await this.#judge(snapshot);
    } catch (error) {
      if (this.#closing || this.#reloading) return;
      if (!(error instanceof FleetError)) {
        // The page navigated under us, or its renderer died: the page's own events say which.
        this.#log.debug(`looking at the page failed: ${messageOf(error)}`);
        if (this.#everConnected) await this.#judge(noPage);
        return;
      }
      this.#unanswered += 1;
      if (this.#unanswered >= looksUntilHung) this.#break('page-hung', 'WhatsApp Web does not answer any more');
    }
  }

  async #judge(page: PageSnapshot): Promise<void> {
    if (this.#closing || this.#status.state === 'broken') return;
    if (page.ready && this.#pageSince === 0) this.#pageSince = Date.now();
    if (page.registered && !this.#wasLinked) await markLinked(this.#options.profileDir);
    if (page.registered) {
      this.#wasLinked = true;
      this.#codesWanted = false;
      this.#pairingPhone = null;
      this.#qr = null;
    }
    const judged = judgeLink(page, {
      wasLinked: this.#wasLinked,
      everConnected: this.#everConnected,
      codesWanted: this.#codesWanted,
      pairing: this.#pairingPhone !== null,
      hasCode: this.#qr !== null,
      runsForMs: this.#pageSince === 0 ? 0 : Date.now() - this.#pageSince,
    });
    if (judged.state === 'connected') this.#everConnected = true;
    if (judged.state === 'logged_out') this.#everConnected = false;
    this.#enter(judged, page);
    if (judged.reasonCode === 'conflict') this.#takeOver();
  }

  #enter(judged: Judgement, page: PageSnapshot | null): void {
    const account = page === null || !page.ready ? this.#account : accountOf(page);
    const sameState = judged.state === this.#status.state && judged.reasonCode === this.#status.reasonCode;
    if (sameState && sameAccount(account, this.#account)) return;
    this.#account = account;
    this.#status = sameState ? this.#status : { ...judged, since: Date.now() };
    this.#emit({ type: 'link', status: this.#status, account });
    if (!sameState && judged.state === 'qr') this.#showQr();
  }

  #break(reasonCode: string, reason: string): void {
    if (this.#closing || this.#status.state === 'broken') return;
    this.#enter({ state: 'broken', reasonCode, reason }, null);
    this.#schedule();
  }

  #browserGone(): void {
    this.#emit({ type: 'browser', pid: null });
    this.#break('browser-exited', 'the browser ended by itself');
  }

  async #pageCrashed(error: Error): Promise<void> {
    const page = this.#client?.page;
    if (!page || this.#closing || this.#status.state === 'broken' || this.#reloading) return;
    this.#log.warn(`the page crashed: ${messageOf(error)}`);
    if (!this.#mayReload()) return this.#break('page-crashed', 'WhatsApp Web crashed again and again');
    this.#reloading = true;
    this.#enter(
      { state: 'offline', reasonCode: 'page-crashed', reason: 'WhatsApp Web crashed and is loaded again' },
      null,
    );
    try {
      await withDeadline(page.reload({ waitUntil: 'load', timeout: 30_000 }), 35_000, 'the reload');
      this.#note('warn', 'page-reloaded', 'WhatsApp Web crashed and was loaded again');
    } catch (reloadError) {
      this.#log.warn(`the reload failed: ${messageOf(reloadError)}`);
      this.#break('page-crashed', 'WhatsApp Web crashed and could not be loaded again');
    } finally {
      this.#reloading = false;
    }
    this.#lookSoon();
  }

  /** "Use here", when another page took over. Bounded: two fleets with one login must not fight for ever. */
  #takeOver(): void {
    if (this.#takingOver) return;
    if (!this.#mayTakeOver()) return;
    this.#takingOver = true;
    const done = (): void => {
      this.#takingOver = false;
      this.#lookSoon();
    };
    // biome-ignore lint/correctness/useHookAtTopLevel: wppconnect's name for WhatsApp's "use here" button, no React hook
    withDeadline(this.#attached().client.useHere(), this.#deadlines.pageMs, 'taking over')
      .then(() => this.#note('warn', 'conflict-taken-over', 'this number was opened elsewhere and was taken back'))
      .catch((error: unknown) => this.#log.warn(`taking over failed: ${messageOf(error)}`))
      .finally(done);
  }

  #newQr(payload: string): void {
    // The first code of a page lives longer than those that replace it.
    const fresh = this.#qr === null;
    this.#qr = { payload, expiresAt: Date.now() + (fresh ? firstQrMs : nextQrMs) };
    if (this.#status.state === 'qr') this.#showQr();
    else this.#lookSoon();
  }

  #showQr(): void {
    if (this.#qr === null || this.#closing) return;
    this.#attempt += 1;
    this.#emit({ type: 'qr', payload: this.#qr.payload, attempt: this.#attempt, expiresAt: this.#qr.expiresAt });
  }

  #pairingNews(kind: string, value: string): void {
    if (this.#closing || this.#pairingPhone === null) return;
    if (kind === 'code') {
      this.#attempt += 1;
      this.#emit({ type: 'code', code: value, attempt: this.#attempt, expiresAt: Date.now() + pairingCodeMs });
    } else {
      this.#pairingPhone = null;
      this.#note(
        'warn',
        `pairing-${kind}`,
        kind === 'expired' ? 'the pairing code expired' : `pairing failed: ${value}`,
      );
    }
    this.#lookSoon();
  }

  #messageCame(given: unknown): void {
    this.#inOrder = this.#inOrder
      .then(async () => {
        const message = await this.#calls.readMessage(given);
        if (message === null || this.#closing || this.#seenIds.has(message.id)) return;
        this.#seenIds.add(message.id);
        if (this.#seenIds.size > rememberedIds) this.#seenIds.delete(this.#seenIds.values().next().value ?? '');
        this.#emit({ type: 'message', message });
      })
      .catch((error: unknown) => this.#log.error(`a message could not be read: ${messageOf(error)}`));
  }

  #ackCame(given: unknown): void {
    const { id, ack } = given as { id?: { _serialized?: string } | string; ack?: number };
    const key = typeof id === 'string' ? id : id?._serialized;
    if (key?.startsWith('true_') && typeof ack === 'number') this.#emit({ type: 'ack', id: key, ack });
  }

  #note(level: 'info' | 'warn' | 'error', code: string, text: string): void {
    this.#emit({ type: 'note', level, code, text });
  }

  #emit(event: WhatsAppEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error(`a listener of ${event.type} failed: ${messageOf(error)}`);
      }
    }
  }

  #attached(): { client: LibraryClient; page: LibraryClient['page'] } {
    if (!this.#client || this.#closing || this.#status.state === 'broken') {
      throw new FleetError('unavailable', 'WhatsApp Web is not running in this session');
    }
    return { client: this.#client, page: this.#client.page };
  }

  async newCodes(): Promise<void> {
    const { page } = this.#attached();
    if (this.#account) throw new FleetError('refused-by-state', 'this session is linked to a phone: log it out first');
    this.#codesWanted = true;
    this.#pairingPhone = null;
    this.#wasLinked = false;
    this.#attempt = 0;
    await unmarkLinked(this.#options.profileDir);
    const isFresh = this.#qr !== null && this.#qr.expiresAt > Date.now();
    if (!isFresh) {
      this.#qr = null;
      // Resolves with the next code, which the page may give only when the socket is back: the event tells, not this call.
      withDeadline(page.evaluate(refreshCodesInPage), this.#deadlines.pageMs, 'new codes').catch((error: unknown) =>
        this.#log.debug(`asking for new codes: ${messageOf(error)}`),
      );
    }
    const shownAlready = this.#status.state === 'qr';
    await this.#look();
    if (isFresh && shownAlready) this.#showQr();
  }

  async pairByCode(phone: string): Promise<void> {
    if (!/^\d{8,15}$/.test(phone))
      throw new FleetError('usage', 'a phone number is 8 to 15 digits with country code, e.g. 5511987654321');
    const { page } = this.#attached();
    if (this.#account) throw new FleetError('refused-by-state', 'this session is linked to a phone: log it out first');
    this.#codesWanted = true;
    this.#wasLinked = false;
    this.#attempt = 0;
    this.#pairingPhone = phone;
    try {
      await unmarkLinked(this.#options.profileDir);
      await withDeadline(page.evaluate(pairInPage, phone), this.#deadlines.pageMs * 3, 'the pairing code');
    } catch (error) {
      this.#pairingPhone = null;
      throw new FleetError('unavailable', `WhatsApp gives no pairing code: ${messageOf(error)}`, { cause: error });
    }
    await this.#look();
  }

  missedMessages(since: number): Promise<readonly WhatsAppMessage[]> {
    return this.#calls.missedMessages(since);
  }

  newMessageId(): string {
    // What WhatsApp Web's own ids look like: a mark of the web client and nine random bytes.
    return `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
  }

  send(message: { readonly chatId: string; readonly messageId: string; readonly text: string }): Promise<SendResult> {
    return this.#calls.send(message);
  }

  lookUp(message: { readonly chatId: string; readonly messageId: string }): Promise<LookupResult> {
    return this.#calls.lookUp(message);
  }

  setTyping(chatId: string, typing: boolean): Promise<void> {
    return this.#calls.setTyping(chatId, typing);
  }

  markRead(chatId: string): Promise<void> {
    return this.#calls.markRead(chatId);
  }

  identify(chatId: string): Promise<Identity> {
    return this.#calls.identify(chatId);
  }

  downloadMedia(messageId: string): Promise<Media> {
    return this.#calls.downloadMedia(messageId);
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
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const pid = this.#pid;
    const end = performance.now() + deadlineMs;
    const closing = this.#client ? this.#client.close() : this.#browser?.close();
    if (closing && deadlineMs > 0) {
      await withDeadline(Promise.resolve(closing), deadlineMs, 'closing the browser').catch((error: unknown) =>
        this.#log.debug(`closing: ${messageOf(error)}`),
      );
    } else closing?.catch((error: unknown) => this.#log.debug(`closing: ${messageOf(error)}`));
    // close() returns before Chromium is gone, and does nothing when the page is gone already.
    if (pid !== null && !(await endBrowser(pid, Math.max(0, end - performance.now())))) {
      this.#log.error(`browser ${pid} does not die`);
    }
  }
}

const accountOf = (page: PageSnapshot): LinkedAccount | null =>
  page.registered && page.phone !== null ? { phone: page.phone, lid: page.lid, pushName: page.pushName } : null;

const sameAccount = (a: LinkedAccount | null, b: LinkedAccount | null): boolean =>
  a?.phone === b?.phone && a?.lid === b?.lid && a?.pushName === b?.pushName;

/** Why a start failed, in words that say what to do. */
const startError = (error: unknown, startMs: number): FleetError => {
  if (error instanceof FleetError && error.code !== 'page-hung') return error;
  const text = messageOf(error);
  if (error instanceof FleetError) {
    return new FleetError('timeout', `WhatsApp Web did not come up within ${Math.round(startMs / 1000)} s`, {
      cause: error,
    });
  }
  if (/net::ERR_|ENOTFOUND/.test(text)) {
    return new FleetError('unavailable', 'web.whatsapp.com cannot be reached: check the network', { cause: error });
  }
  return new FleetError('browser-died', `the browser could not be started: ${text}`, { cause: error });
};

/** A session on the real WhatsApp Web, driven by wppconnect in a real browser. Nothing is started before `open()`. */
export const createWppconnectClient = (options: WppconnectClientOptions): WhatsAppClient =>
  new WppconnectClient(options);
