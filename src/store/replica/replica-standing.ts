import type { ReplicaStatus } from '../../session/records.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { ReplicaFailure } from './replica-failure.ts';

export interface StandingOptions {
  readonly now: () => EpochMs;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
  readonly onStatus: (status: ReplicaStatus) => void;
  readonly waitingRows: () => number;
  /** What a person should mend while Supabase itself is well. */
  readonly problem: () => string | null;
  /** So long after a failure Supabase is not asked where asking would only wait. */
  readonly awayMs: Milliseconds;
}

/** How Supabase stands, told whenever it changes. */
export const createStanding = (options: StandingOptions) => {
  const { now } = options;
  let state: Omit<ReplicaStatus, 'waitingRows'> = { status: 'ok', since: now(), reason: null };
  let failedAt: EpochMs = 0;
  let published = '';

  const status = (): ReplicaStatus => ({
    ...state,
    reason: state.reason ?? options.problem(),
    waitingRows: options.waitingRows(),
  });

  const publish = (): void => {
    const current = status();
    const text = JSON.stringify(current);
    if (text === published) return;

    published = text;
    options.onStatus(current);
  };

  return {
    status,
    publish,
    isOk: (): boolean => state.status === 'ok',
    /** The last contact failed a moment ago. */
    isAway: (): boolean => state.status !== 'ok' && now() - failedAt < options.awayMs,

    failed: (failure: ReplicaFailure): void => {
      failedAt = now();
      const kind = failure.kind === 'refused' || failure.kind === 'row' ? 'refused' : 'away';
      if (state.status !== kind || state.reason !== failure.message) options.log('warn', failure.message);

      state = { status: kind, since: state.status === 'ok' ? now() : state.since, reason: failure.message };
      publish();
    },

    well: (): void => {
      if (state.status !== 'ok') {
        options.log('info', 'Supabase is back; what waited is being sent');
        state = { status: 'ok', since: now(), reason: null };
      }
      publish();
    },
  };
};
export type Standing = ReturnType<typeof createStanding>;
