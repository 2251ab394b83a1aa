import { covers } from '../../session/access.ts';
import type { FleetEvent } from '../../session/records.ts';
import { incidentWordsIn } from '../../words/incident-words.ts';
import type { FleetSnapshot, Incident, SessionRow } from '../fleet.ts';
import type { Grant } from './grant.ts';
import { type Hide, hiddenName, hideIn, hideNames } from './hidden-names.ts';

/** Rows, events and incidents as a token sees them; each is made once, for as long as what it is made of stays. */
export interface SeenParts {
  sees(name: string): boolean;
  /** Names that are told of now and not seen are hidden from now on. */
  learn(snapshot: FleetSnapshot): void;
  row(row: SessionRow): SessionRow;
  event(event: FleetEvent): FleetEvent;
  /** Null: none of its sessions is seen. */
  incident(incident: Incident, snapshot: FleetSnapshot): Incident | null;
  hide(text: string): string;
}

const made = <K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V => {
  const found = known.get(key);
  if (found !== undefined) return found;
  const value = make();
  known.set(key, value);
  return value;
};

/** What of an incident is not counted over all of its sessions. */
const limitedIncident = (incident: Incident, ids: readonly string[], hide: Hide): Incident => {
  const { cause, conclusion } = incidentWordsIn.en.blames[incident.blame];
  return {
    id: incident.id,
    blame: incident.blame,
    cause,
    startedAt: incident.startedAt,
    endedAt: incident.endedAt,
    sessionIds: ids,
    totalSessions: ids.length,
    checks: incident.checks,
    conclusion,
    nextTryAt: incident.nextTryAt,
    clientText: hide(incident.clientText),
  };
};

export const createSeenParts = (grant: Grant): SeenParts => {
  const { sessions: allowed } = grant;
  const showsCodes = covers(grant.scope, 'operate');
  const sees = (name: string): boolean => allowed === null || allowed.has(name);

  let hide: Hide = (text) => text;
  const hidden = new Set<string>();
  let rows = new WeakMap<SessionRow, SessionRow>();
  let events = new WeakMap<FleetEvent, FleetEvent>();
  let incidents = new WeakMap<Incident, Incident>();

  /** Everything was made with the names that there were: with others it is made anew. */
  const learn = ({ sessions, group }: FleetSnapshot): void => {
    if (allowed === null) return;
    const elsewhere = (group?.gone ?? []).flatMap((gone) => gone.sessions.map(({ name }) => name));
    const unknown = [...sessions.map(({ name }) => String(name)), ...elsewhere].filter(
      (name) => !sees(name) && !hidden.has(name),
    );
    if (unknown.length === 0) return;
    // One that is gone stays hidden: what was said of it is still told.
    for (const name of unknown) hidden.add(name);
    hide = hideNames([...hidden]);
    rows = new WeakMap();
    events = new WeakMap();
    incidents = new WeakMap();
  };

  const limitedRow = (row: SessionRow): SessionRow => ({
    ...row,
    reason: row.reason === null ? null : hide(row.reason),
    ai: row.ai.reason === null ? row.ai : { ...row.ai, reason: hide(row.ai.reason) },
    ...(row.probe === undefined || row.probe === null
      ? {}
      : {
          probe: {
            ...row.probe,
            from: sees(row.probe.from) ? row.probe.from : hiddenName,
            reason: row.probe.reason === null ? null : hide(row.probe.reason),
            waitsFor: row.probe.waitsFor === null ? null : hide(row.probe.waitsFor),
          },
        }),
  });
  const rowOf = (row: SessionRow): SessionRow =>
    made(rows, row, () => {
      const plain = showsCodes || (row.qr === null && row.pairing === null) ? row : { ...row, qr: null, pairing: null };
      return allowed === null ? plain : limitedRow(plain);
    });

  const eventOf = (event: FleetEvent): FleetEvent =>
    allowed === null
      ? event
      : made(events, event, () => ({
          ...event,
          text: hide(event.text),
          evidence: hideIn(hide, event.evidence) as FleetEvent['evidence'],
          actor: hide(event.actor),
        }));

  const incidentOf = (incident: Incident, snapshot: FleetSnapshot): Incident | null => {
    if (allowed === null) return incident;
    const own = new Set(snapshot.sessions.filter(({ name }) => sees(name)).map(({ id }) => id));
    const ids = incident.sessionIds.filter((id) => own.has(id));
    if (ids.length === 0) return null;
    const known = incidents.get(incident);
    if (known !== undefined && known.sessionIds.length === ids.length) return known;
    const shown = limitedIncident(incident, ids, hide);
    incidents.set(incident, shown);
    return shown;
  };

  return { sees, learn, row: rowOf, event: eventOf, incident: incidentOf, hide: (text) => hide(text) };
};
