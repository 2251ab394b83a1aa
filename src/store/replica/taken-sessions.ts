import type { ReplicaStore } from './replica-store.ts';

/**
 * Sessions that came from another server and whose row was not seen since. Up to that look the row may say what the other server wanted of the
 * session: it was stopped there, and that is why it is here. What a person writes later is an edit.
 */
const prefix = 'taken:';
/** The character after the colon: keys are read as a range of their index. */
const end = 'taken;';

export const createTakenSessions = (replica: Pick<ReplicaStore, 'setState' | 'forgetState' | 'keysBetween'>) => ({
  mark: (sessionId: string): void => replica.setState(`${prefix}${sessionId}`, '1'),
  /** Its row was seen as it is since it is here. */
  seen: (sessionId: string): void => replica.forgetState(`${prefix}${sessionId}`),
  ids: (): ReadonlySet<string> => new Set(replica.keysBetween(prefix, end).map((key) => key.slice(prefix.length))),
});
export type TakenSessions = ReturnType<typeof createTakenSessions>;
