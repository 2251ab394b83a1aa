import { wake } from '../orchestrator/door/fleet-parts.ts';
import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import type { CanarySummary } from '../session/canary.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { StoredCanary } from '../store/canary-store.ts';
import { newCanaryOf } from './canary/begin-canary.ts';
import { type CanaryParts, createCanaryKeeper } from './canary/canary-keeper.ts';
import { allCanaries, newestCanary, summaryOf } from './canary/canary-summary.ts';
import { promoteCanary, rollBackCanary } from './canary/decide-canary.ts';
import type { Room } from './room.ts';

/** Canaries at the door: a change that a part of a session's customers meet for a while, both sides in figures, promoted or rolled back. */

export type CanaryRoom = Room<'canaryStart' | 'canary' | 'canaries' | 'canaryPromote' | 'canaryRollBack'> & {
  /** One look now, for tests; settles with it. */
  look(): Promise<void>;
};

export const createCanaryRoom = (parts: CanaryParts): CanaryRoom => {
  const { store, book, now } = parts;
  const keeper = createCanaryKeeper(parts);

  const shown = ({ stored }: ManagedSession): CanarySummary => {
    const newest = store.canaries.newest(stored.id);
    if (newest === null) throw new FleetError('refused-by-state', `no canary of ${stored.name} runs.`);
    return summaryOf(store, newest, now());
  };

  const tellBegun = (session: ManagedSession, { share, label, version, settings, startedBy }: StoredCanary): void =>
    book.record(session, {
      level: 'info',
      kind: 'canary-begun',
      text:
        share === null
          ? `a canary runs in all chats, beside the other sessions of "${label ?? ''}"`
          : `a canary runs in ${share}% of the chats`,
      evidence: { share, label, version, settings: Object.keys(settings) },
      actor: startedBy,
    });

  return {
    methods: {
      canaryStart: async (asked) => {
        const session = book.get(asked.name);
        store.database.transaction(() =>
          tellBegun(session, store.canaries.begin(newCanaryOf(parts, session, asked), now())),
        );
        keeper.changed();
        await wake(parts, session);
        return { canary: shown(session) };
      },
      canary: ({ name }) => newestCanary(store, book.get(name).stored.id, now()),
      canaries: () => allCanaries(store, now()),
      canaryPromote: async ({ name, id, actor }) => {
        const session = book.get(name);
        const promoted = promoteCanary(parts, session, id, actor ?? 'you');
        book.reload(session);
        keeper.changed();
        await wake(parts, session);
        return { canary: shown(session), ...promoted };
      },
      canaryRollBack: async ({ name, id, actor }) => {
        const session = book.get(name);
        rollBackCanary(parts, session, id, actor ?? 'you');
        keeper.changed();
        await wake(parts, session);
        return { canary: shown(session) };
      },
    },
    look: keeper.look,
    begin: keeper.begin,
    close: keeper.close,
  };
};
