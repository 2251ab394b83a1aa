import type { LeftBehind } from '../../session/records.ts';
import type { EpochMs } from '../../session/units.ts';
import type { MasterParts } from '../open-parts.ts';

/**
 * What an erasure consists of, step by step: `delete --purge` (everything of a session) and `purge` (one customer of it). Each step may be
 * run again from its beginning after a restart of the master and must then do only what is left; a step that ended is not run again.
 */
export interface PurgeStep {
  /** Kebab-case; shown while it runs, and how a resumed job knows what is done: never renamed. */
  readonly id: string;
  /** Whether it has something to do in such an erasure. */
  readonly of: (subject: PurgeSubject) => boolean;
  /** The session, where there still is one, does not run meanwhile: a bot in the middle of an answer would write it after all. Such steps come first. */
  readonly whileStopped?: boolean;
  run(context: PurgeContext): AsyncIterable<PurgeProgress> | Promise<void>;
}

/** In units of the step's own. */
export interface PurgeProgress {
  readonly done: number;
  readonly total: number;
}

export interface PurgeSubject {
  readonly kind: 'session' | 'customer';
  readonly sessionName: string;
  /** Several when a name was given anew and the history of the one before was kept. */
  readonly sessionIds: readonly string[];
  /** What texts may call the session beside its name: its numbers in every spelling. Empty for a customer. */
  readonly knownAs: readonly string[];
  /** The customer: digits with country code, or a chat id; null: everything of the session. */
  readonly who: string | null;
  /** Archives are rewritten without it, too (`--backups`). */
  readonly backups: boolean;
  readonly actor: string;
  readonly at: EpochMs;
}

/** What was erased and what is left: kept with the job, so that a restart loses nothing of it. */
export interface PurgeReceiptBook {
  /** `what` in kebab-case: `messages`, `log-lines`, …; added to what is counted already. Inside a transaction it joins it. */
  count(what: string, howMany: number): void;
  counted(what: string): number;
  /** The same `what` and `file` replace each other. */
  leave(left: LeftBehind): void;
  /** What a later step, or this one after a restart, must know. Erased with the job. */
  note(key: string, value: unknown): void;
  noted(key: string): unknown;
}

export interface PurgeContext {
  readonly subject: PurgeSubject;
  readonly parts: MasterParts;
  /** The master ends: stop at the next whole place and throw its reason; the next master goes on. */
  readonly signal: AbortSignal;
  readonly receipt: PurgeReceiptBook;
  /**
   * What names the customer in texts (numbers in every spelling, chat ids, names, the log's tags); empty for a session. Known after the
   * step `find`.
   */
  marks(): readonly string[];
}
