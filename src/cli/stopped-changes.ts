import { type HomePaths, masterLock } from '../home/home-paths.ts';
import { tryLock } from '../home/lock.ts';
import { aiKeyOf, configChange, isAiKey } from '../orchestrator/door/config-changes.ts';
import type { MethodsOf } from '../orchestrator/door/handlers.ts';
import { repliesWords } from '../orchestrator/door/reply-methods.ts';
import type { SessionDetails, SessionRow } from '../protocol/fleet.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { RepliesMode } from '../session/verdict.ts';
import { writeAiKey } from '../settings/ai-keys.ts';
import type { NewEvent } from '../store/event-store.ts';
import type { StoredInstructions, StoredSession } from '../store/session-store.ts';
import { openStore, type Store } from '../store/store.ts';

/**
 * What can be said to a session while nothing of the fleet runs: to start everything for it would let out the very answers that a person
 * wants to keep back or change. It is written as the master writes it, under the master's lock, so that none comes up meanwhile, and counts
 * when the fleet runs.
 */

export interface StoppedChangesOptions {
  readonly paths: HomePaths;
  /** The session as it was when the fleet was looked at. Throws `no-such-session`. */
  readonly get: (name: string) => StoredSession;
  readonly rowOf: (stored: StoredSession) => SessionRow;
  readonly detailsOf: (name: string) => SessionDetails;
}

/** Throws `refused-by-state` while a master is coming up. */
const withStore = <T>(paths: HomePaths, change: (store: Store) => T): T => {
  const lock = tryLock(masterLock(paths));
  if (lock === null) throw new FleetError('refused-by-state', 'the fleet is being started right now. Try again.');

  try {
    const store = openStore(paths.database);
    try {
      return store.database.transaction(() => change(store));
    } finally {
      store.close();
    }
  } finally {
    lock.release();
  }
};

type Told = Pick<NewEvent, 'kind' | 'text' | 'evidence'> & { readonly actor: string | undefined };

const record = (store: Store, session: StoredSession, { actor = 'you', ...event }: Told): void => {
  store.events.add({ at: Date.now(), level: 'info', session, actor, ...event });
};

const changeConfig = (store: Store, paths: HomePaths, old: StoredSession, key: string, value: unknown) => {
  if (!isAiKey(key)) return store.sessions.change(old.id, configChange(old, key, value), Date.now());

  writeAiKey(paths, old.id, aiKeyOf(value));
  return store.sessions.change(old.id, {}, Date.now());
};

const createReplyChanges = ({ paths, get, rowOf }: StoppedChangesOptions): MethodsOf<'watch' | 'pause' | 'resume'> => {
  const setReplies = (name: string, replies: RepliesMode, actor: string | undefined) => {
    const session = get(name);

    return withStore(paths, (store) => {
      const stored = store.sessions.change(session.id, { replies }, Date.now());
      record(store, session, { kind: `replies-${replies}`, text: repliesWords[replies], actor });
      return { row: rowOf(stored) };
    });
  };

  return {
    watch: ({ name, on, actor }) => setReplies(name, on ? 'draft' : 'on', actor),
    pause: ({ name, actor }) => setReplies(name, 'paused', actor),
    resume: ({ name, actor }) => setReplies(name, 'on', actor),
  };
};

const createPromptChanges = ({ paths, get }: StoppedChangesOptions): MethodsOf<'prompt' | 'promptRollback'> => {
  const add = (name: string, write: (store: Store, id: string) => StoredInstructions, told: (n: number) => Told) => {
    const session = get(name);

    return withStore(paths, (store) => {
      const added = write(store, session.id);
      record(store, session, told(added.version));
      return { version: { ...added, isCurrent: true } };
    });
  };

  return {
    prompt: ({ name, text, actor }) =>
      add(
        name,
        (store, id) => store.sessions.addInstructions(id, text, actor ?? 'you', Date.now()),
        (version) => ({
          kind: 'instructions-changed',
          text: `instructions are version ${version} now`,
          evidence: { version },
          actor,
        }),
      ),
    promptRollback: ({ name, version: to, actor }) =>
      add(
        name,
        (store, id) => store.sessions.rollbackInstructions(id, to, actor ?? 'you', Date.now()),
        (version) => ({
          kind: 'instructions-rolled-back',
          text: `instructions are back at version ${to}, as version ${version}`,
          evidence: { backTo: to, version },
          actor,
        }),
      ),
  };
};

type Changes = MethodsOf<'watch' | 'pause' | 'resume' | 'stop' | 'setConfig' | 'prompt' | 'promptRollback'>;

export const createStoppedChanges = (options: StoppedChangesOptions): Changes => {
  const { paths, get, rowOf, detailsOf } = options;

  return {
    ...createReplyChanges(options),
    ...createPromptChanges(options),

    stop: ({ name, actor }) => {
      const session = get(name);

      return withStore(paths, (store) => {
        const stored = store.sessions.change(session.id, { desiredState: 'stopped' }, Date.now());
        const standing = { state: 'stopped', since: Date.now(), reasonCode: null, reason: null } as const;
        store.sessions.setState(session.id, standing);
        record(store, session, { kind: 'stop-asked', text: 'stop', actor });
        return { row: rowOf({ ...stored, ...standing, stateSince: standing.since }) };
      });
    },

    setConfig: ({ name, key, value, actor }) => {
      const session = get(name);

      return withStore(paths, (store) => {
        const stored = changeConfig(store, paths, session, key, value);
        record(store, session, { kind: 'config-changed', text: `${key} was changed`, evidence: { key }, actor });
        return { details: { ...detailsOf(name), row: rowOf(stored), config: stored.config } };
      });
    },
  };
};
