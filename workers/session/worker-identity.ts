import type { WorkerData, WorkerMessageType } from '../../src/protocol/worker-messages.ts';

/** A message without who speaks: that is added in one place. */
export type Body<T extends WorkerMessageType> = Omit<
  WorkerData<T>,
  'v' | 'session' | 'sessionId' | 'startId' | 'pid' | 'at'
>;
export type Publish = <T extends WorkerMessageType>(type: T, body: Body<T>) => void;

export interface WorkerIdentity {
  readonly session: string;
  readonly sessionId: string;
  /** Given by the master with every start: a report counts only with it. */
  readonly startId: string;
}

/** Where a session tells of itself: the master, or the terminal of a foreground run. */
export interface SessionOutlet {
  state(body: Body<'zap:state'>): void;
  code(body: Body<'zap:qr'>): void;
  activity(body: Body<'zap:activity'>): void;
}
