import { hostname } from 'node:os';
import { plainBackoff } from '../../pace/backoff.ts';
import { endsWithin } from '../../pace/deadline.ts';
import { createQueue } from '../../pace/queue.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { OfferedSession, ReplicaStatus, StoreTransfer } from '../../session/records.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../store.ts';
import type { BatchLimits } from './batch.ts';
import { createEdits, type ReplicaEdit } from './edits.ts';
import { createLeases, type LeaseAnswer, type LeaseLost } from './leases.ts';
import { createPusher } from './pusher.ts';
import { asFailure, type ReplicaFailure } from './replica-failure.ts';
import { createReplicaStore } from './replica-store.ts';
import { type ReplicaTiming, replicaTiming } from './replica-timing.ts';
import { openSupabase } from './supabase-door.ts';
import { createTransfer } from './transfer.ts';

export interface ReplicatorOptions {
  readonly store: Store;
  readonly url: string;
  readonly key: string;
  /** Survives redeploys: the store's fleet id. */
  readonly nodeId: string;
  /** The server's name for people. */
  readonly host?: string;
  readonly clock: { readonly now: () => EpochMs; readonly random: () => number };
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
  readonly onEdit: (edit: ReplicaEdit) => void;
  readonly onStatus: (status: ReplicaStatus) => void;
  /** The session must not run here any more: end its browser now. */
  readonly onLeaseLost: (lost: LeaseLost) => void;
  readonly fetch?: typeof globalThis.fetch;
  readonly realtime?: boolean;
  readonly timing?: Partial<ReplicaTiming>;
  readonly limits?: BatchLimits;
}

export interface Replicator {
  start(): void;
  /** Sends what it can, gives leases back (unless workers go on without a master) and ends, within this time. */
  stop(withinMs: Milliseconds, options?: { readonly keepLeases?: boolean }): Promise<void>;
  status(): ReplicaStatus;
  /** Everything that Supabase lacks, then a count check. Throws `unavailable` with what to do. */
  pushAll(): Promise<StoreTransfer>;
  /** Sessions and history from Supabase, then a count check. Throws `unavailable` with what to do. */
  pullAll(): Promise<StoreTransfer>;
  offered(): readonly OfferedSession[];
  adopt(name: string): Promise<string>;
  takeLease(sessionId: string, name: string, force?: boolean): Promise<LeaseAnswer>;
  releaseLease(sessionId: string): Promise<void>;
  /** Whether another server had the session's lease at the last look. */
  runsElsewhere(sessionId: string): boolean;
  /** The name of the server that has a session, when that is another one; null: this one, or nobody. */
  hostOf(sessionId: string): string | null;
  /** Whether all that was erased here until now is erased there, at the latest after this time. */
  erased(withinMs: Milliseconds): Promise<boolean>;
}

const defaultLimits: BatchLimits = { rows: 1000, characters: 1_000_000 };
const pullPageRows = 500;

/** Keeps Supabase in step with the store, in the background; nothing in the fleet ever waits for it but a session's lease. */
export const createReplicator = (options: ReplicatorOptions): Replicator => {
  const { store, clock, nodeId } = options;
  const timing: ReplicaTiming = { ...replicaTiming, ...options.timing };
  const host = options.host ?? hostname();
  const now = clock.now;
  const replica = createReplicaStore(store);
  const door = openSupabase({
    url: options.url,
    key: options.key,
    requestMs: timing.requestMs,
    realtime: options.realtime ?? true,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  const pusher = createPusher({ store, replica, door, nodeId, host, limits: options.limits ?? defaultLimits, now });
  const edits = createEdits({ store, replica, door, nodeId, now, onEdit: options.onEdit });
  const drain = async (): Promise<void> => {
    for (;;) if (!(await pusher.push())) return;
  };
  const transfer = createTransfer({ store, replica, door, nodeId, now, pageRows: pullPageRows, drain });

  let state: { status: ReplicaStatus['status']; since: EpochMs; reason: string | null } = {
    status: 'ok',
    since: now(),
    reason: null,
  };
  const status = (): ReplicaStatus => {
    const problem =
      edits.problems()[0] ??
      (replica.asideCount() === 0 ? null : `Supabase refused ${replica.asideCount()} rows: ${replica.firstAside()}`);
    return { ...state, reason: state.reason ?? problem, waitingRows: pusher.waitingRows() };
  };
  let told = '';
  const tell = (): void => {
    const current = status();
    const text = JSON.stringify(current);
    if (text === told) return;
    told = text;
    options.onStatus(current);
  };
  let failedAt = 0;
  const failed = (failure: ReplicaFailure): void => {
    failedAt = now();
    const kind = failure.kind === 'refused' || failure.kind === 'row' ? 'refused' : 'away';
    if (state.status !== kind || state.reason !== failure.message) options.log('warn', failure.message);
    state = { status: kind, since: state.status === 'ok' ? now() : state.since, reason: failure.message };
    tell();
  };
  const well = (): void => {
    if (state.status !== 'ok') {
      options.log('info', 'Supabase is back; what waited is being sent');
      state = { status: 'ok', since: now(), reason: null };
    }
    tell();
  };

  const leases = createLeases({
    store,
    replica,
    door,
    nodeId,
    host,
    timing,
    now,
    others: pusher.others,
    isAway: () => state.status !== 'ok' && now() - failedAt < timing.watchMs,
    onTrouble: failed,
    onLost: options.onLeaseLost,
    onMoved: (sessionId) => exclusive(() => transfer.pullHistory(sessionId)),
  });

  const isElsewhere = (sessionId: string): boolean => {
    const home = replica.session(sessionId)?.homeNode ?? null;
    return home !== null && home !== nodeId;
  };

  /** One at a time: the background loop, `pushAll`, `pullAll` and `adopt` share one cursor. */
  const { run: exclusive } = createQueue();

  let stopping = false;
  let wake: (() => void) | null = null;
  const rest = (ms: Milliseconds): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      wake = done;
      if (stopping) done();
    });

  let greeted = false;
  let polledAt = 0;
  let renewedAt = 0;
  let looksNow = false;
  /** Whether more waits than one batch. */
  const step = async (): Promise<boolean> => {
    const isReturn = !greeted;
    if (isReturn) await pusher.hello();
    if (isReturn || now() - renewedAt >= timing.renewMs) {
      renewedAt = now();
      await leases.renew();
    }
    greeted = true;
    if (isReturn || looksNow || now() - polledAt >= timing.pollMs) {
      looksNow = false;
      polledAt = now();
      await edits.poll();
      // Taken over by force: it ends here now, not at the next renewal.
      if (leases.held().some(isElsewhere)) await leases.renew();
    }
    const more = await pusher.push();
    well();
    return more;
  };
  /** Full jitter: servers that lost Supabase together do not come back together. */
  const pause = (failures: number, asked: Milliseconds | null): Milliseconds => {
    const most = plainBackoff(failures, { firstMs: timing.backoffMinMs, maxMs: timing.backoffMaxMs });
    return Math.max(asked ?? 0, timing.backoffMinMs / 2 + clock.random() * most);
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopping) {
      try {
        const more = await exclusive(step);
        failures = 0;
        if (!more) await rest(timing.idleMs);
      } catch (error) {
        if (stopping) return;
        const failure = asFailure(error);
        failed(failure);
        greeted = false;
        await rest(pause(failures, failure.retryAfterMs));
        failures += 1;
      }
    }
  };

  let running: Promise<void> | null = null;
  let watch: ReturnType<typeof setInterval> | null = null;

  /** For a person who waits: passes short absences, throws what needs a person. */
  const insist = async <T>(work: () => Promise<T>): Promise<T> => {
    const giveUpAt = now() + timing.giveUpMs;
    for (let failures = 0; ; failures += 1) {
      try {
        const result = await work();
        well();
        return result;
      } catch (error) {
        if (error instanceof FleetError) throw error;
        const failure = asFailure(error);
        failed(failure);
        greeted = false;
        if (failure.kind === 'refused' || failure.kind === 'row' || stopping || now() > giveUpAt)
          throw new FleetError('unavailable', `${failure.message} Run it again: it goes on where it was.`, {
            cause: error,
          });
        await new Promise((resolve) => setTimeout(resolve, pause(failures, failure.retryAfterMs)));
      }
    }
  };

  return {
    start: () => {
      if (running !== null) return;
      door.onEdited((edit) => {
        // Our own writes of states come back here, too.
        if (edit !== null && edits.isKnown(edit.name, edit.revision)) return;
        looksNow = true;
        wake?.();
      });
      watch = setInterval(() => {
        if (state.status !== 'ok') leases.watch();
        tell();
      }, timing.watchMs);
      running = run();
    },
    stop: async (withinMs, { keepLeases = false } = {}) => {
      stopping = true;
      wake?.();
      if (watch !== null) clearInterval(watch);
      const last = async (): Promise<void> => {
        await running;
        if (state.status === 'ok') await exclusive(drain);
        if (!keepLeases) await leases.releaseAll();
      };
      const ended = last().catch((error: unknown) =>
        options.log('warn', `Supabase was left behind at the stop: ${asFailure(error).message}`),
      );
      await endsWithin(ended, withinMs);
      // Ends requests that are still under way, and with them `ended`.
      await door.close();
      await ended;
    },
    status,
    pushAll: () =>
      exclusive(() =>
        insist(async () => {
          await pusher.hello();
          greeted = true;
          await drain();
          // An emptied Supabase knows of no lease.
          await leases.renew();
          const first = await transfer.pushReport();
          if (first.complete || replica.asideCount() > 0) return first;
          // Somebody erased rows there: everything goes once more.
          await pusher.restart();
          await drain();
          return transfer.pushReport();
        }),
      ),
    pullAll: () =>
      exclusive(() =>
        insist(async () => {
          await pusher.hello();
          greeted = true;
          return transfer.pullAll();
        }),
      ),
    offered: edits.offered,
    adopt: (name) =>
      exclusive(() =>
        insist(async () => {
          await pusher.hello();
          const id = await transfer.adopt(name);
          await edits.poll();
          return id;
        }),
      ),
    takeLease: leases.take,
    releaseLease: async (sessionId) => {
      try {
        await leases.release(sessionId);
      } catch (error) {
        // It ends by itself; the other server waits for that.
        failed(asFailure(error));
      }
    },
    runsElsewhere: edits.runsElsewhere,
    hostOf: (sessionId) => {
      const known = replica.session(sessionId);
      return known !== null && isElsewhere(sessionId) ? plainText(known.homeHost ?? known.homeNode ?? '?') : null;
    },
    erased: async (withinMs) => {
      const newest = store.changes.newest();
      const giveUpAt = now() + withinMs;
      for (;;) {
        const next = store.changes.tombstonesSince(0, 1)[0];
        if (next === undefined || next.changeSeq > newest) return true;
        if (stopping || state.status !== 'ok' || now() > giveUpAt) return false;
        wake?.();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
};
