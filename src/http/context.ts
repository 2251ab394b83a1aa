import type { Logger } from '../log/logger.ts';
import type { Fleet } from '../protocol/door.ts';
import type { DoorLine } from '../protocol/door-line.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import type { Settings } from '../settings/settings.ts';
import type { SessionTotals } from '../store/session-totals.ts';
import type { Links } from './links.ts';
import type { KeptText } from './logins.ts';
import type { TokenBook } from './token-book.ts';

export interface HttpOptions {
  readonly fleet: Fleet;
  readonly links: Links;
  /** `FLEET_API_TOKEN`, or `apiToken(...)`. */
  readonly token: string;
  /** Named tokens; left out: there are none. */
  readonly tokens?: Pick<TokenBook, 'find'>;
  /** Where the logins of browsers are kept, so that a restart of the master ends none. */
  readonly logins: KeptText;
  readonly settings: Pick<Settings, 'PORT' | 'FLEET_HOST' | 'PUBLIC_URL' | 'TRUST_PROXY' | 'FLEET_LANG' | 'TZ'>;
  readonly version: string;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  /** Sums from the store, for the metrics; left out when absent. */
  readonly totals?: () => readonly SessionTotals[] | Promise<readonly SessionTotals[]>;
  /** Serves one client of `/api/door` until its line closes; left out: there is no door. */
  readonly serveDoor?: (line: DoorLine, fleet: Fleet) => { publish(): void; end(why: string): void };
  readonly now?: () => EpochMs;
  /** Told when what answers was built, which the first request does: null, or why it could not be. */
  readonly onMade?: (error: unknown) => void;
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpLimits {
  /** Requests a minute with the token, of one login, or from one address that has neither; health checks do not count. */
  readonly requestsPerMinute: number;
  /** Wrong tokens from one address, of which so many in the login form. */
  readonly wrongTokensPerMinute: number;
  readonly loginsPerMinute: number;
  /** Bytes of a body: the longest instructions (200,000 characters) in UTF-8, escaped. */
  readonly bodyBytes: number;
  /** A request that is not here whole after this is cut off (slow-loris). */
  readonly requestDeadline: Milliseconds;
  readonly connections: number;
  /** How often a client of the door is asked whether it still lives; one that was silent until the next is cut off. */
  readonly doorPing: Milliseconds;
}

export const defaultLimits: HttpLimits = {
  requestsPerMinute: 1200,
  wrongTokensPerMinute: 20,
  loginsPerMinute: 10,
  bodyBytes: 2 * 1024 * 1024,
  requestDeadline: 15_000,
  connections: 2000,
  doorPing: 20_000,
};
