import { FleetError } from '../../session/fleet-error.ts';
import type { CountLine, StoreTransfer } from '../../session/records.ts';
import { sessionNameProblem } from '../../session/session-name.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../store.ts';
import { createAdoption } from './adoption.ts';
import { createHistoryPull } from './history-pull.ts';
import { type Coming, comingKey, comingOf, createOpenRows, leftWholeKey } from './open-rows.ts';
import { pulledTables } from './page-rows.ts';
import { createPageWriter } from './page-writer.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { RemoteSession, SupabaseDoor } from './supabase-door.ts';

export interface TransferOptions {
  readonly store: Store;
  readonly replica: ReplicaStore;
  readonly door: SupabaseDoor;
  readonly nodeId: string;
  readonly now: () => EpochMs;
  readonly pageRows: number;
  /** Sends what waits: what comes in then need not go out again. */
  readonly drain: () => Promise<void>;
}

/** Brings sessions and their history from Supabase to this store. Every page is one transaction with its bookmark, so it goes on after any interruption. */
export const createTransfer = (options: TransferOptions) => {
  const { store, replica, door, nodeId, now } = options;
  const writer = createPageWriter(store, replica, now);
  const open = createOpenRows(store, now);
  const history = createHistoryPull(options, writer);
  const { pullHistory } = history;

  const { bring, settleInstructions } = createAdoption(store, replica, writer, now);

  const adoptRow = async (remote: RemoteSession, coming: Coming): Promise<string> => {
    await options.drain();
    const id = bring(remote);
    await pullHistory(id, coming);
    if (coming === 'whole') open.settleDoubt(id);
    settleInstructions(id);
    return id;
  };

  /** A link that another server has seen counts here, too, also one that came after a logout there. */
  const bringFirstLink = async (id: string): Promise<void> => {
    const name = store.sessions.byId(id)?.name;
    const [remote] = name === undefined ? [] : await door.sessions([name]);
    if (remote === undefined || remote.first_linked_at === null) return;
    store.database.run('UPDATE sessions SET first_linked_at = ? WHERE id = ?', remote.first_linked_at, id);
  };

  return {
    /** Of a session that another server had: what was said there, and since when its phone is linked. */
    bringMoved: async (id: string): Promise<void> => {
      history.goBackToOpen(id);
      const coming = comingOf(replica.state(comingKey(id)));
      const leftWhole = replica.state(leftWholeKey(id)) !== null;
      if (!leftWhole) open.abandonParts(id);
      await pullHistory(id, coming);
      if (coming === 'whole' || !leftWhole) open.settleDoubt(id);
      await bringFirstLink(id);
    },
    /** Takes over an offered session as a stopped one. Throws `no-such-session`, `already-exists` or `usage`. */
    adopt: async (name: string, coming: Coming = 'in-doubt'): Promise<string> => {
      if (store.sessions.list().some((one) => one.name === name))
        throw new FleetError('already-exists', `a session named ${name} exists here already.`);
      const [remote] = await door.sessions([name]);
      if (remote === undefined)
        throw new FleetError(
          'no-such-session',
          `there is no session named ${name} in Supabase. See: zap-fleet store status`,
        );
      return adoptRow(remote, coming);
    },
    /** `onRows` is told how many rows have come. */
    pullAll: async (onRows: (rows: number) => void = () => undefined): Promise<StoreTransfer> => {
      history.tell(onRows);
      const notes: string[] = [];
      const adopted: string[] = [];
      const ids: string[] = [];
      const listing = (await door.call('zap_fleet_sessions', { p_node: nodeId })).filter((row) => !row.removed);
      const local = new Map(store.sessions.list().map((one) => [one.name as string, one]));
      const missing: string[] = [];
      for (const row of listing) {
        const here = local.get(row.session_name);
        if (here === undefined) {
          const problem = sessionNameProblem(row.session_name);
          if (problem === null) missing.push(row.session_name);
          else notes.push(`${row.session_name} stays in Supabase: ${problem}`);
        } else if (row.fleet_session_id === null || row.fleet_session_id === here.id) {
          await options.drain();
          await pullHistory(here.id, 'stays');
          settleInstructions(here.id);
          ids.push(here.id);
        } else {
          notes.push(`${row.session_name} exists here as another session; its history in Supabase was left there`);
        }
        if (row.running_elsewhere === true)
          notes.push(
            `${row.session_name} runs on ${row.home_host ?? row.home_node}: stop it there before you start it here`,
          );
      }
      for (const remote of await door.sessions(missing)) {
        ids.push(await adoptRow(remote, 'in-doubt'));
        adopted.push(remote.session_name);
      }
      const there = await door.call('zap_fleet_counts', { p_session_keys: ids, p_node: nodeId });
      const here = await replica.counts(ids);
      const counts = pulledTables.map((what): CountLine => ({ what, here: here[what], there: there[what] ?? 0 }));
      return { counts, complete: counts.every((line) => line.here >= line.there), notes, adopted };
    },
    pushReport: async (): Promise<StoreTransfer> => {
      const ids = replica.sessionIds();
      const events = await replica.eventCount();
      const here = await replica.counts(ids);
      const there = await door.call('zap_fleet_counts', { p_session_keys: ids, p_node: nodeId });
      const counts = [
        ...pulledTables.map((what): CountLine => ({ what, here: here[what], there: there[what] ?? 0 })),
        { what: 'events', here: events, there: there['events'] ?? 0 },
      ];
      const aside = replica.asideCount();
      return {
        counts,
        complete: counts.every((line) => line.there >= line.here),
        notes:
          aside === 0
            ? []
            : [`Supabase refused ${aside} rows by themselves; they are safe here: ${replica.firstAside()}`],
        adopted: [],
      };
    },
  };
};
export type Transfer = ReturnType<typeof createTransfer>;
