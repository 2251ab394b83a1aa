import type { StoreTransfer } from '../../session/records.ts';
import type { Edits } from './edits.ts';
import type { Leases } from './leases.ts';
import type { Pusher } from './pusher.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { ReplicationLoop } from './replication-loop.ts';
import type { Transfer } from './transfer.ts';

export interface ErrandsOptions {
  readonly pusher: Pusher;
  readonly edits: Edits;
  readonly leases: Leases;
  readonly transfer: Transfer;
  readonly replica: ReplicaStore;
  readonly loop: ReplicationLoop;
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>;
  readonly drain: () => Promise<void>;
}

/** What a person asks for and waits for: everything there, everything here, one session here. */
export const createErrands = (options: ErrandsOptions) => {
  const { pusher, edits, leases, transfer, replica, loop, drain } = options;
  const errand = <T>(work: () => Promise<T>): Promise<T> => options.exclusive(() => loop.insist(work));

  const pushEverything = async (): Promise<StoreTransfer> => {
    await loop.greet();
    await drain();
    // An emptied Supabase knows of no lease.
    await leases.renew();

    const first = await transfer.pushReport();
    if (first.complete || replica.asideCount() > 0) return first;

    // Somebody erased rows there: everything goes once more.
    await pusher.restart();
    await drain();
    return transfer.pushReport();
  };

  return {
    pushAll: (): Promise<StoreTransfer> => errand(pushEverything),

    pullAll: (onRows?: (rows: number) => void): Promise<StoreTransfer> =>
      errand(async () => {
        await loop.greet();
        return transfer.pullAll(onRows);
      }),

    adopt: (name: string): Promise<string> =>
      errand(async () => {
        await pusher.hello();
        const id = await transfer.adopt(name);
        await edits.poll();
        return id;
      }),
  };
};
