import type { Heat } from '../../../src/protocol/history.ts';
import type { ChatRow, UsageDay } from '../../../src/session/records.ts';

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
  /** The last questions of the session under the cursor, and how they were answered. */
  readonly exchanges: { readonly name: string; readonly list: readonly Exchange[] } | null;
}

export const noExtra: FleetExtra = { heat: null, usage: null, chats: null, exchanges: null };
