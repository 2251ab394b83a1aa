import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';
import type { HealthPolicies } from '../health/policies.ts';
import type { PortAllocator } from '../process/port-allocator.ts';
import type { ProcessManager } from '../process/process-manager.ts';
import type { WorkerRunner } from '../process/worker-runner.ts';
import type { SessionBook } from '../state/session-book.ts';
import type { RunPermit } from './permits.ts';
import type { Room } from './places.ts';

/** What the orchestrator works with; what a test must own can be given. */
export interface OrchestratorOptions {
  readonly store: Store;
  readonly book: SessionBook;
  readonly pm2: ProcessManager;
  readonly ports: PortAllocator;
  readonly runner: WorkerRunner;
  readonly maxSessions: number;
  /** Sessions with a browser that may start at the same time before anything was measured. */
  readonly startingAtOnce: number;
  readonly room?: () => Room;
  /** Where other servers may run the same sessions; else this one may run all. */
  readonly permit?: RunPermit;
  readonly policies?: Pick<HealthPolicies, 'backoff' | 'network' | 'breaker' | 'budget' | 'admission' | 'start'>;
  readonly random?: () => number;
  readonly now: () => EpochMs;
  readonly log: (
    level: 'debug' | 'info' | 'warn' | 'error',
    text: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}
