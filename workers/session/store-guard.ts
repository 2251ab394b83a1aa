import { type Beat, createBeat } from '../../src/pace/beat.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import type { StoreFault, StoreFaultCode } from '../../src/session/store-trouble.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import { forgetPages } from '../../src/store/integrity/forget-pages.ts';
import type { Store } from '../../src/store/store.ts';
import { storeFaultOf } from '../../src/store/store-fault.ts';

/**
 * While the store is at fault nothing is taken in and nothing is sent: what is not stored stays unread on the phone, and is caught up with
 * when the store is well again. A worker sees that for itself, or its master tells it of what somebody else has seen.
 */
export interface StoreGuard {
  /** Of any statement of the store; it may be called from within one. */
  met(fault: StoreFault): void;
  /** What the master says; null: as far as it knows the store is well. */
  told(fault: StoreFaultCode | null): void;
  /** What this worker has met and not got over. */
  own(): StoreFaultCode | null;
  /** Why nothing is taken in; null: all is well. */
  holds(): StoreFaultCode | null;
  begin(): void;
  close(): void;
}

const lookEvery: Milliseconds = 2000;
/** After a fault: time for the rest of what failed to fail, too. */
const quietFor: Milliseconds = 4000;
const probeKey = 'store_probe_worker';

export const createStoreGuard = (options: {
  readonly store: Store;
  readonly now: () => number;
  /** What was met here, or what the master says, is another thing now; with it perhaps whether anything is taken in. */
  readonly onChange: () => void;
  readonly log: {
    readonly error: (text: string, fields: Readonly<Record<string, unknown>>) => void;
    readonly info: (text: string) => void;
  };
}): StoreGuard => {
  const { store, log, now } = options;
  let own: StoreFaultCode | null = null;
  let metAt = 0;
  let told: StoreFaultCode | null = null;
  /** Both: the master waits to hear that what was met here is over, and holds until then. */
  const key = (): string => `${own ?? ''} ${told ?? ''}`;
  let shown = key();
  let closed = false;

  const holds = (): StoreFaultCode | null => own ?? told;
  const settle = (): void => {
    if (closed || shown === key()) return;
    shown = key();
    options.onChange();
  };

  const met = (fault: StoreFault): void => {
    metAt = now();
    if (own !== null) return;

    own = fault.code;
    log.error('the store is at fault: nothing is taken in', { fault: fault.code, seen: fault.words });
    // Not from within the statement that failed.
    setImmediate(settle);
  };

  /** Whether it takes a write and gives a read again. */
  const isWell = (): boolean => {
    try {
      forgetPages(store.database);
      store.meta.set(probeKey, String(now()));
      store.messages.chatsWithPending('');
      return true;
    } catch (error) {
      if (storeFaultOf(error) === null) log.error('the store could not be tried', { error: messageOf(error) });
      return false;
    }
  };

  const look = (): void => {
    const misplaced = store.database.misplaced();
    if (misplaced !== null) met(misplaced);
    else if (own !== null && now() - metAt >= quietFor && isWell()) {
      own = null;
      log.info('the store is well again');
    }
    settle();
  };
  const beat: Beat = createBeat({
    look,
    everyMs: lookEvery,
    withinMs: lookEvery,
    onProblem: (error) => log.error('the store could not be looked at', { error: messageOf(error) }),
    unref: true,
  });

  return {
    met,
    told: (fault) => {
      told = fault;
      settle();
    },
    own: () => own,
    holds,
    begin: beat.begin,
    close: () => {
      closed = true;
      void beat.close();
    },
  };
};
