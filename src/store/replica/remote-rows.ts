import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { looksSchema, type RemoteListing, type SupabaseDoor } from './supabase-door.ts';

/** No mark tells of tables that somebody restored or wrote with the triggers off. */
const wholeEvery: Milliseconds = 3_600_000;

export interface RemoteRows {
  /** By name, as of the last look. */
  readonly rows: ReadonlyMap<string, RemoteListing>;
  /** Of those that were asked about: another server has them now. */
  readonly elsewhere: ReadonlySet<string>;
  /** A row came, went or is another one since the look before. */
  readonly isChanged: boolean;
}

/**
 * What stands in Supabase of every session, kept here: a look asks for what has changed since the one before. A Supabase without file 8 of the
 * migrations is asked for all of it each time.
 */
export const createRemoteRows = ({
  door,
  nodeId,
  now,
}: {
  readonly door: SupabaseDoor;
  readonly nodeId: string;
  readonly now: () => EpochMs;
}) => {
  let rows = new Map<string, RemoteListing>();
  /** 0: the next look asks for all. */
  let mark = 0;
  let wholeAt: EpochMs = 0;

  const askAll = async (): Promise<RemoteRows> => {
    const listing = await door.call('zap_fleet_sessions', { p_node: nodeId });
    rows = new Map(listing.map((row) => [row.session_name, row]));
    mark = 0;
    const away = listing.filter((row) => row.running_elsewhere === true);
    return { rows, elsewhere: new Set(away.map((row) => row.session_name)), isChanged: true };
  };

  return {
    /** `watched`: names whose lease is asked after, as it ends without a change of the row. */
    look: async (watched: readonly string[]): Promise<RemoteRows> => {
      if (door.schema() < looksSchema) return askAll();

      if (now() - wholeAt > wholeEvery) mark = 0;
      const answer = await door.call('zap_fleet_look', { p_node: nodeId, p_since: mark, p_watched: watched });
      if (answer.whole) {
        rows = new Map();
        wholeAt = now();
      }
      for (const name of answer.gone) rows.delete(name);
      for (const row of answer.sessions) rows.set(row.session_name, row);
      mark = answer.mark;
      const isChanged = answer.whole || answer.gone.length > 0 || answer.sessions.length > 0;
      return { rows, elsewhere: new Set(answer.elsewhere), isChanged };
    },
    /** The tables are not those that the last look saw. An absence is no reason: all servers that come back would ask for all of it at once. */
    forget: (): void => {
      mark = 0;
    },
  };
};
