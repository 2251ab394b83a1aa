import type { Hook, HookEventType } from '../../session/hook.ts';
import type { EpochMs } from '../../session/units.ts';
import type { StoredHookEvent } from './hook-facts.ts';

export interface StoredHook extends Hook {
  readonly id: string;
  readonly sessionId: string;
  readonly sessionName: string;
  readonly setAt: EpochMs;
  readonly setBy: string;
  readonly deliveredThrough: number;
  readonly delivered: number;
  readonly deliveredAt: EpochMs | null;
  /** Failures since one was taken. */
  readonly tries: number;
  readonly nextAt: EpochMs;
  readonly failingSince: EpochMs | null;
  readonly problem: string | null;
}

export interface HookRow extends Omit<StoredHook, 'events' | 'allowHosts'> {
  readonly events: string;
  readonly allowHosts: string;
}

// Both lists are written by `put` alone.
export const hookFromRow = ({ events, allowHosts, ...rest }: HookRow): StoredHook => ({
  ...rest,
  events: JSON.parse(events) as HookEventType[],
  allowHosts: JSON.parse(allowHosts) as string[],
});

export const hookColumns = `h.id, h.session_id AS sessionId, s.name AS sessionName, h.name, h.url, h.events, h.allow_hosts AS allowHosts, h.set_at AS setAt,
  h.set_by AS setBy, h.delivered_through AS deliveredThrough, h.delivered, h.delivered_at AS deliveredAt, h.tries, h.next_at AS nextAt,
  h.failing_since AS failingSince, h.problem`;
export const hookSource = 'FROM hooks h JOIN sessions s ON s.id = h.session_id';
export const hookEventColumns = 'e.id, e.key, e.session_id AS sessionId, e.type, e.at, e.subject, e.facts';

/** As the store has it. */
export const typesOf = ({ events }: Pick<Hook, 'events'>): string => JSON.stringify(events);

/** An event of the queue, and whether it comes from the dead list. */
export interface NextHookEvent {
  readonly event: StoredHookEvent;
  readonly isAgain: boolean;
}
