import type { HomePaths } from '../home/home-paths.ts';
import type { SessionName } from '../session/session-name.ts';
import type { Bytes, EpochMs } from '../session/units.ts';
import type { Manifest } from './backup-format.ts';

/**
 * Runs `copy` while the session's browser is closed and its profile's lock is held, or says why it cannot. The master closes a running
 * browser for it; without a master `whenUnlocked` takes what nobody uses.
 */
export type WithClosedProfile = <T>(
  name: SessionName,
  copy: () => Promise<T>,
) => Promise<{ readonly ran: true; readonly value: T } | { readonly ran: false; readonly reason: string }>;

export interface BackupOptions {
  readonly paths: HomePaths;
  /** Absent or null: the whole fleet. */
  readonly session?: SessionName | null;
  /** Absent: a dated file in `data/backups`, where older ones of its kind are pruned. */
  readonly to?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Work for each guess of it (encryption.ts); left out: as usual. */
  readonly log2N?: number | undefined;
  /** How many of its kind are kept in `data/backups`. */
  readonly keep: number;
  readonly withClosedProfile: WithClosedProfile;
  /** The program's version. */
  readonly version: string;
  readonly now?: () => EpochMs;
  readonly onProgress?: (progress: BackupProgress) => void;
}

export interface BackupProgress {
  readonly step: 'database' | 'logins' | 'packing' | 'checking';
  /** Of logins, or bytes; both zero where nobody can say. */
  readonly done: number;
  readonly total: number;
}

export interface BackupReport {
  readonly file: string;
  readonly bytes: Bytes;
  readonly encrypted: boolean;
  readonly sessions: Manifest['sessions'];
  /** Sessions whose own AI key is not in it, because it is not encrypted. */
  readonly keysLeftOut: readonly string[];
  /** Why a restore would refuse what is in it; null when it would not. */
  readonly problem: string | null;
  /** Older backups that were removed. */
  readonly pruned: readonly string[];
}
