import { createBeat } from '../../pace/beat.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Bytes, EpochMs, Milliseconds } from '../../session/units.ts';
import type { StoredSession } from '../../store/session-store.ts';
import type { Store } from '../../store/store.ts';
import { usualGapMs } from '../health/deafness.ts';
import type { SessionBook } from '../state/session-book.ts';

/** What changes slowly in a session and costs more to find out. */
export interface SlowFacts {
  readonly profileBytes: Bytes | null;
  readonly lastInboundAt: EpochMs | null;
  readonly usualGapMs: Milliseconds | null;
}

export interface SlowFactsReader {
  of(sessionId: string): SlowFacts;
  /** Begins to measure all that run, when the last time is five minutes ago. */
  measureIfDue(): void;
  /** Waits for the measuring that is under way. */
  close(): Promise<void>;
}

const noSlowFacts: SlowFacts = { profileBytes: null, lastInboundAt: null, usualGapMs: null };
/** The session's own normal is that of the last two weeks. */
const normalOver: Milliseconds = 14 * 86_400_000;
/** A profile of 2 GB has some thousand files. */
const measureEvery: Milliseconds = 5 * 60_000;

export const createSlowFacts = (options: {
  readonly book: SessionBook;
  readonly store: Store;
  /** Size of its login profile on the disk. */
  readonly profileBytesOf?: (session: StoredSession) => Promise<Bytes>;
  readonly now: () => EpochMs;
  readonly log: (level: 'warn', text: string, fields: Readonly<Record<string, unknown>>) => void;
}): SlowFactsReader => {
  const { book, store, now, log } = options;
  const facts = new Map<string, SlowFacts>();
  let measuredAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const measureSession = async (stored: StoredSession): Promise<SlowFacts> => {
    const profileBytes = options.profileBytesOf === undefined ? null : await options.profileBytesOf(stored);
    const inbound = store.activity.inboundOf(stored.id, now() - normalOver);

    return { profileBytes, lastInboundAt: inbound.lastAt, usualGapMs: usualGapMs(inbound.minutes) };
  };

  const measureAll = async (): Promise<void> => {
    for (const { stored, worker } of book.all()) {
      if (closed) return;
      if (worker === null) facts.delete(stored.id);
      else facts.set(stored.id, await measureSession(stored));
    }
  };

  // Asked for by the monitor's own looks, never begun by itself.
  const beat = createBeat({
    look: measureAll,
    everyMs: measureEvery,
    withinMs: measureEvery,
    onProblem: (error) => log('warn', 'profiles could not be measured', { error: messageOf(error) }),
  });

  return {
    of: (sessionId) => facts.get(sessionId) ?? noSlowFacts,
    measureIfDue: () => {
      if (performance.now() - measuredAt < measureEvery) return;

      measuredAt = performance.now();
      void beat.look();
    },
    close: () => {
      closed = true;
      return beat.close();
    },
  };
};
