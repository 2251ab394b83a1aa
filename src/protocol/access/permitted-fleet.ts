import { covers, type TokenScope } from '../../session/access.ts';
import { draftIsGone } from '../../session/draft-is-gone.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { FleetEvent } from '../../session/records.ts';
import { unknownSession } from '../../session/unknown-session.ts';
import type { Fleet } from '../door.ts';
import type { FleetSnapshot, Incident, SessionRow } from '../fleet.ts';
import { type FleetApi, type FleetMethod, fleetRequests } from '../fleet-api.ts';
import { withoutPaths } from './address-hosts.ts';
import { actorOf, type Grant } from './grant.ts';
import { asOne, filtered, withoutOthers } from './limited-answers.ts';
import { methodRules, scopeOfRequest } from './scopes.ts';
import { createSeenSnapshot, type SeenSnapshot } from './seen-snapshot.ts';

type Params = Readonly<Record<string, unknown>>;
type Asks = <M extends FleetMethod>(method: M, params: Params) => Promise<FleetApi[M]['result']>;

const recordOf = (value: unknown): Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Params) : {};

export const tooLittle = (has: TokenScope, wanted: TokenScope): FleetError =>
  new FleetError('forbidden', `this token has the scope ${has}; this needs ${wanted}.`);
export const wholeFleetOnly = (): FleetError =>
  new FleetError('forbidden', 'this is about the whole fleet, and this token is limited to some sessions.');
export const tokenEnded = (): FleetError => new FleetError('unauthorized', 'this token was revoked or has expired.');

/** Throws `forbidden` where the scope does not reach. */
export const refuseBeyond = (scope: TokenScope, method: FleetMethod, params: unknown): void => {
  const wanted = scopeOfRequest(method, params);
  if (!covers(scope, wanted)) throw tooLittle(scope, wanted);
};

/** Who acts is told by the token's name, whatever its owner says. */
const signed = (method: FleetMethod, params: Params, grant: Grant): Params =>
  'actor' in fleetRequests[method].shape ? { ...params, actor: actorOf(grant) } : params;

/** An answer as this token may see it. */
const shownTo = (
  { scope, sessions: allowed }: Grant,
  seen: SeenSnapshot,
  now: FleetSnapshot,
  method: FleetMethod,
  given: unknown,
): unknown => {
  const sees = (name: string): boolean => allowed === null || allowed.has(name);
  const cut =
    allowed === null
      ? undefined
      : (withoutOthers[method] as ((result: unknown, sees: (name: string) => boolean) => unknown) | undefined);
  const whole = recordOf(cut === undefined ? given : cut(given, sees));
  const result = covers(scope, 'admin') ? whole : withoutPaths(whole);
  const { row, details, events, incidents, words } = result;
  return {
    ...result,
    ...(row === undefined ? {} : { row: seen.row(row as SessionRow, now) }),
    ...(details === undefined
      ? {}
      : { details: { ...recordOf(details), row: seen.row(recordOf(details)['row'] as SessionRow, now) } }),
    ...(method === 'events'
      ? { events: (events as readonly FleetEvent[]).map((event) => seen.event(event, now)) }
      : {}),
    ...(method === 'incidents'
      ? { incidents: (incidents as readonly Incident[]).flatMap((incident) => seen.incident(incident, now) ?? []) }
      : {}),
    ...(method === 'check' ? { words: (words as readonly string[]).map((word) => seen.hide(word, now)) } : {}),
  };
};

/**
 * The fleet for whoever has this grant: the one place where scope and sessions of a token are held, for the door, the API and whatever else
 * serves a token. A session that it is not limited to answers as one that there is not.
 */
export const permittedFleet = (fleet: Fleet, grant: Grant): Fleet => {
  const { sessions: allowed, scope } = grant;
  const seen = createSeenSnapshot(grant);
  const sees = (name: string): boolean => allowed === null || allowed.has(name);
  const snapshot = () => seen.of(fleet.getSnapshot());
  const names = (): readonly string[] => snapshot().sessions.map(({ name }) => String(name));
  const ask: Asks = (method, params) => fleet.request(method, params as FleetApi[typeof method]['params']);
  const unknown = (name: string): FleetError => unknownSession(name, names());

  const refuseOthers = (method: FleetMethod, params: Params): void => {
    for (const key of ['name', 'from']) {
      const name = params[key];
      if (typeof name === 'string' && !sees(name)) throw unknown(name);
    }
    // Its other sessions are what it is compared with.
    if (method === 'canaryStart' && params['label'] !== undefined) throw wholeFleetOnly();
  };

  const askEach = async (method: FleetMethod, params: Params): Promise<unknown> => {
    const results: unknown[] = [];
    for (const name of names()) results.push(await ask(method, { ...params, name }));
    const combine = asOne[method] as ((results: readonly unknown[], params: Params) => unknown) | undefined;
    if (combine === undefined) throw wholeFleetOnly();
    return combine(results, params);
  };

  const askFiltered = async (method: FleetMethod, params: Params): Promise<unknown> => {
    const result = await ask(method, params);
    const keep = filtered[method] as
      | ((result: unknown, sees: (name: string) => boolean, params: Params) => unknown)
      | undefined;
    // The incidents themselves are the snapshot's to cut.
    if (keep === undefined && method !== 'incidents') throw wholeFleetOnly();
    return keep?.(result, sees, params) ?? result;
  };

  const askOwner = async (method: FleetMethod, params: Params): Promise<unknown> => {
    if (method === 'job') {
      const result = await ask('job', params);
      const { session = null } = result.job ?? {};
      return session !== null && sees(session) ? result : { job: null };
    }
    for (const name of names()) {
      const { drafts } = await ask('drafts', { name });
      if (drafts.some(({ outboxId }) => outboxId === params['outboxId'])) return ask(method, params);
    }
    throw draftIsGone();
  };

  const askLimited = async (method: FleetMethod, params: Params): Promise<unknown> => {
    const { limit } = methodRules[method];
    const isNamed = typeof params['name'] === 'string';
    if (limit === 'any') return ask(method, params);
    if (limit === 'fleet' || (limit === 'named' && !isNamed)) throw wholeFleetOnly();
    if (limit === 'filtered') return askFiltered(method, params);
    if (limit === 'owner') return askOwner(method, params);
    if (limit === 'made' && isNamed && !sees(String(params['name'])))
      throw new FleetError('forbidden', 'this token is limited to some sessions, and can make no other one.');
    refuseOthers(method, params);
    return limit === 'each' && !isNamed ? askEach(method, params) : ask(method, params);
  };

  /** What is refused names no session that it does not see, and no session is refused otherwise than one that there is not. */
  const refusal = (error: unknown, params: Params): unknown => {
    if (allowed === null || !(error instanceof FleetError)) return error;
    if (error.code === 'no-such-session' && typeof params['name'] === 'string') return unknown(params['name']);
    return new FleetError(error.code, seen.hide(error.message, fleet.getSnapshot()));
  };

  return {
    getSnapshot: snapshot,
    subscribe: (listener) => fleet.subscribe(listener),
    request: async (method, given) => {
      if (!grant.isOpen()) throw tokenEnded();
      refuseBeyond(scope, method, given);

      const params = signed(method, recordOf(given), grant);
      try {
        const answer = allowed === null ? await ask(method, params) : await askLimited(method, params);
        const result = shownTo(grant, seen, fleet.getSnapshot(), method, answer);
        // Whoever waited for it may have lost the right meanwhile.
        if (!grant.isOpen()) throw tokenEnded();
        return result as never;
      } catch (error) {
        throw refusal(error, params);
      }
    },
    connection: () => fleet.connection(),
    // The door is not this client's to close.
    close: async () => undefined,
  };
};
