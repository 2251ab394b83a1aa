import { randomUUID } from 'node:crypto';
import type { EpochMs } from '../../session/units.ts';
import { ReplicaFailure } from './replica-failure.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { SupabaseDoor } from './supabase-door.ts';

export interface StreamOptions {
  readonly replica: ReplicaStore;
  readonly door: SupabaseDoor;
  readonly nodeId: string;
  readonly host: string;
  readonly now: () => EpochMs;
  /** What stands there is not what was left there: emptied, or from a backup. */
  readonly onRewound: () => void;
}

/** A stream that is opened again so soon is fought over by two stores with one identity. */
const fightWindowMs = 10 * 60_000;

/** Where the change feed stands on both sides, and what is done when they differ. */
export const createStream = ({ replica, door, nodeId, host, now, onRewound }: StreamOptions) => {
  let openedAt: EpochMs | null = null;

  const openStream = async (expected: string | null): Promise<void> => {
    if (expected !== null && openedAt !== null && now() - openedAt < fightWindowMs)
      throw new ReplicaFailure(
        'refused',
        'another server writes to this Supabase with the same fleet id (a copied data folder?). Stop one of them; delete data/ on the copy.',
      );
    const stream = randomUUID();
    // Kept before it is asked for: when the answer is lost, the stream that stands there is still known as ours.
    replica.setState('stream', stream);
    const answer = await door.call('zap_fleet_open', {
      p_node: nodeId,
      p_host: host,
      p_stream: stream,
      p_expected: expected,
    });
    if (answer.stream !== stream)
      throw new ReplicaFailure('away', 'the stream was opened by somebody else at this moment');
    openedAt = now();
    onRewound();
    replica.setCursor(0);
    replica.forgetState('skip');
    replica.forgetState('in_flight');
    for (const one of replica.sessions()) replica.update(one.sessionId, { sentInstructions: 0, syncedRevision: 0 });
  };

  /** Takes up where Supabase stands. */
  const align = async (stream: string | null, applied: number): Promise<void> => {
    const cursor = replica.cursor();
    if (stream === null || stream !== replica.state('stream')) return openStream(stream);
    if (applied === cursor) return;
    if (applied < cursor || String(applied) === replica.state('in_flight')) {
      if (applied < cursor) onRewound();
      replica.setCursor(applied);
      replica.forgetState('skip');
    } else await openStream(stream);
  };

  return {
    align,
    /** A new stream from the first change, whatever stands there. */
    reopen: async (): Promise<void> => {
      openedAt = null;
      await openStream(replica.state('stream'));
    },
  };
};
