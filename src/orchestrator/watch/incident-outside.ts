import { createBeat } from '../../pace/beat.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { SessionFailure } from '../health/incident-detector.ts';
import { foldProbe, probeIsDue, type Reach, unprobed } from '../health/network-outage.ts';
import type { NetworkPolicy } from '../health/policies.ts';
import type { SessionBook } from '../state/session-book.ts';
import type { IncidentLedger } from './incident-ledger.ts';
import type { OutsideProbe } from './incident-probes.ts';
import { concluded, withCheck } from './incident-record.ts';

/** Whether this server reaches WhatsApp: asked while sessions fail in a way that may be the network's, and while an incident lasts. */
export interface OutsideCheck {
  /** What is known of it now. */
  reach(): Reach;
  ask(): void;
  /** Asks when it is worth it: new suspects, an outage whose pause is over, or an incident after a minute. */
  askIfDue(suspects: readonly SessionFailure[]): void;
  /** An answer that is still to come changes nothing any more. */
  close(): void;
}

/** The outside is asked again this often while an incident lasts that is no outage. */
const askEvery: Milliseconds = 60_000;

export const createOutsideCheck = (options: {
  readonly ledger: IncidentLedger;
  readonly book: SessionBook;
  readonly probe: () => Promise<OutsideProbe>;
  readonly policy: NetworkPolicy;
  readonly random: () => number;
  readonly now: () => EpochMs;
  /** What is known has changed. */
  readonly onChecked: () => void;
  readonly log: (level: 'warn', text: string, fields: Readonly<Record<string, unknown>>) => void;
}): OutsideCheck => {
  const { ledger, book, policy, now, log } = options;
  let reach = unprobed;
  let askedAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const noteInIncident = (result: OutsideProbe): void => {
    const open = ledger.open();
    if (open === null) return;

    const checks = withCheck(withCheck(open.checks, 'internet', result.internet), 'whatsapp', result.whatsapp);
    const found = concluded({ ...open, checks });
    ledger.save(found);
    if (found.blame !== open.blame)
      book.record(null, {
        level: 'warn',
        kind: 'incident-cause',
        text: `incident ${found.id}: ${found.conclusion}`,
        evidence: { incident: found.id, blame: found.blame, checks, seen: result.seen },
      });
  };

  const probeOutside = async (): Promise<void> => {
    const result = await options.probe();
    if (closed) return;

    reach = foldProbe(reach, result, now(), policy, options.random);
    noteInIncident(result);
    options.onChecked();
  };

  // Asked for, never begun by itself.
  const beat = createBeat({
    look: probeOutside,
    everyMs: askEvery,
    withinMs: askEvery,
    onProblem: (error) => log('warn', 'the outside could not be probed', { error: messageOf(error) }),
  });

  const ask = (): void => {
    askedAt = performance.now();
    void beat.look();
  };

  return {
    reach: () => reach,
    ask,
    askIfDue: (suspects) => {
      const open = ledger.open();
      const isOutage = open !== null && open.state.outage !== null;
      const isLongAgo = open !== null && performance.now() - askedAt > askEvery;
      if (isLongAgo || probeIsDue(reach, suspects, isOutage, now(), policy)) ask();
    },
    close: () => {
      closed = true;
      void beat.close();
    },
  };
};
