import { messageOf } from '../../../src/session/fleet-error.ts';
import type { SendRight } from '../send-right.ts';
import { createBound } from './bounded.ts';
import type { EventHub } from './event-hub.ts';
import type { LibraryClient, LibraryLog } from './library.ts';
import { withPageDeadline } from './page-deadline.ts';

/** Three tries in ten minutes: what has to be mended more often is not mended. */
const tries = 3;
const windowMs = 600_000;

/** What the client does by itself against a crashed page and against another page that took the login. Both bounded. */
export const createRemedies = (options: {
  readonly hub: EventHub;
  readonly log: LibraryLog;
  /** Asked before a login is taken back: another server may have it by right. */
  readonly right: SendRight;
  readonly pageMs: number;
}) => {
  const { hub, log, right, pageMs } = options;
  const mayReload = createBound(tries, windowMs);
  const mayTakeOver = createBound(tries, windowMs);
  let takingOver = false;

  return {
    /** Loads the page again; false: it cannot be, or was too often. */
    reload: async (client: LibraryClient, reason: string): Promise<boolean> => {
      if (!mayReload()) return false;
      try {
        await withPageDeadline(client.page.reload({ waitUntil: 'load', timeout: 30_000 }), 35_000, 'the reload');
        hub.note('warn', 'page-reloaded', `${reason} and was loaded again`);
        return true;
      } catch (reloadError) {
        log.warn(`the reload failed: ${messageOf(reloadError)}`);
        return false;
      }
    },
    /** "Use here": takes the login back. Two fleets with one login must not fight for ever, so it gives up in the end. */
    takeOver: async (client: LibraryClient): Promise<void> => {
      if (takingOver) return;
      takingOver = true;
      try {
        if (!(await right.confirm())) {
          log.warn('this number was opened elsewhere; nobody says that it is ours, so it is not taken back');
          return;
        }
        if (!mayTakeOver()) return;
        // biome-ignore lint/correctness/useHookAtTopLevel: wppconnect's name for WhatsApp's "use here" button, no React hook
        await withPageDeadline(client.useHere(), pageMs, 'taking over');
        hub.note('warn', 'conflict-taken-over', 'this number was opened elsewhere and was taken back');
      } catch (error) {
        log.warn(`taking over failed: ${messageOf(error)}`);
      } finally {
        takingOver = false;
      }
    },
  };
};

export type Remedies = ReturnType<typeof createRemedies>;
