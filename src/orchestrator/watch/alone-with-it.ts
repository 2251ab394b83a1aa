import { unreachableAlone } from '../../session/network-fault.ts';
import type { SessionBook } from '../state/session-book.ts';

/** The page's own words for a connection that is missing; every other reason says more than we could. */
const replaceable: ReadonlySet<string> = new Set(['no-network', 'dns', 'whatsapp-unreachable', 'socket-timeout']);

const reasonWords = (reason: string | null): string => {
  const said = reason === null ? '' : ` (${reason})`;
  return `this server reaches WhatsApp, this session alone does not${said}: its browser or login is ill, not the network`;
};

/** Says on the rows of these sessions that the network is there and WhatsApp is reached, only not by them. */
export const tellAlone = (book: SessionBook, sessionIds: readonly string[]): void => {
  for (const id of sessionIds) {
    const session = book.byId(id);
    if (session === null || session.stopping) continue;
    // A try that is under way has no reason yet; it says so when it fails (reconcile/restarts.ts).
    const { reasonCode, reason, nextTryAt } = session;
    if (reasonCode !== null && !replaceable.has(reasonCode)) continue;

    const words = reasonWords(reason);
    if (!session.unreachableAlone)
      book.record(session, { level: 'warn', kind: 'unreachable-alone', text: words, evidence: { reasonCode, reason } });
    session.unreachableAlone = true;
    if (reasonCode !== null) book.move(session, session.state, { code: unreachableAlone, words }, { nextTryAt });
  }
};
