import type { FleetParts } from '../orchestrator/door/fleet-parts.ts';
import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import type { SessionBook } from '../orchestrator/state/session-book.ts';
import { FleetError } from '../session/fleet-error.ts';
import { serverName } from '../settings/server-name.ts';
import type { Settings } from '../settings/settings.ts';
import { version } from '../settings/version.ts';
import { migrations } from '../store/migrations.ts';
import type { ReplicatorOptions } from '../store/replica/replicator-types.ts';

/** What this fleet says of itself to the servers that share its Supabase, and what it does with a session that it took by itself. */
export const createReplicaNode = (options: {
  readonly settings: Pick<Settings, 'FLEET_NODE' | 'FLEET_LABELS' | 'FLEET_ADOPT'>;
  readonly book: SessionBook;
  /** Null while the fleet is not open yet. */
  readonly parts: () => FleetParts | null;
  /** One came that does not run. */
  readonly onStopped?: (session: ManagedSession) => void;
}): Required<Pick<ReplicatorOptions, 'node' | 'onClaimed' | 'onArrived'>> => {
  const { settings, book } = options;

  return {
    node: {
      name: serverName(settings),
      version,
      schema: migrations.length,
      labels: settings.FLEET_LABELS,
      adopts: settings.FLEET_ADOPT,
      // Those that wait for a place here go before what others leave. Nothing measured yet: no room.
      room: () => {
        const free = options.parts()?.state.getSnapshot().fleet.machine?.roomFor ?? 0;
        return free - book.all().filter(({ state }) => state === 'queued').length;
      },
      running: () => book.all().filter(({ worker }) => worker !== null).length,
    },

    onClaimed: ({ sessionId, from }) => {
      const parts = options.parts();
      book.refresh();
      const session = book.byId(sessionId);
      if (parts === null || session === null) return;

      const isNew = from === null;
      book.record(session, {
        level: 'info',
        kind: isNew ? 'session-taken-in' : 'session-moved-here',
        text: isNew
          ? 'it was active in Supabase and no server ran it: taken in and started here'
          : `its server ${from} is gone: it goes on here (failover auto)`,
        evidence: { from },
        actor: 'supabase',
      });
      parts.orchestrator.want(session, 'running', { actor: 'supabase' });
    },

    onArrived: ({ sessionId, from, runs }) => {
      const parts = options.parts();
      if (parts === null) throw new FleetError('unavailable', 'this master is starting');
      book.refresh();
      const session = book.byId(sessionId);
      if (session === null) return;

      const where = from ?? '?';
      book.record(session, {
        level: 'info',
        kind: 'session-arrived',
        text: `moved here from ${where}${runs ? '' : ', stopped'}`,
        evidence: { from: where, runs },
        actor: 'supabase',
      });
      parts.orchestrator.want(session, runs ? 'running' : 'stopped', { actor: 'supabase' });
      if (!runs) options.onStopped?.(session);
    },
  };
};
