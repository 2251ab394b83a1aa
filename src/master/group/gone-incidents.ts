import { z } from 'zod';
import type { Incident } from '../../protocol/fleet.ts';
import type { GoneSession } from '../../protocol/group.ts';
import { failovers } from '../../session/failover.ts';
import type { EpochMs } from '../../session/units.ts';
import type { IncidentStore, StoredIncident } from '../../store/incident-store.ts';
import type { GoneServer } from '../../store/replica/group-watch.ts';
import { leftWords } from '../../words/gone-words.ts';
import { incidentWordsIn } from '../../words/incident-words.ts';

/**
 * The end of another server, where this one is the one that tells people: an incident among the others, kept in the store, so that the next
 * master neither opens nor tells it anew.
 */

const bodySchema = z.object({
  gone: z.object({
    nodeId: z.string(),
    name: z.string(),
    host: z.string().nullable(),
    since: z.number(),
    sessions: z.array(
      z.object({
        id: z.string().nullable(),
        name: z.string(),
        failover: z.enum(failovers),
        takenBy: z.string().nullable(),
        leaseLasts: z.boolean(),
      }),
    ),
  }),
});
type Gone = z.output<typeof bodySchema>['gone'];

interface GoneRecord extends Gone {
  readonly id: number;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs | null;
}

/** Null: it is another incident. */
const readRecord = ({ id, startedAt, endedAt, body }: StoredIncident): GoneRecord | null => {
  try {
    const parsed = bodySchema.safeParse(JSON.parse(body));
    return parsed.success ? { ...parsed.data.gone, id, startedAt, endedAt } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

const shownIncident = ({ id, name, sessions, startedAt, endedAt }: GoneRecord): Incident => {
  const { cause, conclusion } = incidentWordsIn.en.blames['server-gone'];
  return {
    id,
    blame: 'server-gone',
    cause: `${cause} (${name})`,
    startedAt,
    endedAt,
    sessionIds: sessions.map((session) => session.id ?? session.name),
    totalSessions: sessions.length,
    checks: [],
    conclusion: `${conclusion} ${leftWords(sessions, 'en')}`,
    nextTryAt: null,
    clientText: '',
    gone: { node: name, sessions },
  };
};

/** So many are looked through for the ones that are open. */
const lookedThrough = 1000;
const shownPast = 20;

export const createGoneIncidents = (options: {
  readonly incidents: IncidentStore;
  readonly clientText: string;
  /** Whether people were told of it. */
  readonly isTold: (incidentId: number) => boolean;
  readonly record: (kind: 'server-gone' | 'server-back', server: Pick<Gone, 'name' | 'since'>, text: string) => void;
  readonly now: () => EpochMs;
}) => {
  const { incidents, now } = options;
  const read = (limit: number): GoneRecord[] => incidents.list(limit).flatMap((one) => readRecord(one) ?? []);
  const records = read(lookedThrough).filter((record, at) => record.endedAt === null || at < shownPast);
  const open = new Map(
    records.filter(({ endedAt }) => endedAt === null).map((record) => [record.nodeId, record] as const),
  );
  let past = records.filter(({ endedAt }) => endedAt !== null);

  const bodyOf = ({ nodeId, name, host, since, sessions }: Gone): string =>
    JSON.stringify({ gone: { nodeId, name, host, since, sessions } });
  const shown = (record: GoneRecord): Incident => ({ ...shownIncident(record), clientText: options.clientText });

  const follow = (server: GoneServer): void => {
    const sessions: GoneSession[] = server.sessions.map((session) => ({ ...session }));
    const before = open.get(server.nodeId);
    const gone: Gone = { nodeId: server.nodeId, name: server.name, host: server.host, since: server.since, sessions };
    if (before === undefined) {
      const startedAt = now();
      const id = incidents.add(startedAt, bodyOf(gone));
      open.set(server.nodeId, { ...gone, id, startedAt, endedAt: null });
      options.record(
        'server-gone',
        server,
        `the server ${server.name} is gone: it was not heard of any more. ${leftWords(sessions, 'en')}`,
      );
      return;
    }
    if (bodyOf(before) === bodyOf(gone)) return;

    incidents.update(before.id, bodyOf(gone), null);
    open.set(server.nodeId, { ...before, ...gone });
  };

  const end = (record: GoneRecord): void => {
    const endedAt = now();
    incidents.update(record.id, bodyOf(record), endedAt);
    open.delete(record.nodeId);
    past = [{ ...record, endedAt }, ...past].slice(0, shownPast);
    options.record('server-back', record, `the server ${record.name} is heard of again`);
  };

  return {
    /** Takes up what is known of the others now; answers with those of whose end people were told. */
    hear: (gone: readonly GoneServer[]): readonly string[] => {
      const ours = gone.filter(({ mournedHere, stopped }) => mournedHere && !stopped);
      for (const server of ours) follow(server);
      const lasting = new Set(ours.map(({ nodeId }) => nodeId));
      for (const record of [...open.values()]) if (!lasting.has(record.nodeId)) end(record);
      return [...open.values()].filter(({ id }) => options.isTold(id)).map(({ nodeId }) => nodeId);
    },
    /** The open ones and the last that ended, newest first. */
    latest: (): readonly Incident[] => [...open.values(), ...past].sort((a, b) => b.id - a.id).map(shown),
    history: (limit: number): readonly Incident[] => read(limit).map(shown),
  };
};
export type GoneIncidents = ReturnType<typeof createGoneIncidents>;
