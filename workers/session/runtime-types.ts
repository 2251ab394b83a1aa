import type { HomePaths } from '../../src/home/home-paths.ts';
import type { Logger } from '../../src/log/logger.ts';
import type { WorkerExit } from '../../src/protocol/worker-exit.ts';
import type { StoreFaultCode } from '../../src/session/store-trouble.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { StoreFaults } from '../../src/store/store-faults.ts';
import type { ConversationEngine } from '../conversation/core/engine-types.ts';
import type { WhatsAppClient } from '../whatsapp/whatsapp-client.ts';
import type { ProbePace } from './link-probe.ts';
import type { StateBody } from './link-view.ts';
import type { CodeBody } from './shown-code.ts';
import type { Body, SessionOutlet } from './worker-identity.ts';

/** One session at work: its phone, its conversations, and what is told of both. Whoever hosts it (PM2 worker, `run`) gives it the rest. */
export interface SessionRuntime {
  /** Opens the phone; the end of a failed start comes through `ended`. */
  start(): Promise<void>;
  state(): StateBody;
  code(): CodeBody;
  activity(): Body<'zap:activity'>;
  browserPid(): number | null;
  session(): StoredSession;
  newCodes(): Promise<void>;
  pair(phone: string): Promise<void>;
  /** Unlinks the phone; rejects when it could not be unlinked. Everything is closed either way. */
  logout(): Promise<void>;
  wake(): void;
  /** What the master knows of the store; while it is a fault nothing is taken in. */
  storeTold(fault: StoreFaultCode | null): void;
  /** Probes link and inbox now; what it found in words. */
  check(): Promise<readonly string[]>;
  /** Ends what is in flight and closes the browser. Idempotent; `hurry` cuts it short. */
  drain(within: Milliseconds): Promise<void>;
  hurry(): void;
  /** The session cannot go on here: its host ends with this. */
  readonly ended: Promise<WorkerExit>;
}

export interface RuntimeOptions {
  readonly session: StoredSession;
  readonly store: Store;
  /** What the store says of itself, statement by statement. */
  readonly storeFaults: StoreFaults;
  readonly paths: HomePaths;
  readonly log: Logger;
  readonly outlet: SessionOutlet;
  /** A fresh phone on the same login. */
  readonly makeClient: (session: StoredSession) => Promise<WhatsAppClient>;
  readonly openConversation: (options: {
    readonly session: () => StoredSession;
    readonly client: WhatsAppClient;
    readonly onActivity: () => void;
  }) => Promise<ConversationEngine>;
  readonly pace?: ProbePace | undefined;
  readonly now?: () => number;
}
