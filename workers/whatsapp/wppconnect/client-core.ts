import { FleetError } from '../../../src/session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import type { Browser } from '../browser.ts';
import type { SendRight } from '../send-right.ts';
import type { LinkedAccount, LinkStatus } from '../whatsapp-client.ts';
import type { EventHub } from './event-hub.ts';
import type { LibraryBrowser, LibraryClient, LibraryLog, LibraryPage, LibrarySession } from './library.ts';
import type { LoginCodes } from './login-codes.ts';
import type { PageWatch } from './page-watch.ts';
import type { SavedPages } from './pinned-page.ts';
import type { Remedies } from './remedies.ts';

export interface WppconnectClientOptions {
  readonly sessionName: string;
  /** The Chromium profile, which is the login. The caller holds our lock on it. */
  readonly profileDir: string;
  readonly browser: Browser;
  /** WHATSAPP_VERSION; empty: unpinned. */
  readonly whatsappVersion: string;
  /** Where the page of that version comes from; not needed for one that is a path. */
  readonly savedPages?: SavedPages;
  readonly log: LibraryLog;
  /** Whether this process may speak for the number; default: at any time. */
  readonly right?: SendRight;
  /** How long browser and page may take to come up, ms. */
  readonly startMs?: number;
  /** How often the page is looked at, ms. */
  readonly pollMs?: number;
  /** How long a page may be without wa-js and the library's listeners before it is loaded again, ms. */
  readonly deafMs?: number;
  readonly deadlines?: Partial<Deadlines>;
}

export interface Deadlines {
  /** One answer of a healthy page, ms. */
  readonly pageMs: Milliseconds;
  /** A send that WhatsApp does not confirm counts as unknown after this, ms. */
  readonly sendMs: Milliseconds;
  /** Fetching one medium, ms. */
  readonly mediaMs: Milliseconds;
}

/** What everything that is asked of a page needs. */
export interface PageAccess {
  /** Throws when there is no page to ask. */
  readonly attached: () => { readonly client: LibraryClient; readonly page: LibraryPage };
  /** Addresses of the account that is linked now. */
  readonly ownAddresses: () => readonly string[];
  readonly deadlines: Deadlines;
  readonly right: SendRight;
  /** The document that the page showed when it was last looked at (`PageSnapshot`). */
  readonly shownDocument: () => number;
  /** Which of them was asked for a send whose end is not known, by the message's id. */
  readonly askedIn: Map<string, number>;
  readonly log: LibraryLog;
}

/** What the parts of the client share. */
export interface ClientCore extends PageAccess {
  readonly options: WppconnectClientOptions;
  readonly hub: EventHub;
  readonly codes: LoginCodes;
  readonly watch: PageWatch;
  readonly remedies: Remedies;
  readonly live: LiveClient;
}

/** What changes while a client lives. */
export interface LiveClient {
  status: LinkStatus;
  account: LinkedAccount | null;
  /** Browser and page of this start; null until the browser is up. */
  library: LibrarySession | null;
  browser: LibraryBrowser | null;
  client: LibraryClient | null;
  browserPid: number | null;
  isOpened: boolean;
  closing: Promise<void> | null;
  /** Since when wa-js runs in the page; 0: it has not yet. */
  pageSince: EpochMs;
  /** As the page was last seen; 0: it was not yet. */
  document: number;
  wasLinked: boolean;
  everConnected: boolean;
  codesWanted: boolean;
  isReloading: boolean;
  isAskingForCode: boolean;
  /** Since when the page is without our listeners; 0: it has them. */
  deafSince: EpochMs;
}

export const newLiveClient = (): LiveClient => ({
  status: { state: 'starting', reasonCode: null, reason: null, since: Date.now() },
  account: null,
  library: null,
  browser: null,
  client: null,
  browserPid: null,
  isOpened: false,
  closing: null,
  pageSince: 0,
  document: 0,
  wasLinked: false,
  everConnected: false,
  codesWanted: false,
  isReloading: false,
  isAskingForCode: false,
  deafSince: 0,
});

export const isAlive = (live: LiveClient): boolean => live.closing === null && live.status.state !== 'broken';

export const attachedPage = (live: LiveClient): ReturnType<PageAccess['attached']> => {
  if (!live.client || !isAlive(live)) {
    throw new FleetError('unavailable', 'WhatsApp Web is not running in this session');
  }
  return { client: live.client, page: live.client.page };
};

export const ownAddressesOf = ({ account }: LiveClient): readonly string[] =>
  account === null ? [] : [`${account.phone}@c.us`, ...(account.lid === null ? [] : [`${account.lid}@lid`])];
