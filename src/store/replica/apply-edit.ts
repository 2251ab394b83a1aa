import { plainText } from '../../session/plain-text.ts';
import type { EpochMs } from '../../session/units.ts';
import type { StoredSession } from '../session-store.ts';
import type { Store } from '../store.ts';
import { differences, type Editable, followPreset, readEditable } from './config-mapping.ts';
import type { ReplicaSession } from './replica-sessions.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { RemoteSession } from './supabase-door.ts';
import { createTakenSessions } from './taken-sessions.ts';

/** What an edit in Supabase changed here. */
export interface ReplicaEdit {
  readonly sessionId: string;
  readonly name: string;
  /** `custom_prompt`, `is_active`, `ai_config.model`, … */
  readonly changed: readonly string[];
  readonly desiredChanged: boolean;
}

/** An edit beside what stands here: what it would change, and what of it is not valid. */
interface Meeting {
  readonly local: StoredSession;
  readonly known: ReplicaSession;
  readonly remote: RemoteSession;
  readonly mine: Editable;
  readonly theirs: Editable;
  readonly incoming: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
  /** What a preset brought stands here and not there yet. */
  readonly followsPreset: boolean;
  /** It says what the server wanted that had the session before this one. */
  readonly isOfServerBefore: boolean;
}

interface ApplierOptions {
  readonly store: Store;
  readonly replica: ReplicaStore;
  readonly nodeId: string;
  readonly now: () => EpochMs;
}

const createEditRecorder =
  ({ store, now }: Pick<ApplierOptions, 'store' | 'now'>) =>
  (
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

/**
 * Any server may run a session with failover `auto`, so whoever stops it stops it for all: one that waits for it here would start at once what a
 * person has just stopped there. Who has said something else here since is asked no more.
 */
const isStoppedForAll = (theirs: Editable, local: StoredSession, known: ReplicaSession): boolean =>
  theirs.failover === 'auto' &&
  theirs.desiredState === 'stopped' &&
  known.syncedRevision > 0 &&
  local.revision <= known.syncedRevision;

const meet = (
  { replica, nodeId, isNewHere }: Pick<ApplierOptions, 'replica' | 'nodeId'> & { readonly isNewHere: boolean },
  local: StoredSession,
  known: ReplicaSession,
  remote: RemoteSession,
): Meeting => {
  const mine = replica.editable(local);
  const { value: written, problems } = readEditable(remote, mine);
  const value = known.syncedRevision > 0 ? followPreset(written, mine) : written;
  // Desired state belongs to the fleet at home; on a first meeting a row must not start or stop what a person set up here, nor may what the
  // server before this one wanted of a session that has just come from there.
  const isHome = remote.home_node === null || remote.home_node === nodeId;
  const decides = isHome && !isNewHere && known.syncedRevision > 0;
  const desiredState = decides || isStoppedForAll(value, local, known) ? value.desiredState : mine.desiredState;
  const theirs = { ...value, desiredState };

  return {
    local,
    known,
    remote,
    mine,
    theirs,
    incoming: differences(theirs, mine),
    problems,
    followsPreset: value !== written,
    isOfServerBefore: isHome && isNewHere && known.syncedRevision > 0 && written.desiredState !== desiredState,
  };
};

/** Takes one edit into the store, or keeps as an event why not. */
export const createEditApplier = (options: ApplierOptions) => {
  const { store, replica, nodeId, now } = options;
  const taken = createTakenSessions(replica);
  const record = createEditRecorder(options);

  const keepMine = ({ local, remote, incoming }: Meeting): void => {
    const fields = Object.keys(incoming);
    if (fields.length > 0)
      record(
        local,
        'warn',
        'edit-lost',
        `an edit in Supabase was older than one made here and lost: ${fields.join(', ')}`,
        { fields, lost: incoming, revision: remote.revision, winner: local.revision },
      );
    replica.update(local.id, { syncedRevision: remote.revision, problem: null });
    replica.touch(local.id);
  };

  const recordRefused = ({ local, remote, problems }: Meeting): void =>
    record(
      local,
      'warn',
      'edit-refused',
      `an edit in Supabase was not taken: ${problems.join('; ')}. The last good value stays`,
      { problems, revision: remote.revision },
    );

  const takeTheirs = ({ local, known, remote, mine, theirs, incoming }: Meeting): void => {
    const fields = Object.keys(incoming);
    if (local.revision > known.syncedRevision)
      record(
        local,
        'warn',
        'edit-lost',
        `a change made here was older than an edit in Supabase and lost: ${fields.join(', ')}`,
        { fields, lost: differences(mine, theirs), revision: local.revision, winner: remote.revision },
      );

    if (theirs.instructions !== mine.instructions)
      store.sessions.addInstructions(local.id, theirs.instructions, 'supabase', now());
    const { label, replies, failover, expectedPhone, desiredState, config } = theirs;
    store.sessions.change(local.id, { label, replies, failover, expectedPhone, desiredState, config }, now());

    record(local, 'info', 'edited-in-supabase', `changed in Supabase: ${fields.join(', ')}`, {
      fields,
      revision: remote.revision,
    });
  };

  const settle = (meeting: Meeting): ReplicaEdit | null => {
    const { local, known, remote, mine, theirs, incoming, problems } = meeting;
    if (local.revision > known.syncedRevision && local.revision > remote.revision) {
      keepMine(meeting);
      return null;
    }

    const problem =
      problems.length === 0 ? null : `${local.name}: ${problems.join('; ')} (in Supabase). The last good value stays.`;
    if (problem !== null && problem !== known.problem) recordRefused(meeting);

    const changed = Object.keys(incoming);
    if (changed.length > 0) takeTheirs(meeting);

    // What a preset brought stands here and not there yet: one revision further, so that it is sent.
    replica.setRevision(local.id, meeting.followsPreset ? remote.revision + 1 : Math.max(remote.revision, 1));
    replica.update(local.id, { syncedRevision: remote.revision, problem });
    if (meeting.isOfServerBefore) replica.touch(local.id);

    return changed.length === 0
      ? null
      : { sessionId: local.id, name: local.name, changed, desiredChanged: theirs.desiredState !== mine.desiredState };
  };

  /** In one transaction; null: nothing changed here. */
  return (id: string, remote: RemoteSession): ReplicaEdit | null =>
    store.database.transaction((): ReplicaEdit | null => {
      const local = store.sessions.byId(id);
      if (local === null) return null;

      const known = replica.known(id, local.name);
      if (remote.revision === known.syncedRevision) return null;

      const isNewHere = taken.ids().has(id);
      if (isNewHere && remote.home_node === nodeId) taken.seen(id);
      return settle(meet({ replica, nodeId, isNewHere }, local, known, remote));
    });
};
