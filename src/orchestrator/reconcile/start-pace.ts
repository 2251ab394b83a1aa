import type { SessionState } from '../../session/session-state.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { MachineRoom } from '../health/admission.ts';
import type { StartPolicy } from '../health/policies.ts';
import { firstPace, nextPace, type SeenStart, slowdownOf, startCost } from '../health/start-pace.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';

/** What is measured of the machine besides its memory. */
export interface MachineLoad extends MachineRoom {
  readonly cpuPercent?: number;
  readonly memoryPressure?: number | null;
  /** That we may use, a fraction under a quota. */
  readonly cores?: number;
}

/** How many cores starts may keep busy now: looks at the machine, and at how long the last starts took; `health/start-pace.ts` decides. */
export interface PaceKeeper {
  cores(): number;
  costOf(session: ManagedSession): number;
  /** Once a second at most. True when more may start than before. */
  look(): boolean;
  close(): void;
}

/** Without a browser. */
export const isLight = (session: ManagedSession): boolean => session.stored.engine === 'simulated';

const lookEvery: Milliseconds = 1000;
const keptStarts = 16;
/** Older ones say nothing of the machine as it is now. */
const recent: Milliseconds = 60_000;

const cameUp: ReadonlySet<SessionState> = new Set(['qr', 'code', 'syncing', 'connected']);

interface KindOfStart {
  quickestMs: Milliseconds | null;
  last: readonly (SeenStart & { readonly at: EpochMs })[];
}

export const createPaceKeeper = (options: {
  readonly book: SessionBook;
  readonly policy: StartPolicy;
  /** Before the machine was measured. */
  readonly cores: number;
  readonly machine: () => MachineLoad | null;
  readonly isStarting: (session: ManagedSession) => boolean;
  readonly now: () => EpochMs;
}): PaceKeeper => {
  const { book, policy, isStarting, now } = options;
  const kinds = new Map<boolean, KindOfStart>();
  let pace = firstPace(options.cores);
  let lookedAt: EpochMs = now();

  const costOf = (session: ManagedSession): number => startCost(isLight(session), policy);
  const startingCores = (): number =>
    book
      .all()
      .filter(isStarting)
      .reduce((sum, session) => sum + costOf(session), 0);

  const slowdown = (cores: number): number | null => {
    const judged = [...kinds.values()].flatMap(({ quickestMs, last }) => {
      const seen = last.filter(({ at }) => now() - at < recent);
      const value = slowdownOf(seen, quickestMs, cores);
      return value === null ? [] : [value];
    });

    return judged.length === 0 ? null : Math.max(...judged);
  };

  const worstLagMs = (): Milliseconds | null => {
    const lags = book
      .all()
      .flatMap(({ state, vitals }) => (state === 'connected' && vitals !== null ? [vitals.eventLoopLagMs] : []));

    return lags.length === 0 ? null : Math.max(...lags);
  };

  const noteStart = (session: ManagedSession, tookMs: Milliseconds): void => {
    const kind = kinds.get(isLight(session)) ?? { quickestMs: null, last: [] };
    // It does not count itself any more.
    const together = 1 + startingCores() / costOf(session);

    kinds.set(isLight(session), {
      quickestMs: Math.min(kind.quickestMs ?? tookMs, tookMs),
      last: [...kind.last.slice(1 - keptStarts), { tookMs, together, at: now() }],
    });
  };

  /** Workers that were seen while they came up: one that was taken over says nothing of this machine now. */
  const underWay = new Map<ManagedSession, string>();
  const unsubscribe = book.onChange((session) => {
    if (session === null) return;
    const { worker } = session;
    if (worker === null) {
      underWay.delete(session);
      return;
    }

    if (session.state === 'starting') underWay.set(session, worker.startId);
    else if (underWay.get(session) === worker.startId) {
      underWay.delete(session);
      if (cameUp.has(session.state)) noteStart(session, Math.max(1, now() - worker.startedAt));
    }
  });

  return {
    cores: () => pace.cores,
    costOf,
    close: unsubscribe,
    look: () => {
      if (now() - lookedAt < lookEvery) return false;

      lookedAt = now();
      const machine = options.machine();
      const cores = machine?.cores ?? options.cores;
      const before = pace.cores;
      pace = nextPace(
        pace,
        {
          cores,
          cpuPercent: machine?.cpuPercent ?? null,
          memoryPressure: machine?.memoryPressure ?? null,
          worstLagMs: worstLagMs(),
          slowdown: slowdown(cores),
          starting: startingCores(),
          isQueued: book.all().some(({ state, reasonCode }) => state === 'queued' && reasonCode === 'starting-limit'),
        },
        policy,
      );
      return pace.cores > before;
    },
  };
};
