import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { Heat } from '../../../src/protocol/history.ts';
import type { ChatRow, UsageDay } from '../../../src/session/records.ts';
import type { EpochMs } from '../../../src/session/units.ts';

/** What the fleet screen asks the door for beside the snapshot; null: not asked, or no answer yet. */

export interface Exchange {
  readonly who: string;
  readonly at: number;
  readonly asked: string;
  /** Null while it waits for an answer. */
  readonly said: string | null;
  readonly tookMs: number | null;
}

export interface FleetExtra {
  readonly heat: Heat | null;
  readonly usage: readonly UsageDay[] | null;
  readonly chats: readonly ChatRow[] | null;
  /** When something went wrong last, as far back as the newest events go. */
  readonly troubleAt: EpochMs | null;
  /** The last questions of the session under the cursor, and how they were answered. */
  readonly exchanges: { readonly name: string; readonly list: readonly Exchange[] } | null;
  /** Of the session under the cursor as well: what customers write in this hour on other days; null where too few are known. */
  readonly usual: { readonly name: string; readonly messages: number | null } | null;
  /** And what it may spend a day. */
  readonly budget: { readonly name: string; readonly usd: number | null } | null;
}

export const noExtra: FleetExtra = {
  heat: null,
  usage: null,
  chats: null,
  troubleAt: null,
  exchanges: null,
  usual: null,
  budget: null,
};

/** What customers write to this session in this hour on other days; null: not asked yet, or too few are known. */
export const usualOf = (row: SessionRow, { usual }: FleetExtra): number | null =>
  usual?.name === row.name ? usual.messages : null;
