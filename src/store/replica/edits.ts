import { plainText } from '../../session/plain-text.ts';
import type { OfferedSession } from '../../session/records.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../store.ts';
import { createEditApplier, type ReplicaEdit } from './apply-edit.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { RemoteListing, SupabaseDoor } from './supabase-door.ts';

export interface EditsOptions {
  readonly store: Store;
  readonly replica: ReplicaStore;
  readonly door: SupabaseDoor;
  readonly nodeId: string;
  readonly now: () => EpochMs;
  readonly onEdit: (edit: ReplicaEdit) => void;
}

/**
 * Takes edits back. Looks at every session's revision, so that no clock and no missed notice can hide one. Newest revision wins; on equal
 * revisions Supabase does; what loses is kept as an event.
 */
export const createEdits = (options: EditsOptions) => {
  const { store, replica, door, nodeId, now } = options;
  let offered: readonly OfferedSession[] = [];
  let elsewhere: ReadonlySet<string> = new Set();

  const apply = createEditApplier({ store, replica, nodeId, now });

  const lookAt = (listing: readonly RemoteListing[]): Map<string, string> => {
    const changed = new Map<string, string>();
    const fresh: OfferedSession[] = [];
    const away = new Set<string>();
    // Removed here, and Supabase has not heard of it yet.
    const going = new Set(replica.removedHere().map((one) => one.sessionName));
    const local = new Map(store.sessions.list().map((one) => [one.name as string, one]));
    for (const row of listing) {
      const session = local.get(row.session_name);
      if (session === undefined) {
        if (!row.removed && !going.has(row.session_name))
          fresh.push({
            name: plainText(row.session_name),
            label: plainText(row.label ?? ''),
            phone: row.phone === null ? null : plainText(row.phone),
            runningOn: row.running_elsewhere === true ? plainText(row.home_host ?? row.home_node ?? '?') : null,
          });
        continue;
      }
      if (row.running_elsewhere === true) away.add(session.id);
      const known = replica.known(session.id, session.name);
      if (known.homeNode !== row.home_node || known.homeHost !== row.home_host)
        replica.update(session.id, { homeNode: row.home_node, homeHost: row.home_host });
      // Revision 0: the row stands there, but nobody has configured it.
      if (row.revision !== known.syncedRevision && row.revision > 0) changed.set(row.session_name, session.id);
    }
    offered = fresh;
    elsewhere = away;
    return changed;
  };

  return {
    /** One look: a small request, and a second one when something was edited. */
    poll: async (): Promise<void> => {
      const changed = lookAt(await door.call('zap_fleet_sessions', { p_node: nodeId }));
      if (changed.size === 0) return;
      const edits: ReplicaEdit[] = [];
      for (const remote of await door.sessions([...changed.keys()])) {
        const id = changed.get(remote.session_name);
        const edit = id === undefined ? null : apply(id, remote);
        if (edit !== null) edits.push(edit);
      }
      for (const edit of edits) options.onEdit(edit);
    },
    isKnown: (name: string, revision: number): boolean =>
      replica.sessions().some((one) => one.sessionName === name && one.syncedRevision === revision),
    offered: (): readonly OfferedSession[] => offered,
    /** Whether another server had the session's lease at the last look. */
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
