import { createHmac } from 'node:crypto';
import type { HomePaths } from '../../home/home-paths.ts';
import type { BelongingName } from '../../session/belongings.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';

/** What one kind of belongings is: how it is told apart, laid out to be packed, and put in the place of what is here. */

export interface BelongingSource {
  readonly store: Pick<Store, 'database' | 'tools' | 'sendFiles' | 'hooks'>;
  readonly paths: HomePaths;
  readonly sessionId: string;
}

export interface BelongingTarget extends BelongingSource {
  readonly now: EpochMs;
  /** What must never stand in a log. */
  readonly addSecret: (secret: string) => void;
  readonly signal: AbortSignal;
}

export interface LaidOut {
  readonly count: number;
  /** Written into the directory, by their names in it. */
  readonly written: readonly string[];
  /** Copied into it afterwards, when the store is let go: what is long lies in files. */
  readonly copied: readonly { readonly from: string; readonly name: string }[];
}

/** What came, looked through and ready: nobody meets it yet. */
export interface Arriving {
  readonly count: number;
  /** Puts it in the place of what is here, in one step. Throws, and what was here is as it was. */
  commit(): void;
  /** It is not wanted: what was written of it goes. */
  abandon(): void;
  /** What was replaced leaves the disk, after `commit`. */
  tidy?(): Promise<void>;
}

export interface BelongingKind {
  readonly name: BelongingName;
  /** What is here in words that change with it, whatever server it is on; null: nothing is. May hold secrets: only its digest is kept. */
  describe(source: BelongingSource): string | null;
  /** Writes what is here into `directory`: `KIND.json`, `KIND.jsonl` or, by their SHA-256, `KIND/HASH`. The store is one moment's. */
  layOut(source: BelongingSource, directory: string): Promise<LaidOut>;
  /** Reads what `layOut` wrote, on this server or another. Throws a sentence, and leaves nothing then. */
  prepare(target: BelongingTarget, directory: string): Promise<Arriving>;
}

/**
 * By it one state is told from another. Keyed, so that nobody tries out short secrets on what the store keeps; another group's key makes
 * all of it another one, so that it is taken to Storage anew.
 */
export const digestOf = (kind: BelongingKind, source: BelongingSource, groupKey: string): string | null => {
  const words = kind.describe(source);
  return words === null ? null : createHmac('sha256', groupKey).update(`${kind.name}\n${words}`).digest('hex');
};
