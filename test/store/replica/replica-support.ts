import { onTestFinished } from 'vitest';
import type { Fence } from '../../../src/session/fence.ts';
import type { ReplicaStatus } from '../../../src/session/records.ts';
import type { ReplicaEdit } from '../../../src/store/replica/apply-edit.ts';
import type { LeaseLost } from '../../../src/store/replica/lease-types.ts';
import { createReplicator } from '../../../src/store/replica/replicator.ts';
import type { Replicator, ReplicatorOptions } from '../../../src/store/replica/replicator-types.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import type { Store } from '../../../src/store/store.ts';
import type { LocalSupabase } from '../../supabase/local-supabase.ts';
import { until } from '../../support/until.ts';
import { addSession, chatOf, inbound, noon, temporaryStore } from '../support.ts';

export interface Server {
  readonly store: Store;
  readonly replicator: Replicator;
  readonly edits: ReplicaEdit[];
  readonly statuses: ReplicaStatus[];
  readonly lost: LeaseLost[];
  /** Handed down, by session id, the last one last. */
  readonly fences: { readonly sessionId: string; readonly fence: Fence | null }[];
  readonly logs: string[];
  /** Taken by itself, in order. */
  readonly claimed: string[];
}

/** Short times, so that a test waits for conditions and not for clocks. */
const quick = {
  pollMs: 50,
  idleMs: 20,
  renewMs: 100,
  requestMs: 20_000,
  backoffMinMs: 20,
  backoffMaxMs: 100,
  watchMs: 50,
  giveUpMs: 20_000,
};

/** A fleet with its store and replicator, ended with the test. */
export const server = (
  supabase: Pick<LocalSupabase, 'url' | 'key'>,
  options: Partial<ReplicatorOptions> = {},
): Server => {
  const store = options.store ?? temporaryStore();
  const edits: ReplicaEdit[] = [];
  const statuses: ReplicaStatus[] = [];
  const lost: LeaseLost[] = [];
  const fences: Server['fences'] = [];
  const logs: string[] = [];
  const claimed: string[] = [];
  const { timing, ...rest } = options;
  const replicator = createReplicator({
    store,
    url: supabase.url,
    key: supabase.key,
    nodeId: store.fleetId,
    host: 'vps-1',
    clock: { now: Date.now, random: Math.random },
    log: (_, text) => logs.push(text),
    onEdit: (edit) => edits.push(edit),
    onStatus: (status) => statuses.push(status),
    onLeaseLost: (one) => lost.push(one),
    onFence: (sessionId, fence) => fences.push({ sessionId, fence }),
    onClaimed: ({ name }) => claimed.push(name),
    realtime: false,
    ...rest,
    timing: { ...quick, ...timing },
  });
  onTestFinished(() => replicator.stop(2000));
  return { store, replicator, edits, statuses, lost, fences, logs, claimed };
};

export const settled = (one: Server): Promise<boolean> =>
  until(() => one.replicator.status().status === 'ok' && one.replicator.status().waitingRows === 0, {
    within: 30_000,
    what: 'nothing to wait',
  });

/** A session with a chat and `count` messages. */
export const talk = (
  store: Store,
  name: string,
  count: number,
  from = 0,
  session: StoredSession = addSession(store, name),
): StoredSession => {
  const chat = chatOf(store, session);
  store.database.transaction(() => {
    for (let n = from; n < from + count; n += 1)
      store.messages.insert(inbound(session, chat.id, `M${n}`, { at: noon + n * 50 }), noon + n * 50);
  });
  return session;
};
