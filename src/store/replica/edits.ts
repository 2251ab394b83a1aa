import { plainText } from '../../session/plain-text.ts';
import type { OfferedSession } from '../../session/records.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../store.ts';
import { createEditApplier, type ReplicaEdit } from './apply-edit.ts';
import { createRemoteRows, type RemoteRows } from './remote-rows.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { RemoteListing, SupabaseDoor } from './supabase-door.ts';
import { createTakenSessions } from './taken-sessions.ts';

export interface EditsOptions {
  readonly store: Store;
  readonly replica: ReplicaStore;
  readonly door: SupabaseDoor;
  readonly nodeId: string;
  readonly now: () => EpochMs;
  readonly onEdit: (edit: ReplicaEdit) => void;
}

/** A row that no session here belongs to, as it is offered. */
const offerOf = (row: RemoteListing): OfferedSession => ({
  name: plainText(row.session_name),
  label: plainText(row.label ?? ''),
  phone: row.phone === null ? null : plainText(row.phone),
  runningOn: row.running_elsewhere === true ? plainText(row.home_host ?? row.home_node ?? '?') : null,
});

/**
 * Takes edits back. Looks at the revision of every session that is here, whatever notice came or did not. Newest revision wins; on equal
 * revisions Supabase does; what loses is kept as an event.
 */
export const createEdits = (options: EditsOptions) => {
  const { store, replica, door, nodeId, now } = options;
  const remote = createRemoteRows({ door, nodeId, now });
  let offered: readonly OfferedSession[] = [];
  let newRows: readonly OfferedSession[] = [];
  /** Names that are not offered, as they were when `offered` was made. */
  let notOffered = '';
  let elsewhere: ReadonlySet<string> = new Set();

  const taken = createTakenSessions(replica);
  const apply = createEditApplier({ store, replica, nodeId, now });

  /** Wanted here while another server has them: they are asked after at each look. */
  const waiting = (): readonly string[] => {
    const homes = new Map(replica.sessions().map(({ sessionId, homeNode }) => [sessionId, homeNode]));
    return store.sessions.list().flatMap(({ id, name, desiredState }) => {
      const home = homes.get(id) ?? null;
      return desiredState === 'running' && home !== null && home !== nodeId ? [name] : [];
    });
  };

  const offer = ({ rows, isChanged }: RemoteRows, here: ReadonlySet<string>): void => {
    // Removed here, and Supabase has not heard of it yet.
    const going = replica.removedHere().map((one) => one.sessionName);
    const names = JSON.stringify([[...here], going]);
    if (!isChanged && names === notOffered) return;

    const isHere = new Set([...here, ...going]);
    notOffered = names;
    const rest = [...rows.values()].filter((row) => !row.removed && !isHere.has(row.session_name));
    offered = rest.map(offerOf);
    newRows = rest.filter((row) => row.home_node === null).map(offerOf);
  };

  const lookAt = (found: RemoteRows, watched: readonly string[]): Map<string, string> => {
    const changed = new Map<string, string>();
    const away = new Set<string>();
    const known = new Map(replica.sessions().map((one) => [one.sessionId, one]));
    const newHere = taken.ids();
    const local = store.sessions.list();
    for (const session of local) {
      const row = found.rows.get(session.name);
      if (row === undefined) continue;
      // Not asked after: as its row said when it last changed.
      const isAway = watched.includes(session.name)
        ? found.elsewhere.has(session.name)
        : row.running_elsewhere === true;
      if (isAway) away.add(session.id);
      const { homeNode, homeHost, syncedRevision } = known.get(session.id) ?? replica.known(session.id, session.name);
      const isHome = row.home_node === nodeId;
      // The answer to the question for it is under way, or was lost.
      if (isHome && homeNode !== null && homeNode !== nodeId) taken.mark(session.id);
      if (homeNode !== row.home_node || homeHost !== row.home_host)
        replica.update(session.id, { homeNode: row.home_node, homeHost: row.home_host });
      // Revision 0: the row stands there, but nobody has configured it.
      if (row.revision !== syncedRevision && row.revision > 0) changed.set(row.session_name, session.id);
      else if (isHome && newHere.has(session.id)) taken.seen(session.id);
    }
    offer(found, new Set(local.map(({ name }) => name as string)));
    elsewhere = away;
    return changed;
  };

  return {
    /** One look: a small request, and a second one when something was edited. */
    poll: async (): Promise<void> => {
      const watched = waiting();
      const changed = lookAt(await remote.look(watched), watched);
      if (changed.size === 0) return;
      const edits: ReplicaEdit[] = [];
      for (const row of await door.sessions([...changed.keys()])) {
        const id = changed.get(row.session_name);
        const edit = id === undefined ? null : apply(id, row);
        if (edit !== null) edits.push(edit);
      }
      for (const edit of edits) options.onEdit(edit);
    },
    /** The next look asks for all rows. */
    forget: remote.forget,
    isKnown: (name: string, revision: number): boolean =>
      replica.sessions().some((one) => one.sessionName === name && one.syncedRevision === revision),
    offered: (): readonly OfferedSession[] => offered,
    /** Of these, the rows that no server ran yet. */
    newRows: (): readonly OfferedSession[] => newRows,
    /** Whether another server had the lease of a session that is wanted here, at the last look. */
    runsElsewhere: (sessionId: string): boolean => elsewhere.has(sessionId),
    /** What of the edits is not valid, in words; for the dashboard's banner. */
    problems: (): readonly string[] =>
      replica
        .sessions()
        .filter((one) => !one.removed && one.problem !== null)
        .map((one) => one.problem ?? ''),
  };
};
export type Edits = ReturnType<typeof createEdits>;
