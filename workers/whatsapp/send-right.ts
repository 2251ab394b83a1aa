import type { Milliseconds } from '../../src/session/units.ts';

/**
 * Whether this process may speak for the number: other servers may have it by now. Asked by the engine at the last moment before something
 * goes out, as the process or the whole machine may have been stopped at any line before.
 */
export interface SendRight {
  /** How long it may still; not above 0: no more. Null: nothing limits it. */
  left(): Milliseconds | null;
  /** Asks whoever knows whether the login may be taken back from where it was opened; false when nobody says so. */
  confirm(): Promise<boolean>;
}

/** Nobody else can have it. */
export const anyTime: SendRight = { left: () => null, confirm: async () => true };

export const isOver = (right: Pick<SendRight, 'left'>): boolean => (right.left() ?? 1) <= 0;
export const overReason = 'the right to run on this server is over';
