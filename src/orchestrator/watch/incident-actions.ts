import type { EpochMs } from '../../session/units.ts';
import { incidentWordsIn } from '../../words/incident-words.ts';
import type { IncidentAction, IncidentState, Outage } from '../health/incident-detector.ts';
import type { SessionOrchestrator } from '../reconcile/session-orchestrator.ts';
import { incidentReason, type SessionBook } from '../state/session-book.ts';
import type { IncidentLedger } from './incident-ledger.ts';
import { concluded, noChecks, titleOf, withCheck } from './incident-record.ts';

/** What an incident does to the fleet: every step is an event with its evidence. */
export interface IncidentActions {
  begin(state: IncidentState): void;
  carryOut(action: IncidentAction): void;
}

type ActionOf<Kind extends IncidentAction['kind']> = Extract<IncidentAction, { kind: Kind }>;

interface IncidentTools {
  readonly ledger: IncidentLedger;
  readonly book: SessionBook;
  readonly orchestrator: Pick<SessionOrchestrator, 'resume' | 'failWorker'>;
  /** Asks whose fault it is. */
  readonly askOutside: () => void;
  readonly onEnd: () => void;
  readonly now: () => EpochMs;
}

/** The network is away: nobody is asked, it is known. */
const beginOutage = ({ ledger, book }: IncidentTools, state: IncidentState, { fault, nextTryAt }: Outage): void => {
  const internet = fault === 'whatsapp-unreachable' ? 'ok' : 'fails';
  const record = ledger.begin(state, withCheck(withCheck(noChecks, 'internet', internet), 'whatsapp', 'fails'));
  const waiting = state.sessionIds.length;
  book.record(null, {
    level: 'error',
    kind: `network-lost-${fault}`,
    text: `incident ${record.id}: ${incidentWordsIn.en.faults[fault]}; ${waiting} wait and start by themselves when it is back`,
    evidence: { incident: record.id, fault, waiting, sessionIds: state.sessionIds, nextTryAt },
  });
};

const beginIncident = ({ ledger, book, askOutside }: IncidentTools, state: IncidentState): void => {
  const record = ledger.begin(state);
  book.record(null, {
    level: 'error',
    kind: 'incident-opened',
    text: `incident ${record.id}: ${titleOf(record)}; restarts are paused`,
    evidence: {
      incident: record.id,
      dropped: state.sessionIds.length,
      totalSessions: state.totalSessions,
      sessionIds: state.sessionIds,
      kinds: state.kinds,
    },
  });
  askOutside();
};

export const createIncidentActions = (tools: IncidentTools): IncidentActions => {
  const { ledger, book, orchestrator, askOutside, now } = tools;

  const join = ({ sessionIds }: ActionOf<'join'>): void => {
    const open = ledger.open();
    if (open === null) return;

    book.record(null, {
      level: 'warn',
      kind: 'incident-joined',
      text: `incident ${open.id}: ${sessionIds.length} more sessions`,
      evidence: { incident: open.id, joined: sessionIds.length, sessionIds },
    });
  };

  const tryFirst = ({ sessionId }: ActionOf<'try'>): void => {
    const session = book.byId(sessionId);
    if (session === null) return;

    book.record(session, { level: 'info', kind: 'incident-trial', text: 'tries first; the others wait' });
    session.incidentId = null;
    // Only its person can link it again.
    if (session.state === 'logged_out') return;

    if (session.worker === null) orchestrator.resume(session);
    else orchestrator.failWorker(session, { code: incidentReason, words: 'started anew to see whether it is over' });
  };

  const noteFailedTrial = ({ sessionId, nextTryAt }: ActionOf<'trial-failed'>): void => {
    const session = book.byId(sessionId);
    const open = ledger.open();
    if (open === null) return;

    const cameUp = session !== null && session.worker !== null && session.state !== 'starting';
    const page = session === null ? 'unknown' : cameUp ? 'ok' : 'fails';
    const tried = concluded({ ...open, checks: withCheck(withCheck(open.checks, 'login', 'fails'), 'page', page) });
    ledger.save(tried);

    book.record(session, {
      level: 'warn',
      kind: 'incident-trial-failed',
      text: `did not connect; ${tried.conclusion}`,
      evidence: { blame: tried.blame, nextTryAt, checks: tried.checks },
    });
    askOutside();
  };

  const lift = ({ because }: ActionOf<'lift'>): void => {
    const open = ledger.open();
    if (open === null) return;

    const checks = because === 'nobody-left' ? open.checks : withCheck(open.checks, 'login', 'ok');
    const ended = ledger.end(open, checks);
    tools.onEnd();
    book.record(null, {
      level: 'info',
      kind: 'incident-ended',
      text: `incident ${ended.id} is over: ${because.replace('-', ' ')}; its sessions start again`,
      evidence: { incident: ended.id, because, lastedMs: now() - ended.state.startedAt, checks },
    });

    for (const id of ended.state.sessionIds) {
      const session = book.byId(id);
      if (session === null) continue;
      session.incidentId = null;
      orchestrator.resume(session);
    }
  };

  return {
    begin: (state) => {
      if (state.outage === null) beginIncident(tools, state);
      else beginOutage(tools, state, state.outage);
    },
    carryOut: (action) => {
      switch (action.kind) {
        case 'join':
          return join(action);
        case 'try':
          return tryFirst(action);
        case 'trial-failed':
          return noteFailedTrial(action);
        case 'lift':
          return lift(action);
      }
    },
  };
};
