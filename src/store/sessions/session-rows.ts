import type { Engine } from '../../session/engine.ts';
import type { Failover } from '../../session/failover.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { StoredRestriction } from '../../session/restriction.ts';
import { aiConfigSchema, filtersSchema, type SessionConfig, timingConfigSchema } from '../../session/session-config.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { DesiredState, SessionState } from '../../session/session-state.ts';
import type { EpochMs } from '../../session/units.ts';
import type { RepliesMode } from '../../session/verdict.ts';
import { firstIssue } from '../../words/first-issue.ts';

/** A session as it lasts: what was asked for, what was last seen, and how it is configured. */
export interface StoredSession {
  readonly id: string;
  readonly name: SessionName;
  readonly label: string;
  readonly engine: Engine;
  readonly expectedPhone: string | null;
  readonly desiredState: DesiredState;
  readonly state: SessionState;
  readonly stateSince: EpochMs;
  readonly reasonCode: string | null;
  readonly reason: string | null;
  /** Digits of the number linked last. */
  readonly phone: string | null;
  readonly lid: string | null;
  readonly pushName: string | null;
  /** Nothing older than this is ever answered. */
  readonly firstLinkedAt: EpochMs | null;
  readonly connectedSince: EpochMs | null;
  readonly port: number | null;
  readonly replies: RepliesMode;
  readonly failover: Failover;
  readonly config: SessionConfig;
  readonly instructionsVersion: number | null;
  readonly restarts: number;
  readonly homeNode: string | null;
  /** WhatsApp refuses what this number sends; null: it does not. */
  readonly restriction: StoredRestriction | null;
  /** How many files it knows from; 0: nothing is looked up for its answers. */
  readonly knowledge: number;
  /** How many files it may send; 0: nothing is offered. */
  readonly files: number;
  /** Rises with every change that a person or Supabase makes; states do not count. */
  readonly revision: number;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

export interface StoredInstructions {
  readonly version: number;
  readonly text: string;
  readonly author: string;
  readonly createdAt: EpochMs;
}

export interface SessionRow {
  id: string;
  name: string;
  label: string;
  engine: string;
  expected_phone: string | null;
  desired_state: string;
  state: string;
  state_since: number;
  reason_code: string | null;
  reason: string | null;
  phone: string | null;
  lid: string | null;
  push_name: string | null;
  first_linked_at: number | null;
  connected_since: number | null;
  port: number | null;
  replies: string;
  failover: string;
  ai_config: string;
  timing_config: string;
  filters: string;
  instructions_version: number | null;
  restarts: number;
  home_node: string | null;
  restriction: string | null;
  knowledge: number;
  files: number;
  revision: number;
  created_at: number;
  updated_at: number;
}

/** Parsing costs 50 µs and rows are read all the time: what was parsed last is kept by its text. Configurations are never changed in place. */
const parsedTexts = new Map<string, unknown>();
const parsedAtMost = 500;

const parseConfig = (row: SessionRow): SessionConfig => {
  const part = <T>(
    name: string,
    text: string,
    schema: {
      safeParse(
        value: unknown,
      ): { success: true; data: T } | { success: false; error: Parameters<typeof firstIssue>[1] };
    },
  ): T => {
    const key = `${name} ${text}`;
    const known = parsedTexts.get(key);
    // Only values of this very schema are kept under its name.
    if (known !== undefined) return known as T;
    const result = schema.safeParse(JSON.parse(text));
    if (!result.success)
      throw new FleetError(
        'failed',
        `${row.name}: ${firstIssue(name, result.error)}. Set it with: zap-fleet config ${row.name} set …`,
      );
    if (parsedTexts.size >= parsedAtMost) parsedTexts.clear();
    parsedTexts.set(key, result.data);
    return result.data;
  };
  return {
    ai: part('ai_config', row.ai_config, aiConfigSchema),
    timing: part('timing_config', row.timing_config, timingConfigSchema),
    filters: part('filters', row.filters, filtersSchema),
  };
};

export const sessionFromRow = (row: SessionRow): StoredSession => ({
  id: row.id,
  // Values below are checked on the way in; the table is ours alone.
  name: row.name as SessionName,
  label: row.label,
  engine: row.engine as StoredSession['engine'],
  expectedPhone: row.expected_phone,
  desiredState: row.desired_state as DesiredState,
  state: row.state as SessionState,
  stateSince: row.state_since,
  reasonCode: row.reason_code,
  reason: row.reason,
  phone: row.phone,
  lid: row.lid,
  pushName: row.push_name,
  firstLinkedAt: row.first_linked_at,
  connectedSince: row.connected_since,
  port: row.port,
  replies: row.replies as RepliesMode,
  failover: row.failover as Failover,
  config: parseConfig(row),
  instructionsVersion: row.instructions_version,
  restarts: row.restarts,
  homeNode: row.home_node,
  // Written by workers alone.
  restriction: row.restriction === null ? null : (JSON.parse(row.restriction) as StoredRestriction),
  knowledge: row.knowledge,
  files: row.files,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
