import { expect, test } from 'vitest';
import type { HookCall } from '../../../src/master/hooks/hook-call.ts';
import { createHookCourier } from '../../../src/master/hooks/hook-courier.ts';
import { hookPauses, toldAfterTries } from '../../../src/master/hooks/hook-delivery.ts';
import { type HookAnswer, hookTriesFor } from '../../../src/session/hook.ts';
import type { StoredHook } from '../../../src/store/hook-store.ts';
import { addSession, chatOf, inbound, noon, temporaryStore } from '../../store/support.ts';
import { until } from '../../support/until.ts';

/** Events go to each hook in their order until they are taken; what is not is told of, and lies dead in the end. */

const taken: HookAnswer = { status: 204, reason: null, said: null };
const down: HookAnswer = { status: 503, reason: 'crm.example.com refused it with HTTP 503', said: null };
const refusal: HookAnswer = { status: 422, reason: 'crm.example.com refused it with HTTP 422', said: 'no' };

type Given = HookAnswer & { readonly ms?: number };
type Answers = (call: HookCall, id: string) => Given | Promise<Given>;

const setUp = (names: readonly string[] = ['crm']) => {
  const store = temporaryStore();
  const session = addSession(store);
  const { id: chat } = chatOf(store, session);
  for (const name of names)
    store.hooks.put(
      session.id,
      { name, url: `https://${name}.example.com/in`, events: ['message.received'], allowHosts: [] },
      'you',
      noon,
    );
  const state = {
    now: noon,
    asked: [] as string[],
    keys: new Map<string, Set<string>>(),
    told: [] as string[],
    /** Why they cannot be read. */
    secrets: null as Error | null,
    problems: 0,
    mayFail: false,
  };
  let answers: Answers = () => taken;
  const open = () =>
    createHookCourier({
      store: store.hooks,
      secretOf: () => {
        if (state.secrets !== null) throw state.secrets;
        return 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
      },
      call: async (call) => {
        const id = (JSON.parse(call.body) as { data: { message: { id: string } } }).data.message.id.slice(8);
        const host = new URL(call.url).hostname.split('.')[0] ?? '';
        state.asked.push(names.length === 1 ? id : `${host} ${id}`);
        state.keys.set(id, (state.keys.get(id) ?? new Set()).add(call.key));
        return { ms: 5, ...(await answers(call, id)) };
      },
      now: () => state.now,
      random: () => 0.5,
      onProblem: (error) => {
        state.problems += 1;
        if (!state.mayFail) throw error;
      },
      tell: (hook, what, { events }) => state.told.push(`${hook.name} ${what} ${events}`),
    });
  let courier = open();
  return {
    store,
    state,
    hook: (name = 'crm'): StoredHook => store.hooks.get(session.id, name) as StoredHook,
    writes: (...ids: string[]) => {
      for (const id of ids) store.messages.insert(inbound(session, chat, id), state.now);
    },
    answer: (by: Answers) => {
      answers = by;
    },
    look: async () => {
      courier.look(store.hooks.awaited());
      await courier.idle();
      return state.asked.splice(0);
    },
    begin: () => courier.look(store.hooks.awaited()),
    die: () => {
      void courier.stop(0);
      courier = open();
    },
    end: () => courier.stop(5000),
  };
};

test('in their order, each until it is taken, at growing pauses and with the same name each time', async () => {
  const { store, state, hook, writes, answer, look } = setUp();
  writes('A', 'B');
  answer((_, id) => (id === 'A' && state.now < noon + 60_000 ? down : taken));
  expect(await look()).toEqual(['A']);
  expect(hook()).toMatchObject({
    tries: 1,
    nextAt: noon + hookPauses.firstMs,
    problem: down.reason,
    failingSince: noon,
  });
  expect(await look()).toEqual([]);
  while (state.now < noon + 60_000) {
    state.now = hook().nextAt;
    expect(await look()).toEqual(state.now < noon + 60_000 ? ['A'] : ['A', 'B']);
  }
  expect(state.told).toEqual([]);
  expect(hook()).toMatchObject({ tries: 0, nextAt: 0, problem: null, failingSince: null, delivered: 2 });
  expect(state.keys.get('A')?.size).toBe(1);
  expect(store.hooks.standing(hook())).toMatchObject({ waiting: 0, dead: 0 });

  // A clock that was set back makes nobody wait until it comes again.
  answer(() => down);
  writes('C');
  await look();
  state.now -= 3 * 3_600_000;
  answer(() => taken);
  expect(await look()).toEqual(['C']);
});

test('what is refused for what it says holds the others up three times, and lies dead then', async () => {
  const { store, state, hook, writes, answer, look } = setUp();
  writes('A', 'B', 'C');
  answer((_, id) => (id === 'B' ? refusal : taken));
  expect(await look()).toEqual(['A', 'B']);
  state.now = hook().nextAt;
  expect(await look()).toEqual(['B']);
  state.now = hook().nextAt;
  expect(await look()).toEqual(['B', 'C']);
  expect(state.told).toEqual(['crm dead 1']);
  expect(store.hooks.dead(hook())).toMatchObject([{ reason: refusal.reason, isDue: false }]);

  // Sent again it is refused again, and the next one is not kept by it.
  store.hooks.wantAgain(hook());
  writes('D');
  expect(await look()).toEqual(['B', 'D']);
  answer(() => taken);
  store.hooks.wantAgain(hook());
  expect(await look()).toEqual(['B']);
  expect(store.hooks.dead(hook())).toEqual([]);
});

test('an address that is away for more than a day is told of once; what is too old lies dead, the rest comes when it is back', async () => {
  const { store, state, hook, writes, answer, look } = setUp();
  answer(() => down);
  for (let hour = 0; hour < 30; hour += 1) {
    state.now = noon + hour * 3_600_000;
    writes(`H${hour}`);
    await look();
  }
  expect(hook().tries).toBe(30);
  expect(state.told.filter((each) => each === 'crm failing 0')).toHaveLength(1);
  expect(state.told.filter((each) => each.startsWith('crm dead'))).toEqual(['crm dead 1']);
  expect(store.hooks.standing(hook())).toMatchObject({ waiting: 24, dead: 6 });

  // Down, too, for what a person wants again: asked once, and not once for each of them.
  store.hooks.wantAgain(hook());
  expect(await look()).toEqual(['H0', 'H6']);
  expect(store.hooks.dead(hook()).some(({ isDue }) => isDue)).toBe(false);
  answer(() => taken);
  state.now = hook().nextAt;
  store.hooks.wantAgain(hook());
  const came = await look();
  expect(came).toEqual([...Array(30).keys()].map((hour) => `H${hour}`));
  expect(state.told.at(-1)).toBe('crm well 0');
  expect(hookTriesFor).toBe(86_400_000);
  expect(toldAfterTries).toBeLessThan(30);
});

test('a hook that never answers keeps no other one waiting', async () => {
  const { state, hook, writes, answer, begin, look } = setUp(['slow', 'crm']);
  const gates: (() => void)[] = [];
  answer(({ url }) =>
    url.includes('slow') ? new Promise((done) => gates.push(() => done(taken))) : Promise.resolve(taken),
  );
  writes('A', 'B');
  begin();
  await until(() => hook('crm').delivered === 2, { what: 'both at the other hook' });
  writes('C');
  begin();
  await until(() => hook('crm').delivered === 3, { what: 'the third one' });
  expect(hook('slow').delivered).toBe(0);
  expect(state.asked.filter((each) => each.startsWith('slow'))).toEqual(['slow A']);
  answer(() => taken);
  gates[0]?.();
  await look();
  expect(hook('slow').delivered).toBe(3);
});

test('what cannot be told, a hook that is removed and one that is changed under a request keep nobody back', async () => {
  const { store, state, hook, writes, answer, look } = setUp();
  writes('A', 'B');
  store.database.run('UPDATE messages SET at = 9e18 WHERE wa_id = ?', 'false_x_A');
  expect(await look()).toEqual(['B']);
  expect(store.hooks.dead(hook())[0]?.reason).toMatch(/^it cannot be told: /);
  expect(state.told).toEqual(['crm dead 1']);

  const { sessionId } = hook();
  const there = {
    name: 'crm',
    url: 'https://other.example.com/in',
    events: ['message.received'] as const,
    allowHosts: [],
  };
  answer(({ url }) => {
    if (url.includes('other')) return taken;
    store.hooks.put(sessionId, there, 'you', state.now + 1);
    return down;
  });
  writes('C');
  expect(await look()).toEqual(['C']);
  expect(hook()).toMatchObject({ tries: 0, nextAt: 0, problem: null });
  expect(await look()).toEqual(['C']);
  expect(store.hooks.standing(hook()).waiting).toBe(0);

  answer(() => {
    store.hooks.remove(sessionId, 'crm', state.now);
    return refusal;
  });
  store.database.run('UPDATE hooks SET tries = 2');
  writes('D');
  expect(await look()).toEqual(['D']);
  expect(store.database.all('SELECT * FROM hook_dead')).toEqual([]);
});

test('who has waited longest has the next turn, however many are slower', async () => {
  const names = Array.from({ length: 40 }, (_, n) => `h${n}`);
  const { state, hook, writes, answer, begin, look } = setUp(names);
  const gates: (() => void)[] = [];
  answer(() => new Promise((done) => gates.push(() => done(taken))));
  writes('A', 'B');
  begin();
  expect(state.asked).toHaveLength(32);
  const first = new Set(state.asked.splice(0));
  for (const open of gates.splice(0)) open();
  await until(() => state.asked.length === 32, { what: 'each asked for its second one' });
  for (const open of gates.splice(0)) open();
  await until(() => names.filter((name) => hook(name).delivered === 2).length === 32, { what: 'their end' });
  state.asked.splice(0);
  answer(() => taken);
  writes('C');
  const next = await look();
  expect(next.slice(0, 8).every((asked) => asked.endsWith(' A') && !first.has(asked))).toBe(true);
});

test('worlds with bad addresses and masters that die: each event arrives, the first time in its order, under one name', async () => {
  for (let seed = 1; seed <= 15; seed += 1) {
    let random = seed;
    const chance = (): number => {
      random = (random * 48_271) % 2_147_483_647;
      return random / 2_147_483_647;
    };
    const { store, state, hook, writes, answer, look, die } = setUp();
    const arrived: string[] = [];
    answer((_, id) => {
      const luck = chance();
      // Taken, and the master dies before it knows.
      if (luck < 0.15) die();
      if (luck < 0.5) arrived.push(id);
      return luck < 0.5 ? taken : down;
    });
    const all: string[] = [];
    for (let step = 0; step < 40; step += 1) {
      if (chance() < 0.5) {
        all.push(`${seed}-${step}`);
        writes(`${seed}-${step}`);
      }
      await look();
      state.now += Math.round(chance() * 120_000);
    }
    answer((_, id) => {
      arrived.push(id);
      return taken;
    });
    state.now += hookPauses.maxMs * 2;
    await look();
    expect([...new Set(arrived)], `seed ${seed}`).toEqual(all);
    expect([...state.keys.values()].every((keys) => keys.size === 1)).toBe(true);
    expect(store.hooks.standing(hook())).toEqual({ waiting: 0, oldestAt: null, dead: 0 });
  }
});

test('three refusals are three, whatever failed before them', async () => {
  const { state, store, hook, writes, answer, look } = setUp();
  writes('A', 'B');
  for (const [status, times] of [
    [503, 6],
    [400, 2],
    [null, 3],
  ] as const) {
    answer(() => ({ status, reason: 'no', said: null }));
    for (let time = 0; time < times; time += 1) {
      expect(await look()).toEqual(['A']);
      state.now = hook().nextAt;
    }
  }
  expect(store.hooks.dead(hook())).toEqual([]);
  answer((_, id) => (id === 'A' ? refusal : taken));
  expect(await look()).toEqual(['A', 'B']);
  expect(state.told).toEqual(['crm failing 0', 'crm dead 1', 'crm well 0']);
});

test('a place that cannot be written is no second delivery, and secrets that cannot be read are a failure that is seen', async () => {
  const { state, store, hook, writes, answer, look } = setUp();
  state.mayFail = true;
  writes('A', 'B');
  store.database.run("CREATE TRIGGER full BEFORE UPDATE ON hooks BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  expect(await look()).toEqual(['A']);
  for (let second = 1; second <= 60; second += 1) {
    state.now += 1000;
    expect(await look(), `second ${second}`).toEqual([]);
  }
  // Asked again after a while, and not each second.
  expect(state.problems).toBeLessThan(8);
  answer(() => down);
  store.database.run('DROP TRIGGER full');
  state.now += 60_000;
  // A was taken; B was not.
  expect(await look()).toEqual(['B']);
  expect(hook()).toMatchObject({ delivered: 1, tries: 1 });

  state.secrets = new Error('cannot read data/hook-secrets.json: it is not JSON');
  state.now = hook().nextAt;
  expect(await look()).toEqual([]);
  expect(hook()).toMatchObject({ tries: 2, problem: state.secrets.message, failingSince: expect.any(Number) });
  state.secrets = null;
  answer(() => taken);
  state.now = hook().nextAt;
  expect(await look()).toEqual(['B']);

  // What fails cannot be written down either: nobody is called each second.
  store.database.run("CREATE TRIGGER full BEFORE UPDATE ON hooks BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  answer(() => down);
  writes('C');
  expect(await look()).toEqual(['C']);
  state.now += 5000;
  expect(await look()).toEqual([]);
});

test('what is sent again and not taken stays dead, and somebody is told', async () => {
  const { state, store, hook, writes, answer, look } = setUp();
  writes('A', 'B', 'C');
  store.hooks.buryOld(hook(), 'away', noon + hookTriesFor);
  store.hooks.wantAgain(hook());
  answer((_, id) => (id === 'B' ? down : taken));
  expect(await look()).toEqual(['A', 'B']);
  expect(state.told).toEqual(['crm dead 2']);
  expect(store.hooks.dead(hook()).map(({ isDue }) => isDue)).toEqual([false, false]);
});

test('those that take seconds over each request leave places for the others', async () => {
  const slow = Array.from({ length: 60 }, (_, n) => `slow${n}`);
  const { state, hook, writes, answer, begin, look } = setUp([...slow, 'crm']);
  answer(({ url }) => ({ ...taken, ms: url.includes('slow') ? 3000 : 5 }));
  writes('A');
  // Each of them is known as slow by now.
  await look();
  await look();
  state.asked.splice(0);
  const gates: (() => void)[] = [];
  answer(({ url }) =>
    url.includes('slow') ? new Promise((done) => gates.push(() => done(taken))) : Promise.resolve(taken),
  );
  writes('B', 'C');
  begin();
  begin();
  await until(() => hook('crm').delivered === 3, { what: 'all at the fast one' });
  expect(state.asked.filter((each) => each.startsWith('slow')).length).toBeLessThan(32);
  answer(() => taken);
  for (const open of gates) open();
  await look();
});

test('a master that ends waits a moment for what is on its way, and begins nothing', async () => {
  const { state, hook, writes, answer, begin, end } = setUp();
  let open = (): void => undefined;
  answer(() => new Promise((done) => (open = () => done(taken))));
  writes('A', 'B');
  begin();
  const ended = end();
  open();
  await ended;
  expect(state.asked).toEqual(['A']);
  expect(hook().delivered).toBe(1);
});
