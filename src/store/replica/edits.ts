import { plainText } from '../../session/plain-text.ts';
import type { OfferedSession } from '../../session/records.ts';
import type { EpochMs } from '../../session/units.ts';
import type { StoredSession } from '../session-store.ts';
import type { Store } from '../store.ts';
import { differences, followPreset, readEditable } from './config-mapping.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { RemoteListing, RemoteSession, SupabaseDoor } from './supabase-door.ts';

/** What an edit in Supabase changed here. */
export interface ReplicaEdit {
  readonly sessionId: string;
  readonly name: string;
  /** `custom_prompt`, `is_active`, `ai_config.model`, … */
  readonly changed: readonly string[];
  readonly desiredChanged: boolean;
}

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

  const record = (
    session: StoredSession,
    level: 'info' | 'warn',
    kind: string,
    text: string,
    evidence: Record<string, unknown>,
  ): void => {
    store.events.add({
      at: now(),
      level,
      session: { id: session.id, name: session.name },
      kind,
      text: plainText(text),
      evidence,
      actor: 'supabase',
    });
  };

  const apply = (id: string, remote: RemoteSession): ReplicaEdit | null =>
    store.database.transaction((): ReplicaEdit | null => {
      const local = store.sessions.byId(id);
      if (local === null) return null;
      const known = replica.known(id, local.name);
      if (remote.revision === known.syncedRevision) return null;
      const mine = replica.editable(local);
      const { value: written, problems } = readEditable(remote, mine);
      const value = known.syncedRevision > 0 ? followPreset(written, mine) : written;
      // Desired state belongs to the fleet at home; on a first meeting a row must not start or stop what a person set up here.
      const isHome = remote.home_node === null || remote.home_node === nodeId;
      const theirs = isHome && known.syncedRevision > 0 ? value : { ...value, desiredState: mine.desiredState };
      const incoming = differences(theirs, mine);
      const problem =
        problems.length === 0
          ? null
          : `${local.name}: ${problems.join('; ')} (in Supabase). The last good value stays.`;

      const localWins = local.revision > known.syncedRevision && local.revision > remote.revision;
      if (localWins && Object.keys(incoming).length > 0) {
        record(
          local,
          'warn',
          'edit-lost',
          `an edit in Supabase was older than one made here and lost: ${Object.keys(incoming).join(', ')}`,
          {
            fields: Object.keys(incoming),
            lost: incoming,
            revision: remote.revision,
            winner: local.revision,
          },
        );
      }
      if (localWins) {
        replica.update(id, { syncedRevision: remote.revision, problem: null });
        replica.touch(id);
        return null;
      }
      if (problem !== null && problem !== known.problem)
        record(
          local,
          'warn',
          'edit-refused',
          `an edit in Supabase was not taken: ${problems.join('; ')}. The last good value stays`,
          {
            problems,
            revision: remote.revision,
          },
        );
      if (Object.keys(incoming).length > 0) {
        if (local.revision > known.syncedRevision)
          record(
            local,
            'warn',
            'edit-lost',
            `a change made here was older than an edit in Supabase and lost: ${Object.keys(incoming).join(', ')}`,
            {
              fields: Object.keys(incoming),
              lost: differences(mine, theirs),
              revision: local.revision,
              winner: remote.revision,
            },
          );
        if (theirs.instructions !== mine.instructions)
          store.sessions.addInstructions(id, theirs.instructions, 'supabase', now());
        const { label, replies, expectedPhone, desiredState, config } = theirs;
        store.sessions.change(id, { label, replies, expectedPhone, desiredState, config }, now());
        record(local, 'info', 'edited-in-supabase', `changed in Supabase: ${Object.keys(incoming).join(', ')}`, {
          fields: Object.keys(incoming),
          revision: remote.revision,
        });
      }
      // What a preset brought stands here and not there yet: one revision further, so that it is sent.
      replica.setRevision(id, value === written ? Math.max(remote.revision, 1) : remote.revision + 1);
      replica.update(id, { syncedRevision: remote.revision, problem });
      return Object.keys(incoming).length === 0
        ? null
        : {
            sessionId: id,
            name: local.name,
            changed: Object.keys(incoming),
            desiredChanged: theirs.desiredState !== mine.desiredState,
          };
    });

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
