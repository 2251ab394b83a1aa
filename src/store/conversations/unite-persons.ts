import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../store.ts';

/**
 * Makes one of conversations that are one person's and were stored apart before that was known: same number, or the LID of one is the
 * address of the other. One pair at a time, so that nobody waits long for the store; how many were merged.
 */
export const unitePersons = async (
  store: Pick<Store, 'conversations'>,
  sessionId: string,
  now: () => EpochMs,
): Promise<number> => {
  let merged = 0;
  let after = 0;
  for (;;) {
    const twin = store.conversations.nextTwin(sessionId, after);
    if (twin === null) return merged;

    const { id, phone, lid } = twin.conversation;
    after = id;
    const one = store.conversations.learn(id, { addresses: twin.addresses, phone, lid }, now());
    if (one !== null && one.id !== id) merged += 1;
    await nextTurn();
  }
};
