import { FleetError } from '../../src/session/fleet-error.ts';
import type { Secrets, Settings } from '../../src/settings/settings.ts';
import { createReplicaStore } from '../../src/store/replica/replica-store.ts';
import type { SessionHost } from './session-host.ts';

/**
 * A session that runs without a master has no lease: where other servers share its Supabase, one of them may take it meanwhile, and both
 * would answer. Throws `refused-by-state`.
 */
export const refuseWhereShared = (
  { store, session }: Pick<SessionHost, 'store' | 'session'>,
  settings: Settings,
  secrets: Secrets,
): void => {
  if (settings.SUPABASE_URL === undefined || secrets.SUPABASE_SERVICE_ROLE_KEY === undefined) return;
  if (createReplicaStore(store).others() === 0) return;

  throw new FleetError(
    'refused-by-state',
    `${session.name} cannot run without a master: other servers share this Supabase, and one of them could take it meanwhile. Start it here with: zap-fleet start ${session.name}`,
  );
};
