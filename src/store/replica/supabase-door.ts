import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import { endsWithin } from '../../pace/deadline.ts';
import type { Milliseconds } from '../../session/units.ts';
import { failureOf, ReplicaFailure } from './replica-failure.ts';

/** What the functions of `supabase/migrations` answer, checked here and trusted behind. */
const standing = z.object({ stream: z.string().nullable(), applied_seq: z.number() });
const listed = z.object({
  session_name: z.string(),
  revision: z.number(),
  home_node: z.string().nullable(),
  home_host: z.string().nullable(),
  fleet_session_id: z.string().nullable(),
  removed: z.boolean(),
  label: z.string().nullable(),
  phone: z.string().nullable(),
  running_elsewhere: z.boolean().nullable(),
});
const instance = z.object({
  ours: z.boolean(),
  host: z.string().nullish(),
  silent_seconds: z.number().optional(),
});
const heard = z.array(
  z.object({
    node_id: z.string(),
    name: z.string(),
    host: z.string().nullable(),
    silent_seconds: z.number(),
    /** Its sessions that want to run and that a person takes over. */
    manual: z.array(z.string()),
  }),
);
const claimed = z.object({
  session_name: z.string(),
  epoch: z.number(),
  previous: z.string().nullable(),
  previous_name: z.string().nullable(),
});
const schemas = {
  zap_fleet_hello: standing.extend({ schema: z.number(), others: z.number() }),
  zap_fleet_open: standing,
  zap_fleet_push: standing.extend({
    result: z.enum(['applied', 'elsewhere', 'other-stream', 'refused']),
    reason: z.string().optional(),
    sessions: z.array(z.object({ session_name: z.string(), revision: z.number() })).default([]),
  }),
  zap_fleet_lease_take: z.object({
    taken: z.boolean(),
    epoch: z.number(),
    seconds: z.number().nullable(),
    node: z.string().nullish(),
    host: z.string().nullish(),
    previous: z.string().nullish(),
  }),
  zap_fleet_lease_renew: z.array(
    z.object({
      session_name: z.string(),
      renewed: z.boolean(),
      node: z.string().nullable(),
      host: z.string().nullable(),
    }),
  ),
  zap_fleet_beat: heard,
  zap_fleet_claim: z.array(claimed),
  zap_fleet_round: z.object({
    others: heard,
    draining: z.boolean(),
    /** When a drain of this server was asked for, by the database's clock; null: nobody did. */
    drain_asked: z.number().nullable(),
    /** Sessions that other servers offer to this one. */
    coming: z.number(),
  }),
  zap_fleet_nodes: z.array(
    z.object({
      node_id: z.string(),
      name: z.string(),
      host: z.string().nullable(),
      version: z.string().nullable(),
      schema: z.number().nullable(),
      room: z.number().nullable(),
      running: z.number().nullable(),
      labels: z.array(z.string()),
      adopts: z.boolean(),
      draining: z.boolean(),
      silent_seconds: z.number().nullable(),
      sessions: z.number(),
    }),
  ),
  zap_fleet_instance: instance,
  zap_fleet_goodbye: z.boolean(),
  zap_fleet_group: z.object({
    instance,
    /** All of these are missing where this machine may not speak as this server. */
    salt: z.string().optional(),
    doors_are: z.string().optional(),
    /** Null: as they were. */
    doors: z.array(z.object({ node_id: z.string(), name: z.string(), door: z.string() })).nullish(),
    gone: z
      .array(
        z.object({
          node_id: z.string(),
          name: z.string(),
          host: z.string().nullable(),
          since: z.number(),
          /** It said goodbye. */
          stopped: z.boolean(),
          /** This server is the one that tells people. */
          mourned_here: z.boolean().nullable(),
          sessions: z.array(
            z.object({
              id: z.string().nullable(),
              name: z.string(),
              failover: z.string().nullable(),
              taken_by: z.string().nullable(),
              lease_lasts: z.boolean(),
            }),
          ),
        }),
      )
      .optional(),
    other_keys: z.array(z.string()).optional(),
  }),
  zap_fleet_drain: z.number().nullable(),
  zap_fleet_move_look: z
    .object({
      home_node: z.string().nullable(),
      home_name: z.string().nullable(),
      epoch: z.number(),
      offered: z.boolean(),
      moving_to: z.string().nullable(),
      wanted_node: z.string().nullable(),
      state: z.string().nullable(),
      reason_code: z.string().nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
  zap_fleet_move_offer: z.boolean(),
  zap_fleet_move_take: z.array(claimed.extend({ runs: z.boolean() })),
  zap_fleet_move_settled: z.boolean(),
  zap_fleet_lease_release: z.number(),
  zap_fleet_sessions: z.array(listed),
  zap_fleet_look: z.object({
    /** For the next look. */
    mark: z.number(),
    /** These are all sessions, not only those that have changed. */
    whole: z.boolean(),
    sessions: z.array(listed),
    gone: z.array(z.string()),
    elsewhere: z.array(z.string()),
  }),
  zap_fleet_page: z.array(z.record(z.string(), z.unknown())),
  zap_fleet_counts: z.record(z.string(), z.number()),
} as const;
export type RpcName = keyof typeof schemas;
export type RpcAnswer<N extends RpcName> = z.output<(typeof schemas)[N]>;
export type RemoteListing = z.output<typeof listed>;

const remoteSessionSchema = z.object({
  session_name: z.string(),
  fleet_session_id: z.string().nullable(),
  is_active: z.boolean().nullable(),
  ai_config: z.unknown(),
  timing_config: z.unknown(),
  filters: z.unknown(),
  custom_prompt: z.string().nullable(),
  label: z.string().nullable(),
  replies: z.string().nullable(),
  failover: z.string().nullish(),
  expected_phone: z.string().nullable(),
  engine: z.string().nullable(),
  phone: z.string().nullable(),
  first_linked_at: z.number().nullable(),
  revision: z.number(),
  home_node: z.string().nullable(),
  home_host: z.string().nullable(),
});
export type RemoteSession = z.output<typeof remoteSessionSchema>;
const editedRow = z.object({
  session_name: z.string(),
  revision: z.coerce.number(),
  moving_to: z.string().nullish(),
});
/** Which schema each column came with that the first files of the migrations lack; `zap_fleet_hello` says which one stands there. */
const laterColumns: Readonly<Record<string, number>> = { failover: 2 };
const remoteColumns = (schema: number): string =>
  Object.keys(remoteSessionSchema.shape)
    .filter((column) => (laterColumns[column] ?? 1) <= schema)
    .join(',');
/** Which schema came with looks that tell what has changed, and with the table in which edits are noted. */
export const looksSchema = 4;
/** Names in one query: they travel in the address, which gateways cut at some 8 kB. */
const namesPerQuery = 100;
const goodbyeMs: Milliseconds = 500;
const deadlockTries = 3;

export interface EditedRow {
  readonly name: string;
  readonly revision: number;
  /** The server that it is offered to. */
  readonly movingTo: string | null;
}
/** Null: it could be any. */
type EditListener = (edit: EditedRow | null) => void;

export interface SupabaseDoor {
  /** `withinMs`: for questions that somebody waits for; else the deadline of every request. */
  call<N extends RpcName>(name: N, parameters: Record<string, unknown>, withinMs?: Milliseconds): Promise<RpcAnswer<N>>;
  /** What of the migrations stands there, as of the last greeting: 1 before it. */
  schema(): number;
  sessions(names: readonly string[]): Promise<RemoteSession[]>;
  /** Calls back when somebody edits a session's row, from the first greeting on, where Realtime is there; elsewhere never. */
  onEdited(listener: EditListener): void;
  close(): Promise<void>;
}

export interface DoorOptions {
  readonly url: string;
  readonly key: string;
  /** Until one request is given up. */
  readonly requestMs: Milliseconds;
  readonly realtime: boolean;
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Asked once more where two requests waited for each other and Postgres gave this one up: nothing of it was done, and the other one goes on.
 */
const atLast = async <T extends { readonly error: { readonly code?: string; readonly message?: string } | null }>(
  ask: () => PromiseLike<T>,
): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask();
    const isGivenUp = answer.error?.code === '40P01' || answer.error?.message?.includes('deadlock detected') === true;
    if (!isGivenUp || tries === deadlockTries) return answer;
  }
};

/** The one place that speaks to Supabase, through its own client. Every request has a deadline; `close` ends what is under way. */
export const openSupabase = (options: DoorOptions): SupabaseDoor => {
  const closing = new AbortController();
  const send = options.fetch ?? globalThis.fetch;
  let retryAfterMs: Milliseconds | null = null;
  let schema = 1;
  const client: SupabaseClient = createClient(options.url, options.key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: {
      fetch: async (input, init) => {
        const signals = [
          closing.signal,
          AbortSignal.timeout(options.requestMs),
          ...(init?.signal ? [init.signal] : []),
        ];
        const response = await send(input, { ...init, signal: AbortSignal.any(signals) });
        const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
        retryAfterMs = Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 600) * 1000 : null;
        return response;
      },
    },
  });
  let edited: EditListener | null = null;
  let isListening = false;
  /** As soon as it is known which table tells of edits: `whatsapp_sessions` tells of every renewal of every server's leases as well. */
  const listen = (): void => {
    if (!options.realtime || isListening || edited === null) return;
    isListening = true;
    const listener = edited;
    const table = schema >= looksSchema ? 'fleet_edits' : 'whatsapp_sessions';
    client
      .channel('zap-fleet-sessions')
      .on('postgres_changes', { event: '*', schema: 'public', table }, (change) => {
        const row = editedRow.safeParse(change.new);
        if (!row.success) return listener(null);
        const { session_name: name, revision, moving_to: movingTo } = row.data;
        listener({ name, revision, movingTo: movingTo ?? null });
      })
      .subscribe((status) => {
        // Edits made while the channel was not there.
        if (status === 'SUBSCRIBED') listener(null);
      });
  };
  const parsed = <T>(schema: z.ZodType<T>, data: unknown, what: string): T => {
    const result = schema.safeParse(data);
    if (result.success) return result.data;
    // A proxy's page with status 200, or functions of another version.
    throw new ReplicaFailure('away', `Supabase answers ${what} with something else than we asked for`, null, {
      cause: result.error,
    });
  };

  return {
    call: async <N extends RpcName>(
      name: N,
      parameters: Record<string, unknown>,
      withinMs: Milliseconds = options.requestMs,
    ): Promise<RpcAnswer<N>> => {
      const { data, error, status } = await atLast(() =>
        client.rpc(name, parameters).abortSignal(AbortSignal.timeout(withinMs)),
      );
      if (error !== null) throw failureOf({ status, error }, retryAfterMs);
      const answer = parsed(schemas[name] as unknown as z.ZodType<RpcAnswer<N>>, data, name);
      if (name === 'zap_fleet_hello') {
        schema = (answer as RpcAnswer<'zap_fleet_hello'>).schema;
        listen();
      }
      return answer;
    },
    schema: () => schema,
    sessions: async (names) => {
      const rows: RemoteSession[] = [];
      for (let at = 0; at < names.length; at += namesPerQuery) {
        const { data, error, status } = await client
          .from('whatsapp_sessions')
          .select(remoteColumns(schema))
          .in('session_name', names.slice(at, at + namesPerQuery));
        if (error !== null) throw failureOf({ status, error }, retryAfterMs);
        rows.push(...parsed(z.array(remoteSessionSchema), data, 'whatsapp_sessions'));
      }
      return rows;
    },
    onEdited: (listener) => {
      edited = listener;
    },
    close: async () => {
      closing.abort();
      // A server that does not answer the goodbye is not waited for.
      await endsWithin(client.removeAllChannels(), goodbyeMs);
      client.realtime.disconnect();
    },
  };
};
