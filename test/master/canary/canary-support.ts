import type { CanaryParts } from '../../../src/master/canary/canary-keeper.ts';
import { type CanaryRoom, createCanaryRoom } from '../../../src/master/canary-room.ts';
import { createSessionBook, type SessionBook } from '../../../src/orchestrator/state/session-book.ts';
import type { CanaryStanding } from '../../../src/session/canary.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { Store } from '../../../src/store/store.ts';

export interface OpenCanaries {
  readonly room: CanaryRoom;
  readonly book: SessionBook;
  /** What rows say, as it was published last. */
  readonly shown: () => ReadonlyMap<string, CanaryStanding>;
}

/** The room of a master whose workers read the same store; nobody is told of a change. */
export const openCanaries = (store: Store, now: () => EpochMs): OpenCanaries => {
  const book = createSessionBook(store, now);
  let shown: ReadonlyMap<string, CanaryStanding> = new Map();
  const room = createCanaryRoom({
    store,
    book,
    now,
    state: {
      setCanaries: (standings: typeof shown) => {
        shown = standings;
      },
    },
    log: {
      warn: (_: string, fields: { error: string }) => {
        throw new Error(fields.error);
      },
    },
    orchestrator: {},
  } as unknown as CanaryParts);
  return { room, book, shown: () => shown };
};
