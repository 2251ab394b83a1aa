import { hostname } from 'node:os';
import type { Logger } from '../log/logger.ts';
import { type FleetParts, wake } from '../orchestrator/door/fleet-parts.ts';
import type { MethodsOf } from '../orchestrator/door/handlers.ts';
import type { RunPermit } from '../orchestrator/reconcile/permits.ts';
import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import type { SessionBook } from '../orchestrator/state/session-book.ts';
import { FleetError } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { ReplicaStatus } from '../session/records.ts';
import { parseSessionName } from '../session/session-name.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { cannotAskReason, runsElsewhereReason } from '../session/verdict.ts';
import type { Secrets, Settings } from '../settings/settings.ts';
import type { Replicator, ReplicatorOptions } from '../store/replica/replicator.ts';
import type { Store } from '../store/store.ts';
import { replicaBanner } from './replica-banner.ts';

/** Supabase in a running fleet: what replication says becomes lights, banners, events and who may run what. */
export interface ReplicaRoom {
  /** Undefined: no other server can run these sessions. */
  readonly permit: RunPermit | undefined;
  /** The server that has a session, when that is another one. */
  nodeOf(session: ManagedSession): string | null;
  methods(parts: FleetParts): MethodsOf<'storeStatus' | 'storePush' | 'storePull' | 'storeAdopt'>;
  /** Shows how it stands and begins to replicate; after the workers that run were taken over. */
  begin(parts: FleetParts): void;
  /** Whether what was erased here is erased there by now; null: there is no replica. */
  erased(within: Milliseconds): Promise<boolean | null>;
  /** `keepLeases`: the workers go on without this master. */
  close(options: { readonly keepLeases: boolean; readonly within: Milliseconds }): Promise<void>;
}

interface RoomOptions {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly store: Store;
  readonly book: SessionBook;
  readonly demo: boolean;
  readonly now: () => EpochMs;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

const lookEvery: Milliseconds = 2000;
const bannerId = 'replica';
const offeredKey = 'replica_offered';

/** Why a fleet that names Supabase cannot use it; null: it can, or does not want to. */
const settingsProblem = (settings: Settings, secrets: Secrets): string | null => {
  if (settings.SUPABASE_URL === undefined || secrets.SUPABASE_SERVICE_ROLE_KEY !== undefined) return null;
  return secrets.SUPABASE_ANON_KEY === undefined
    ? 'SUPABASE_URL is set, but SUPABASE_SERVICE_ROLE_KEY is not: nothing is replicated'
    : 'SUPABASE_ANON_KEY may not write: set SUPABASE_SERVICE_ROLE_KEY (Supabase > Settings > API); nothing is replicated until then';
};

export const openReplicaRoom = async (options: RoomOptions): Promise<ReplicaRoom> => {
  const { settings, secrets, store, book, now, log } = options;
  const key = secrets.SUPABASE_SERVICE_ROLE_KEY;
  const wanted = !options.demo && settings.SUPABASE_URL !== undefined && key !== undefined;
  const problem = options.demo ? null : settingsProblem(settings, secrets);
  let parts: FleetParts | null = null;
  let looking: NodeJS.Timeout | null = null;
  let closing: Promise<void> | null = null;
  const releasing = new Map<string, Promise<void>>();

  const show = (info: ReplicaStatus): void => {
    if (parts === null) return;
    const { state } = parts;
    // What others changed a moment ago is in it, too.
    state.flush();
    const { health } = state.getSnapshot().fleet;
    state.setInfo({ health: { ...health, replica: info } });
    const banner = replicaBanner(info, settings.TZ);
    if (banner === null) state.clearBanner(bannerId);
    else state.setBanner({ id: bannerId, ...banner });
  };

  const withdraw: ReplicatorOptions['onLeaseLost'] = ({ sessionId, why, reason }) => {
    const session = book.byId(sessionId);
    if (session === null || parts === null) return;
    const code = why === 'taken' ? runsElsewhereReason : cannotAskReason;
    parts.orchestrator.permits.withdraw(session, { code, words: reason });
  };
  const takeEdit: ReplicatorOptions['onEdit'] = ({ sessionId, desiredChanged }) => {
    const session = book.byId(sessionId);
    if (session === null || parts === null) return;
    book.reload(session);
    if (desiredChanged) parts.orchestrator.want(session, session.stored.desiredState, { actor: 'supabase' });
    void wake(parts, session);
  };

  let replicator: Replicator | null = null;
  if (wanted) {
    // Its client is large: a fleet without Supabase does not load it.
    const { createReplicator } = await import('../store/replica/replicator.ts');
    replicator = createReplicator({
      store,
      url: settings.SUPABASE_URL ?? '',
      key: key ?? '',
      nodeId: store.fleetId,
      host: hostname(),
      clock: { now, random: Math.random },
      log: (level, text) => log[level](text),
      onEdit: takeEdit,
      onStatus: show,
      onLeaseLost: withdraw,
    });
  }
  const supabase = (): Replicator => {
    if (replicator !== null) return replicator;
    throw new FleetError(
      'usage',
      problem ??
        'Supabase is not set up: set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, then restart (docs/supabase.md).',
    );
  };

  const permitOf = (replica: Replicator): RunPermit => ({
    ask: async (session, force) => {
      const { id, name } = session.stored;
      await releasing.get(id);
      const answer = await replica.takeLease(id, name, force);
      if (!answer.granted) return { code: answer.code, words: answer.reason };
      book.reload(session);
      return null;
    },
    giveBack: (session) => {
      const { id } = session.stored;
      releasing.set(
        id,
        replica.releaseLease(id).finally(() => releasing.delete(id)),
      );
    },
  });

  /** Rows that nobody runs here are told of once; only a person adopts them. */
  const tellOffered = (replica: Replicator): void => {
    const known = new Set<string>(JSON.parse(store.meta.get(offeredKey) ?? '[]') as string[]);
    const offered = replica.offered();
    const fresh = offered.filter(({ name }) => !known.has(name));
    for (const { name, runningOn } of fresh)
      book.record(null, {
        level: 'info',
        kind: 'session-offered',
        text: `${name} is in Supabase and not here${runningOn === null ? '' : ` (it runs on ${runningOn})`}. To take it in: zap-fleet store adopt ${name}`,
        evidence: { name, runningOn },
        actor: 'supabase',
      });
    if (fresh.length > 0)
      store.meta.set(offeredKey, JSON.stringify([...known, ...fresh.map(({ name }) => name)].slice(-1000)));
  };
  const look = (replica: Replicator): void => {
    tellOffered(replica);
    if (replica.status().status !== 'ok') return;
    for (const session of book.all()) {
      if (session.state !== 'held' || session.worker !== null) continue;
      const isFree = session.reasonCode === runsElsewhereReason && !replica.runsElsewhere(session.stored.id);
      if (isFree || session.reasonCode === cannotAskReason) parts?.orchestrator.permits.askAgain(session);
    }
  };

  return {
    permit: replicator === null ? undefined : permitOf(replicator),
    nodeOf: ({ stored }) => replicator?.hostOf(stored.id) ?? null,
    methods: (given) => ({
      storeStatus: () => ({
        configured: replicator !== null,
        problem,
        host: hostname(),
        replica: replicator?.status() ?? null,
        offered: replicator?.offered() ?? [],
      }),
      storePush: () => supabase().pushAll(),
      storePull: async () => {
        const report = await supabase().pullAll();
        book.refresh();
        return report;
      },
      storeAdopt: async ({ name: asked, actor }) => {
        const name = parseSessionName(asked);
        await supabase().adopt(name);
        book.refresh();
        const session = book.get(name);
        book.record(session, {
          level: 'info',
          kind: 'session-adopted',
          text: 'taken in from Supabase with its history, stopped',
          actor: actor ?? 'you',
        });
        return { row: given.state.row(session) };
      },
    }),
    begin: (given) => {
      parts = given;
      if (problem !== null) {
        log.warn(plainText(problem));
        show({ status: 'refused', since: now(), waitingRows: store.changes.countSince(0), reason: problem });
      }
      if (replicator === null) return;
      const replica = replicator;
      show(replica.status());
      replica.start();
      looking = setInterval(() => look(replica), lookEvery);
    },
    erased: async (within) => (replicator === null ? null : replicator.erased(within)),
    close: ({ keepLeases, within }) => {
      if (looking !== null) clearInterval(looking);
      closing ??= (async () => {
        await replicator?.stop(within, { keepLeases });
        // Its end has ended their requests, too.
        await Promise.allSettled(releasing.values());
      })();
      return closing;
    },
  };
};
