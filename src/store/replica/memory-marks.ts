import type { Store } from '../store.ts';
import type { ReplicaStore } from './replica-store.ts';

/** Up to which message of the other store the summary goes, and from which one its memory begins. */
interface MemoryMarks {
  readonly through: number;
  readonly from: number;
}

/** Both refer to message numbers of the other store; they are translated as the messages come in. */
export const createMemoryMarks = ({ database }: Store, replica: ReplicaStore) => {
  const keyOf = (conversationId: number): string => `marks:${conversationId}`;

  return {
    keep: (conversationId: number, marks: MemoryMarks): void => {
      if (marks.through > 0 || marks.from > 0) replica.setState(keyOf(conversationId), JSON.stringify(marks));
    },

    /** The message that was `oldSeq` there is `seq` here. */
    translate: (conversationId: number, oldSeq: number, seq: number): void => {
      const text = replica.state(keyOf(conversationId));
      if (text === null) return;

      const marks = JSON.parse(text) as MemoryMarks;
      if (oldSeq <= marks.through)
        database.run('UPDATE conversations SET summary_through = ? WHERE id = ?', seq, conversationId);
      if (oldSeq < marks.from)
        database.run('UPDATE conversations SET history_from = ? WHERE id = ?', seq + 1, conversationId);
    },
  };
};
