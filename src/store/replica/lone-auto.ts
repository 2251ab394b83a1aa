import { plainText } from '../../session/plain-text.ts';
import type { StoredSession } from '../session-store.ts';

/**
 * A session that another server may take, where there is none: nothing is gained, and a person who counts on it should know. Null: nobody
 * counts on it, or there is another one.
 */
export const loneAutoProblem = (
  others: number,
  sessions: readonly Pick<StoredSession, 'name' | 'failover' | 'desiredState'>[],
): string | null => {
  if (others > 0) return null;
  const auto = sessions.find(({ failover, desiredState }) => failover === 'auto' && desiredState === 'running');
  if (auto === undefined) return null;
  const name = plainText(auto.name);
  return `failover auto of ${name} buys nothing: no other server shares this Supabase. Set a second one up, or: zap-fleet config ${name} set failover manual`;
};
