import { randomUUID } from 'node:crypto';
import { FleetError } from '../../session/fleet-error.ts';
import { defaultConfig } from '../../session/session-config.ts';
import { sessionNameProblem } from '../../session/session-name.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../store.ts';
import { type Editable, readEditable } from './config-mapping.ts';
import type { PageWriter } from './page-writer.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { RemoteSession } from './supabase-door.ts';

const blank = (): Editable => ({
  label: '',
  replies: 'on',
  failover: 'manual',
  expectedPhone: null,
  desiredState: 'stopped',
  instructions: '',
  config: defaultConfig(),
});

/** Makes sessions of rows that this fleet never ran. */
export const createAdoption = (store: Store, replica: ReplicaStore, writer: PageWriter, now: () => EpochMs) => {
  const insertSession = (id: string, remote: RemoteSession, value: Editable): void => {
    const at = now();
    store.database.run(
      `INSERT INTO sessions (id, name, label, engine, expected_phone, replies, failover, state_since, first_linked_at, ai_config, timing_config, filters, revision,
           home_node, created_at, updated_at)
         VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      id,
      remote.session_name,
      value.label,
      remote.engine === 'simulated' ? 'simulated' : 'wppconnect',
      value.expectedPhone,
      value.replies,
      value.failover,
      at,
      // Without it, whatever customers wrote before it connects here would be older than its first link, and get no answer.
      remote.first_linked_at,
      JSON.stringify(value.config.ai),
      JSON.stringify(value.config.timing),
      JSON.stringify(value.config.filters),
      Math.max(remote.revision, 1),
      remote.home_node,
      at,
      at,
    );
  };

  return {
    /** The session as a stopped one: only a person starts it. */
    bring: (remote: RemoteSession): string => {
      const problem = sessionNameProblem(remote.session_name);
      if (problem !== null)
        throw new FleetError('usage', `${remote.session_name} cannot be a session here: ${problem}.`);

      const id = remote.fleet_session_id ?? randomUUID();
      writer.inStep(() => {
        const { value, problems } = readEditable({ ...remote, is_active: false }, blank());
        insertSession(id, remote, value);
        replica.known(id, remote.session_name);
        replica.update(id, {
          syncedRevision: remote.revision,
          homeNode: remote.home_node,
          homeHost: remote.home_host,
          problem:
            problems.length === 0
              ? null
              : `${remote.session_name}: ${problems.join('; ')} (in Supabase). The default stays.`,
        });
        if (value.instructions !== '') writer.firstInstructions.set(id, value.instructions);
        // A row of the first bot learns here which session it is now.
        return remote.fleet_session_id === null ? () => replica.touch(id) : undefined;
      });
      return id;
    },

    /** Instructions of a row that no fleet has written yet, after its history had its turn. */
    settleInstructions: (id: string): void =>
      store.database.transaction(() => {
        const text = writer.firstInstructions.get(id);
        writer.firstInstructions.delete(id);
        const session = store.sessions.byId(id);
        if (session === null) return;
        const newest = store.sessions.instructionsHistory(id)[0];
        if (newest !== undefined) {
          store.database.run(
            'UPDATE sessions SET instructions_version = ? WHERE id = ? AND instructions_version IS NULL',
            newest.version,
            id,
          );
        }
        if (text === undefined || newest?.text === text) return;
        store.sessions.addInstructions(id, text, 'supabase', now());
        replica.setRevision(id, session.revision);
      }),
  };
};
