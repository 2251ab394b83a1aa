import type { HomePaths } from '../../home/home-paths.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Store } from '../../store/store.ts';
import type { SealArchive } from '../profile/login-archive.ts';
import type { SessionOrchestrator } from '../reconcile/session-orchestrator.ts';
import type { FleetState } from '../state/fleet-state.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';

/** What the methods of the door are made of. */
export interface FleetParts {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly store: Store;
  readonly book: SessionBook;
  readonly orchestrator: SessionOrchestrator;
  readonly state: FleetState;
  readonly demo: boolean;
  /** What is archived is encrypted when there is a passphrase; null: there is none. */
  readonly sealArchive: SealArchive | null;
  /**
   * A session's login is void: its bundles go, too; with `erased` those of its tools and files as well. Resolves with why they could not be
   * removed yet, or null.
   */
  readonly forgetLogin: (
    session: { readonly id: string; readonly name: string },
    actor: string,
    what?: { readonly erased: boolean },
  ) => Promise<string | null>;
  readonly now: () => number;
}

/** The worker looks at its session and its outbox again; one that does not run reads them when it starts. */
export const wake = async (
  parts: Pick<FleetParts, 'orchestrator' | 'book'>,
  session: ManagedSession,
): Promise<void> => {
  if (session.worker === null || session.worker.pmId === null) return;
  try {
    await parts.orchestrator.tell(session, { command: 'wake' });
  } catch (error) {
    // It ended in this moment, or PM2 is being started again: either way it reads the store when it starts.
    const reason = messageOf(error);
    parts.book.record(session, {
      level: 'warn',
      kind: 'wake-failed',
      text: `it was not told of a change: ${reason}`,
      evidence: { reason },
    });
  }
};
