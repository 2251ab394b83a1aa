import { type HomePaths, profileLock } from '../../src/home/home-paths.ts';
import { isLocked } from '../../src/home/lock.ts';
import { formatPhone, samePhone } from '../../src/session/phone.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import { rightPhone } from '../conversation/limits/right-phone.ts';
import type { LinkedAccount } from '../whatsapp/whatsapp-client.ts';

/** Why nothing may be answered although a phone is linked. */
export interface PhoneHold {
  readonly reasonCode: string;
  readonly reason: string;
}

/**
 * Decides whether the linked phone may answer here and keeps it in the store if so; one transaction, so that of two sessions that link
 * the same number at once only one gets it. A wrong phone is not kept: its link time must not count as this session's first.
 */
export const takeAccount = (
  store: Store,
  paths: HomePaths,
  sessionId: string,
  account: LinkedAccount,
  now: number,
): { session: StoredSession | null; hold: PhoneHold | null } =>
  store.database.transaction(() => {
    const session = store.sessions.byId(sessionId);
    if (session === null) return { session, hold: null };
    const right = rightPhone({
      linkedPhone: account.phone,
      expectedPhone: session.expectedPhone,
      others: store.sessions
        .list()
        .filter(({ id, phone }) => id !== sessionId && phone !== null && samePhone(phone, account.phone))
        // Whoever lives holds the lock of its login, whatever was last written about it.
        .map(({ name, phone }) => ({ name, phone, isRunning: isLocked(profileLock(paths, name)) })),
    });
    if (!right.ok) return { session, hold: { reasonCode: right.code, reason: right.reason } };
    if (session.phone !== null && !samePhone(session.phone, account.phone)) {
      store.sessions.clearAccount(sessionId);
      store.events.add({
        at: now,
        level: 'warn',
        session,
        kind: 'number-changed',
        text: `${formatPhone(account.phone)} linked instead of ${formatPhone(session.phone)}`,
        evidence: { linked: formatPhone(account.phone), before: formatPhone(session.phone) },
        actor: 'whatsapp',
      });
    }
    store.sessions.setAccount(sessionId, account, now);
    return { session: store.sessions.byId(sessionId), hold: null };
  });
