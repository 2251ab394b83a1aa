import { randomBytes } from 'node:crypto';
import { createBeat } from '../pace/beat.ts';
import type { FleetApi } from '../protocol/fleet-api.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import {
  type Hook,
  type HookLine,
  hookBounds,
  hookEventsOf,
  hookEventTypes,
  hookNameProblem,
  hookUrlProblem,
} from '../session/hook.ts';
import { plainText } from '../session/plain-text.ts';
import { hostOf, plainHost } from '../session/tool.ts';
import type { Milliseconds } from '../session/units.ts';
import { hookSecretOf, writeHookSecret } from '../settings/hook-secrets.ts';
import type { StoredHook } from '../store/hook-store.ts';
import { storeFaultOf } from '../store/store-fault.ts';
import { loadSecretToKeep, refuseChanged } from './given-secret.ts';
import type { HookCourier, HookCourierOptions } from './hooks/hook-courier.ts';
import type { MasterParts } from './open-parts.ts';
import type { Room } from './room.ts';

/** Addresses that are told what happens in sessions: how they are set, and the beat on which events go out. A fleet without one loads none of it. */

export type HookRoom = Room<'hooks' | 'hookSet' | 'hookRemove' | 'hookTest' | 'hookDead' | 'hookAgain'>;

type Parts = Pick<MasterParts, 'book' | 'log' | 'now' | 'paths' | 'state' | 'store'>;
type Asked = FleetApi['hookSet']['params'];

const lookEvery: Milliseconds = 1000;
const lookWithin: Milliseconds = 30_000;
const pruneEvery: Milliseconds = 60_000;
const prunedAtOnce = 500;
/** What is on its way when the master ends may still be taken, and is known as taken then. */
const lastAnswersWithin: Milliseconds = 2000;
const bannerId = 'hooks-failing';
/** A hook that takes nothing for so long is shown on every screen, and alerted. */
const shownAfter: Milliseconds = 30 * 60_000;

const noSuchHook = (session: string, hook: string): FleetError =>
  new FleetError('usage', `${session} has no hook ${plainText(hook).slice(0, 60)}. See: zap-fleet hook ls ${session}`);

const refuse = (problem: string | null): void => {
  if (problem !== null) throw new FleetError('usage', problem);
};

/** The hook as it is to be; what is left out stays, or is the usual. Throws `usage`. */
const asAsked = (asked: Asked, known: StoredHook | null): Hook => {
  refuse(hookNameProblem(asked.hook));
  const url = asked.url ?? known?.url;
  if (url === undefined) throw new FleetError('usage', 'say where events go, with --url https://…');
  const allowHosts = (asked.allowHosts ?? known?.allowHosts ?? []).map((host) => {
    const plain = plainHost(host);
    if (plain === null) throw new FleetError('usage', `${plainText(host)} is no host. Example: --allow-host n8n.local`);
    return plain;
  });
  refuse(hookUrlProblem(url, allowHosts));
  const chosen = hookEventsOf(asked.events ?? known?.events ?? ['all']);
  if ('unknown' in chosen)
    throw new FleetError(
      'usage',
      `${plainText(chosen.unknown).slice(0, 60)} is no event. There are: ${hookEventTypes.join(', ')}, all`,
    );
  return { name: asked.hook, url, events: chosen.events, allowHosts };
};

const createMethods = (parts: Parts): HookRoom['methods'] => {
  const { book, store, paths, now } = parts;

  const lineOf = (hook: StoredHook): HookLine => ({
    name: hook.name,
    url: hook.url,
    events: hookEventTypes.filter((type) => hook.events.includes(type)),
    allowHosts: hook.allowHosts,
    hasSecret: hookSecretOf(paths, hook.sessionId, hook) !== null,
    setAt: hook.setAt,
    setBy: hook.setBy,
    delivered: hook.delivered,
    deliveredAt: hook.deliveredAt,
    ...store.hooks.standing(hook),
    problem: hook.problem,
    failingSince: hook.failingSince,
    nextTryAt: hook.problem === null ? null : hook.nextAt,
  });

  const hookOf = (name: string, hook: string): StoredHook => {
    const { stored } = book.get(name);
    const known = store.hooks.get(stored.id, hook);
    if (known === null) throw noSuchHook(stored.name, hook);
    return known;
  };

  return {
    hooks: ({ name }) => ({ hooks: store.hooks.list(book.get(name).stored.id).map(lineOf) }),

    hookSet: async (asked) => {
      const secretToKeep = await loadSecretToKeep();
      const session = book.get(asked.name);
      const { id, name } = session.stored;
      const known = store.hooks.get(id, asked.hook);
      if (asked.isNew === true && known !== null)
        throw new FleetError('usage', `${asked.hook} is there already. Change it with: zap-fleet hook set`);
      if (asked.isNew === false && known === null) throw noSuchHook(name, asked.hook);
      refuseChanged(asked.hook, known, asked.seenAt);
      if (known === null && store.hooks.list(id).length >= hookBounds.perSession)
        throw new FleetError('usage', `a session has ${hookBounds.perSession} hooks at most.`);
      const hook = asAsked(asked, known);
      const secret = secretToKeep(asked, hookSecretOf(paths, id, hook) !== null);
      const actor = asked.actor ?? 'you';
      // A file that cannot be written takes the definition back, too.
      store.database.transaction(() => {
        store.hooks.put(id, hook, actor, now());
        if (secret === null) return;
        parts.log.addSecret(secret.secret);
        writeHookSecret(paths, id, hook.name, { host: hostOf(hook.url), secret: secret.secret });
      });
      book.reload(session);
      book.record(session, {
        level: 'info',
        kind: 'hook-set',
        text: `the hook ${hook.name} is set: ${hostOf(hook.url)}`,
        evidence: { hook: hook.name, host: hostOf(hook.url) },
        actor,
      });
      return { hook: lineOf(hookOf(name, hook.name)), secret: secret?.made === true ? secret.secret : null };
    },

    hookRemove: ({ name, hook, actor = 'you' }) => {
      const session = book.get(name);
      hookOf(name, hook);
      store.hooks.remove(session.stored.id, hook, now());
      writeHookSecret(paths, session.stored.id, hook, null);
      book.reload(session);
      book.record(session, {
        level: 'info',
        kind: 'hook-removed',
        text: `the hook ${hook} is removed`,
        evidence: { hook },
        actor,
      });
      return { removed: true };
    },

    hookTest: async ({ name, hook: given }) => {
      const hook = hookOf(name, given);
      const secret = hookSecretOf(paths, hook.sessionId, hook);
      if (secret === null)
        throw new FleetError(
          'refused-by-state',
          `${hook.name} has no secret on this server. Give it one with: --new-secret`,
        );
      const { callHook, testBody } = await import('./hooks/hook-call.ts');
      const key = randomBytes(16).toString('hex');
      const { url, allowHosts, sessionName } = hook;
      const call = { url, allowHosts, secret, key, body: testBody(sessionName, now()) };
      const { ms, ...answer } = await callHook(call, now());
      if (answer.reason === null) store.hooks.tookTest(hook);
      return { key, ms, answer };
    },

    hookDead: ({ name, hook }) => ({ dead: store.hooks.dead(hookOf(name, hook)) }),

    hookAgain: ({ name, hook }) => ({ events: store.hooks.wantAgain(hookOf(name, hook)) }),
  };
};

const news: Readonly<Record<Parameters<HookCourierOptions['tell']>[1], { level: 'info' | 'warn'; kind: string }>> = {
  failing: { level: 'warn', kind: 'hook-failing' },
  well: { level: 'info', kind: 'hook-well' },
  dead: { level: 'warn', kind: 'hook-dead' },
};

const newsText = (hook: StoredHook, what: keyof typeof news, reason: string, events: number): string => {
  if (what === 'failing') return `the hook ${hook.name} takes no events: ${reason}. They wait for it for a day`;
  if (what === 'well') return `the hook ${hook.name} takes events again`;
  return `the hook ${hook.name} was not told ${events} ${events === 1 ? 'event' : 'events'}: ${reason}. See: zap-fleet hook dead ${hook.sessionName} ${hook.name}`;
};

/** What waits is kept for a day: somebody should hear of it before. */
const showFailing = ({ state, store, now }: Parts): void => {
  const failing = store.hooks
    .failing()
    .filter((hook) => now() - (hook.failingSince ?? now()) >= shownAfter && store.hooks.isStuck(hook));
  const [first] = failing;
  if (first === undefined) {
    state.clearBanner(bannerId);
    return;
  }
  const others = failing.length - 1;
  const who = `The hook ${first.name} of ${first.sessionName}${others === 0 ? ' takes' : ` and ${others} more take`}`;
  state.setBanner({
    id: bannerId,
    level: 'bad',
    code: bannerId,
    text: `${who} no events; they wait for a day. See: zap-fleet hook ls ${first.sessionName}`,
    values: { hook: first.name, session: first.sessionName, others },
  });
};

const openCourier = async (parts: Parts, onProblem: (error: unknown) => void): Promise<HookCourier> => {
  const { createHookCourier } = await import('./hooks/hook-courier.ts');
  const { callHook } = await import('./hooks/hook-call.ts');
  const { book, store, paths, now } = parts;
  return createHookCourier({
    store: store.hooks,
    secretOf: (hook) => hookSecretOf(paths, hook.sessionId, hook),
    call: callHook,
    now,
    random: Math.random,
    onProblem,
    tell: (hook, what, { reason, events }) =>
      book.record(book.byId(hook.sessionId), {
        ...news[what],
        text: newsText(hook, what, reason, events),
        evidence: { hook: hook.name, host: hostOf(hook.url), reason, events, session: hook.sessionName },
      }),
  });
};

export const createHookRoom = (parts: Parts): HookRoom => {
  const { store, log, now } = parts;
  let courier: HookCourier | null = null;
  let isClosed = false;
  let prunedAt = 0;

  const onProblem = (error: unknown): void => {
    // What is wrong with the store is said once (store-watch-room.ts).
    if (!isClosed && storeFaultOf(error) === null)
      log.warn('events did not go out to hooks', { error: messageOf(error) });
  };

  const prune = (): void => {
    const since = now() - prunedAt;
    if (since >= 0 && since < pruneEvery) return;
    const hooks = store.hooks.list(null);
    courier?.keepOnly(hooks);
    if (store.hooks.prune(hooks, now(), prunedAtOnce) < prunedAtOnce) prunedAt = now();
  };

  const beat = createBeat({
    look: async () => {
      showFailing(parts);
      if (!store.hooks.isAny()) return;
      if (courier === null) {
        courier = await openCourier(parts, onProblem);
        // The next look reads them as they are then.
        return;
      }
      if (isClosed) return;
      courier.look(store.hooks.awaited());
      prune();
    },
    everyMs: lookEvery,
    withinMs: lookWithin,
    onProblem,
    unref: true,
  });

  return {
    methods: createMethods(parts),
    begin: () => beat.begin(),
    close: async () => {
      isClosed = true;
      await beat.close();
      await courier?.stop(lastAnswersWithin);
    },
  };
};
