import { createBeat } from '../../pace/beat.ts';
import type { Incident } from '../../protocol/fleet.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';
import type { Language } from '../../words/language.ts';
import { areOwnDeaths } from '../health/incident-conclusion.ts';
import {
  detectIncident,
  type IncidentState,
  type Outage,
  type SessionFailure,
  stepIncident,
} from '../health/incident-detector.ts';
import { aloneWithIt, believedFault, isSuspicious, openOutage, type Reach } from '../health/network-outage.ts';
import { defaultPolicies, type IncidentPolicy, type NetworkPolicy } from '../health/policies.ts';
import type { SessionOrchestrator } from '../reconcile/session-orchestrator.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';
import { tellAlone } from './alone-with-it.ts';
import { createIncidentActions } from './incident-actions.ts';
import { createIncidentLedger } from './incident-ledger.ts';
import { createOutsideCheck } from './incident-outside.ts';
import type { OutsideProbe } from './incident-probes.ts';
import { type IncidentRecord, shownIncident } from './incident-record.ts';
import { createSessionFailures } from './session-failures.ts';

/**
 * Sees many sessions failing at once as one incident: pauses their restarts, asks whose fault it is, lets one session try first, and
 * lifts itself. Kept in the store at every step.
 */
export interface IncidentMonitor {
  look(): void;
  begin(): void;
  close(): void;
  /** Takes up the one that the last master left open: before anything is started. */
  restore(): void;
  /** The newest first, from the store. */
  history(limit: number): readonly Incident[];
}

export interface IncidentMonitorOptions {
  readonly store: Store;
  readonly book: SessionBook;
  readonly orchestrator: Pick<SessionOrchestrator, 'kick' | 'resume' | 'failWorker'>;
  /** The open one and the last ones that ended, newest first. */
  readonly publish: (incidents: readonly Incident[]) => void;
  readonly language: Language;
  readonly policy?: IncidentPolicy;
  readonly network?: NetworkPolicy;
  /** Asks whether WhatsApp's host is reached. */
  readonly probe: () => Promise<OutsideProbe>;
  /** Gives 0 to 1. */
  readonly random?: () => number;
  readonly now: () => EpochMs;
  readonly log: (level: 'warn' | 'error', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}

const lookEvery: Milliseconds = 1000;

/** A simulated phone has a network of its own. */
const isReal = (session: ManagedSession | null): boolean => session?.stored.engine === 'wppconnect';

/** Whether an incident pauses this session now. One that is held, because another server runs it, has nothing to wait for in it. */
const isPaused = (session: ManagedSession, open: IncidentRecord): boolean =>
  open.state.sessionIds.includes(session.stored.id) &&
  open.state.trial?.sessionId !== session.stored.id &&
  session.state !== 'connected' &&
  session.state !== 'held' &&
  session.stored.desiredState === 'running';

const connectedSince = (sessions: readonly ManagedSession[]): ReadonlyMap<string, EpochMs> =>
  new Map(
    sessions
      .filter((session) => session.state === 'connected')
      .map((session) => [session.stored.id, session.connectedAt ?? session.since]),
  );

/** How many of its sessions should be connected and are not. */
const waitingIn = (record: IncidentRecord, book: SessionBook): number =>
  record.state.sessionIds.filter((id) => {
    const session = book.byId(id);
    return session !== null && session.state !== 'connected' && session.stored.desiredState === 'running';
  }).length;

/** An outage that the reach of this server shows, for the step of an open incident; left out while nothing is certain. */
const outageNow = (
  open: IncidentRecord | null,
  reach: Reach,
  someConnected: boolean,
  policy: NetworkPolicy,
): Outage | null | undefined => {
  if (reach.probedAt === null) return undefined;
  if (reach.fault === null) return null;
  // Our own processes that died are no outage, whatever else is missing.
  if (open !== null && areOwnDeaths(Object.values(open.state.kinds))) return undefined;

  const isOutage = open?.state.outage != null;
  const fault = isOutage ? reach.fault : believedFault(reach, someConnected, policy);
  return fault === null ? undefined : { fault, nextTryAt: reach.nextProbeAt };
};

export const createIncidentMonitor = (options: IncidentMonitorOptions): IncidentMonitor => {
  const { store, book, orchestrator, language, now, log } = options;
  const policy = options.policy ?? defaultPolicies.incident;
  const network = options.network ?? defaultPolicies.network;
  const ledger = createIncidentLedger(store, now);
  const failures = createSessionFailures(book, now);

  const publish = (): void => {
    options.publish(ledger.latest().map((record) => shownIncident(record, waitingIn(record, book), language)));

    const open = ledger.open();
    for (const session of book.all()) {
      const id = open !== null && isPaused(session, open) ? open.id : null;
      if (session.incidentId === id) continue;
      // Its mark is what pauses it: see the orchestrator.
      session.incidentId = id;
      book.changed(session);
      if (id !== null && session.worker === null) orchestrator.kick(session);
    }
  };

  const outside = createOutsideCheck({
    ledger,
    book,
    probe: options.probe,
    policy: network,
    random: options.random ?? Math.random,
    now,
    onChecked: () => followIncident(),
    log,
  });
  const actions = createIncidentActions({
    ledger,
    book,
    orchestrator,
    askOutside: outside.ask,
    onEnd: failures.clear,
    now,
  });

  /** A new incident, of many sessions or of a network that is away. */
  const detect = (
    concerned: readonly ManagedSession[],
    lasting: readonly SessionFailure[],
    suspects: readonly SessionFailure[],
    outage: Outage | null | undefined,
  ): IncidentState | null => {
    const together = detectIncident(lasting, concerned.length, now(), policy);
    const isOwn = together !== null && areOwnDeaths(Object.values(together.kinds));
    if (isOwn || outage == null) return together;

    return openOutage(suspects, concerned.length, outage, now(), policy.firstTrialMs);
  };

  const followIncident = (): void => {
    const concerned = failures.concerned();
    const lasting = failures.lasting(concerned);
    const suspects = lasting.filter((failure) => isSuspicious(failure) && isReal(book.byId(failure.sessionId)));
    const open = ledger.open();
    const someConnected = book.all().some((session) => session.state === 'connected' && isReal(session));
    const outage = outageNow(open, outside.reach(), someConnected, network);

    if (open === null) {
      const found = detect(concerned, lasting, suspects, outage);
      if (found === null) {
        tellAlone(book, aloneWithIt(outside.reach(), suspects, now(), network));
        outside.askIfDue(suspects);
        return;
      }
      actions.begin(found);
      publish();
      return;
    }

    const seen = {
      now: now(),
      failures: lasting,
      connectedSince: connectedSince(concerned),
      wanted: concerned.map((session) => session.stored.id),
      ...(outage === undefined ? {} : { outage }),
    };
    const step = stepIncident(open.state, seen, policy);
    if (step.state !== null && JSON.stringify(step.state) !== JSON.stringify(open.state))
      ledger.save({ ...open, state: step.state });
    for (const action of step.actions) actions.carryOut(action);

    if (ledger.open() !== null) outside.askIfDue(suspects);
    publish();
  };

  const beat = createBeat({
    look: followIncident,
    everyMs: lookEvery,
    withinMs: lookEvery,
    // The store was busy; the next second looks again.
    onProblem: (error) => log('error', 'incidents could not be looked at', { error: messageOf(error) }),
  });

  return {
    look: () => void beat.look(),
    restore: () => {
      ledger.restore();
      // What its sessions were before is not known any more; those that still fail are in it already.
      failures.takeAsGiven();
      publish();
    },
    begin: beat.begin,
    close: () => {
      failures.close();
      void beat.close();
      outside.close();
    },
    history: (limit) => ledger.history(limit).map((record) => shownIncident(record, 0, language)),
  };
};
