import type { FleetEvent } from '../../session/records.ts';
import type { AiLight, FleetInfo, FleetSnapshot, Incident, SessionRow } from '../fleet.ts';
import type { Grant } from './grant.ts';
import { createSeenParts } from './seen-parts.ts';

/**
 * The fleet as a token sees it. Who only looks gets no code that links a phone. Who is limited to some sessions gets nothing of the others:
 * no row, event, incident, job or alert, no sum that they are part of, and no name of them in a sentence.
 */
export interface SeenSnapshot {
  /** Rows, lists and the whole keep their identity while nothing of them changes; its sequence counts what this token sees change. */
  of(snapshot: FleetSnapshot): FleetSnapshot;
  row(row: SessionRow, snapshot: FleetSnapshot): SessionRow;
  event(event: FleetEvent, snapshot: FleetSnapshot): FleetEvent;
  incident(incident: Incident, snapshot: FleetSnapshot): Incident | null;
  /** Takes names that it does not see out of a sentence. */
  hide(text: string, snapshot: FleetSnapshot): string;
}

const severity: Readonly<Record<AiLight['status'], number>> = { bad: 3, warn: 2, ok: 1, off: 0 };

const worstAi = (rows: readonly SessionRow[]): FleetInfo['health']['ai'] => {
  const [worst] = rows.map(({ ai }) => ai).toSorted((a, b) => severity[b.status] - severity[a.status]);
  return worst === undefined ? { status: 'off', reason: null } : { ...worst };
};

const perMinute = (perHour: number): number => Math.round((perHour / 60) * 10) / 10;
const sum = (rows: readonly SessionRow[], of: (row: SessionRow) => number): number =>
  rows.reduce((all, row) => all + of(row), 0);

/** What is counted over all sessions is counted over these; what cannot be is not told. */
const limitedInfo = (fleet: FleetInfo, rows: readonly SessionRow[]): FleetInfo => ({
  ...fleet,
  settingsFingerprint: '',
  machine: null,
  health: {
    store: { status: fleet.health.store.status, reason: null },
    ai: worstAi(rows),
    alerts: { status: 'off', reason: null },
    replica: null,
  },
  messagesPerMinute: {
    in: perMinute(sum(rows, ({ receivedLastHour }) => receivedLastHour)),
    out: perMinute(sum(rows, ({ sentLastHour }) => sentLastHour)),
  },
  aiToday: { costUsd: sum(rows, ({ costTodayUsd }) => costTodayUsd), budgetUsd: null },
});

/** The same list again where nothing of it changed. */
const kept = <T>(before: readonly T[] | undefined, after: readonly T[]): readonly T[] =>
  before !== undefined && before.length === after.length && before.every((each, at) => each === after[at])
    ? before
    : after;

/** The same, where what was made anew may read as before: that something else changed is not told either. */
const keptAlike = <T extends { readonly id: string | number }>(
  before: readonly T[] | undefined,
  after: readonly T[],
): readonly T[] => {
  const known = new Map((before ?? []).map((each) => [each.id, each]));
  return kept(
    before,
    after.map((each) => {
      const was = known.get(each.id);
      return was !== undefined && was !== each && JSON.stringify(was) === JSON.stringify(each) ? was : each;
    }),
  );
};

export const createSeenSnapshot = (grant: Grant): SeenSnapshot => {
  const { sessions: allowed } = grant;
  const access: FleetInfo['access'] = { token: grant.name, scope: grant.scope, isLimited: allowed !== null };
  const parts = createSeenParts(grant);
  const { sees } = parts;
  let infoKey = '';
  let source: FleetSnapshot | null = null;
  let seen: FleetSnapshot | null = null;

  /** Its identity lasts while nothing of it changes. */
  const infoOf = (snapshot: FleetSnapshot, own: readonly SessionRow[]): FleetInfo => {
    if (source?.fleet === snapshot.fleet && seen !== null && (allowed === null || seen.sessions === own))
      return seen.fleet;
    const info: FleetInfo = { ...(allowed === null ? snapshot.fleet : limitedInfo(snapshot.fleet, own)), access };
    const key = JSON.stringify(info);
    if (key === infoKey && seen !== null) return seen.fleet;
    infoKey = key;
    return info;
  };

  const whole = (snapshot: FleetSnapshot): FleetSnapshot => ({
    ...snapshot,
    sessions: kept(seen?.sessions, snapshot.sessions.map(parts.row)),
    fleet: infoOf(snapshot, snapshot.sessions),
  });

  const limited = (snapshot: FleetSnapshot, own: ReadonlySet<string>): FleetSnapshot => {
    const sessions = keptAlike(seen?.sessions, snapshot.sessions.filter(({ name }) => sees(name)).map(parts.row));
    const next: FleetSnapshot = {
      sequence: seen?.sequence ?? 1,
      fleet: infoOf(snapshot, sessions),
      sessions,
      incidents: keptAlike(
        seen?.incidents,
        snapshot.incidents.flatMap((incident) => parts.incident(incident, snapshot) ?? []),
      ),
      // They are about the machine, and name whatever is on it.
      banners: seen?.banners ?? [],
      jobs: keptAlike(
        seen?.jobs,
        snapshot.jobs.filter(({ session }) => session !== null && own.has(session)),
      ),
      events: keptAlike(
        seen?.events,
        snapshot.events.filter(({ sessionName }) => sessionName !== null && sees(sessionName)).map(parts.event),
      ),
      trends: null,
    };
    if (seen === null) return next;
    const isSame = (['fleet', 'sessions', 'incidents', 'jobs', 'events'] as const).every(
      (part) => next[part] === seen?.[part],
    );
    return isSame ? seen : { ...next, sequence: seen.sequence + 1 };
  };

  const of = (snapshot: FleetSnapshot): FleetSnapshot => {
    if (source === snapshot && seen !== null) return seen;
    parts.learn(snapshot);
    seen = allowed === null ? whole(snapshot) : limited(snapshot, allowed);
    source = snapshot;
    return seen;
  };

  return {
    of,
    row: (row, snapshot) => {
      of(snapshot);
      return parts.row(row);
    },
    event: (event, snapshot) => {
      of(snapshot);
      return parts.event(event);
    },
    incident: (incident, snapshot) => {
      of(snapshot);
      return parts.incident(incident, snapshot);
    },
    hide: (text, snapshot) => {
      of(snapshot);
      return parts.hide(text);
    },
  };
};
