import { createBeat } from '../../pace/beat.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import type { SessionBook } from '../state/session-book.ts';
import type { IncidentLedger } from './incident-ledger.ts';
import type { OutsideProbe } from './incident-probes.ts';
import { concluded, withCheck } from './incident-record.ts';

/** Finds out whose fault the open incident is, by asking whether WhatsApp's host is reached. */
export interface OutsideCheck {
  ask(): void;
  /** Asks when the last time is a minute ago. */
  askIfDue(): void;
  /** An answer that is still to come changes nothing any more. */
  close(): void;
}

/** The outside is asked again this often while an incident lasts. */
const askEvery: Milliseconds = 60_000;

export const createOutsideCheck = (options: {
  readonly ledger: IncidentLedger;
  readonly book: SessionBook;
  readonly probe: () => Promise<OutsideProbe>;
  /** What the incident is put down to may have changed. */
  readonly onChecked: () => void;
  readonly log: (level: 'warn', text: string, fields: Readonly<Record<string, unknown>>) => void;
}): OutsideCheck => {
  const { ledger, book, log } = options;
  let askedAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const probeOutside = async (): Promise<void> => {
    const result = await options.probe();
    const open = ledger.open();
    if (open === null || closed) return;

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
    options.onChecked();
  };

  // Asked for while an incident lasts, never begun by itself.
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
    ask,
    askIfDue: () => {
      if (performance.now() - askedAt > askEvery) ask();
    },
    close: () => {
      closed = true;
      void beat.close();
    },
  };
};
