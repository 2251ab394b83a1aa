import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { Milliseconds } from '../../session/units.ts';

/**
 * Why Supabase did not do what was asked: `away` passes by itself; `refused` needs a person (key, migrations); `row` is about what we
 * sent; `too-big` goes in smaller pieces.
 */
export type FailureKind = 'away' | 'refused' | 'row' | 'too-big';

export class ReplicaFailure extends Error {
  override readonly name = 'ReplicaFailure';
  readonly kind: FailureKind;
  /** What the service asked us to wait; null: our own pace. */
  readonly retryAfterMs: Milliseconds | null;

  constructor(
    kind: FailureKind,
    message: string,
    retryAfterMs: Milliseconds | null = null,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

interface Answer {
  readonly status: number;
  readonly error: { readonly message?: string; readonly code?: string; readonly details?: string | null } | null;
}

/** Missing function, table or column, from PostgREST or from Postgres itself. */
const schemaCodes = new Set(['PGRST202', 'PGRST204', 'PGRST205', '42P01', '42703', '42883']);

const short = (text: string | undefined): string => plainText(text ?? '').slice(0, 200);

/** A failed answer of the client as what it means for us. */
export const failureOf = (answer: Answer, retryAfterMs: Milliseconds | null): ReplicaFailure => {
  const { status } = answer;
  const code = answer.error?.code ?? '';
  const message = short(answer.error?.message);
  if (schemaCodes.has(code))
    return new ReplicaFailure(
      'refused',
      `Supabase lacks our tables or functions (${message}). Run the files of supabase/migrations in its SQL editor, in order.`,
    );
  if (code === '42501')
    return new ReplicaFailure(
      'refused',
      'Supabase refuses this key: it is not the service role key. Put the service role key into SUPABASE_SERVICE_ROLE_KEY and restart.',
    );
  if (status === 401 || status === 403)
    return new ReplicaFailure(
      'refused',
      `Supabase refuses the key (${status}). Put the current service role key into SUPABASE_SERVICE_ROLE_KEY and restart.`,
    );
  if (status === 429) return new ReplicaFailure('away', 'Supabase asks us to slow down (429)', retryAfterMs);
  if (status === 413) return new ReplicaFailure('too-big', `Supabase refuses a batch of this size (413)`);
  // 57014: statement timeout; the same rows pass in smaller pieces.
  if (code === '57014') return new ReplicaFailure('too-big', `Supabase gave up a batch: ${message}`);
  if (status === 0)
    return new ReplicaFailure('away', `Supabase cannot be reached: ${message || 'no answer'}`, retryAfterMs);
  // Classes of Postgres that say nothing about the rows: connections, resources, operator, deadlock.
  if (/^(08|53|57|58|40|55|25)/.test(code) || /^PGRST00/.test(code))
    return new ReplicaFailure('away', `Supabase is in trouble: ${message}`, retryAfterMs);
  if (/^(22|23|42|P0)/.test(code)) return new ReplicaFailure('row', `${code} ${message}`);
  if (status >= 500 || status === 408 || status === 404 || (status >= 200 && status < 400))
    return new ReplicaFailure(
      'away',
      `Supabase answers ${status}${message === '' ? '' : `: ${message}`}`,
      retryAfterMs,
    );
  return new ReplicaFailure('row', `Supabase answers ${status}: ${message}`);
};

/** Anything thrown on the way as a failure; our own mistakes stay what they are. */
export const asFailure = (error: unknown): ReplicaFailure =>
  error instanceof ReplicaFailure
    ? error
    : error instanceof FleetError
      ? new ReplicaFailure('refused', error.message, null, { cause: error })
      : new ReplicaFailure('away', `replication stumbled: ${short(messageOf(error))}`, null, { cause: error });
