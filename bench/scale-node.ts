// One simulated server of bench/scale.ts: the program's own store and replicator, with no worker behind them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Failover } from '../src/session/failover.ts';
import { defaultConfig } from '../src/session/session-config.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import { version } from '../src/settings/version.ts';
import { migrations } from '../src/store/migrations.ts';
import type { ReplicaTiming } from '../src/store/replica/replica-timing.ts';
import { createReplicator } from '../src/store/replica/replicator.ts';
import type { Replicator } from '../src/store/replica/replicator-types.ts';
import { openStore, type Store } from '../src/store/store.ts';

export interface Grant {
  readonly session: string;
  readonly epoch: number;
  readonly node: string;
  readonly at: number;
}

export interface SimulatedNode {
  readonly name: string;
  readonly store: Store;
  /** Sessions that it took by itself. */
  readonly claimed: readonly string[];
  /** Every right that it was given, as soon as it could start the session. */
  readonly grants: readonly Grant[];
  /** Sessions that it must not run any more. */
  readonly lost: readonly string[];
  readonly replicator: () => Replicator;
  /** Another replicator on the same store, as after a restart of the master. */
  readonly open: (timing: Partial<ReplicaTiming>) => void;
  readonly take: () => Promise<void>;
  readonly fail: (failover: Failover) => void;
}

export interface SimulatedOptions {
  readonly home: string;
  readonly url: string;
  readonly name: string;
  readonly sessions: readonly string[];
  /** How many sessions of others fit beside its own. */
  readonly spare: number;
  readonly problem: (text: string) => void;
}

const fill = (store: Store, sessions: readonly string[]): void => {
  for (const name of sessions) {
    const made = store.sessions.create(
      {
        name: parseSessionName(name),
        label: `Loja ${name}`,
        engine: 'simulated',
        expectedPhone: null,
        author: 'bench',
        instructions: 'Seja gentil. '.repeat(120),
        config: defaultConfig(),
      },
      Date.now(),
    );
    store.sessions.change(made.id, { desiredState: 'running' }, Date.now());
  }
};

export const createSimulatedNode = (options: SimulatedOptions): SimulatedNode => {
  const { name } = options;
  mkdirSync(join(options.home, name));
  const store = openStore(join(options.home, name, 'fleet.db'));
  fill(store, options.sessions);
  const claimed: string[] = [];
  const grants: Grant[] = [];
  const lost: string[] = [];
  let replicator: Replicator | null = null;
  const current = (): Replicator => {
    if (replicator === null) throw new Error(`${name} is not open`);
    return replicator;
  };

  const take = async (id: string, session: string): Promise<void> => {
    const answer = await current().takeLease(id, session);
    if (answer.granted) grants.push({ session, epoch: answer.epoch, node: name, at: Date.now() });
    else options.problem(`${name} was refused ${session}: ${answer.reason}`);
  };

  return {
    name,
    store,
    claimed,
    grants,
    lost,
    replicator: current,
    open: (timing) => {
      replicator = createReplicator({
        store,
        url: options.url,
        key: 'bench',
        nodeId: store.fleetId,
        host: name,
        clock: { now: Date.now, random: Math.random },
        log: (_, text) => options.problem(`${name}: ${text}`),
        onEdit: () => undefined,
        onStatus: () => undefined,
        onLeaseLost: (one) => lost.push(one.name),
        onFence: () => undefined,
        node: {
          name,
          version,
          schema: migrations.length,
          labels: [],
          adopts: false,
          room: () => options.spare - claimed.length,
          running: () => options.sessions.length + claimed.length,
        },
        group: {
          instance: `bench:${name}`,
          doorUrl: `http://${name}:3000`,
          graceMs: 120_000,
          alerts: true,
          keyCheck: () => Promise.resolve('of one key'),
          onOtherKeys: (names) => names.length > 0 && options.problem(`${name}: other keys: ${names.join(', ')}`),
          // Told of at once, by whoever tells.
          onGroup: ({ gone }) => gone.filter(({ mournedHere }) => mournedHere).map(({ nodeId }) => nodeId),
        },
        onClaimed: ({ sessionId, name: session }) => {
          claimed.push(session);
          void take(sessionId, session);
        },
        realtime: false,
        timing,
      });
    },
    take: async () => {
      for (const one of store.sessions.list()) await take(one.id, one.name);
    },
    fail: (failover) => {
      for (const one of store.sessions.list()) store.sessions.change(one.id, { failover }, Date.now());
    },
  };
};
