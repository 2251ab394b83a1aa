import type { SessionDetails } from '../../protocol/fleet.ts';
import { belongingsStanding } from '../../session/belongings.ts';
import type { LoginBundle, LoginBundleStanding } from '../../session/login-bundle.ts';
import type { InstructionsVersion } from '../../session/records.ts';
import type { StoredInstructions, StoredSession } from '../../store/session-store.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { FleetParts } from './fleet-parts.ts';

/** What the door tells of how one session is set up. */

export const versionOf = (session: ManagedSession, instructions: StoredInstructions): InstructionsVersion => ({
  ...instructions,
  isCurrent: instructions.version === session.stored.instructionsVersion,
});

/** What is shown of it, and nothing where there is nothing to show. */
const standingOf = (known: LoginBundle | null): LoginBundleStanding | null => {
  if (known === null) return null;
  const { made, fetched, problem } = known;
  return made === null && fetched === null && problem === null ? null : { made, fetched, problem };
};

export const detailsOf = (
  { store, state }: Pick<FleetParts, 'store'> & { readonly state: Pick<FleetParts['state'], 'row'> },
  session: ManagedSession,
  hasOwnAiKey: (session: StoredSession) => boolean,
): SessionDetails => {
  const { stored } = session;
  const current =
    stored.instructionsVersion === null ? null : store.sessions.instructions(stored.id, stored.instructionsVersion);

  return {
    row: state.row(session),
    config: stored.config,
    instructions: current === null ? null : versionOf(session, current),
    hasOwnAiKey: hasOwnAiKey(stored),
    loginBundle: standingOf(store.loginBundles.get(stored.id)),
    belongings: belongingsStanding(store.belongings.get(stored.id)),
  };
};
