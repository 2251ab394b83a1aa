import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grant } from '../../../src/protocol/access/grant.ts';
import { permittedFleet } from '../../../src/protocol/access/permitted-fleet.ts';
import { methodRules, scopeOfRequest } from '../../../src/protocol/access/scopes.ts';
import type { Fleet } from '../../../src/protocol/door.ts';
import type { FleetSnapshot } from '../../../src/protocol/fleet.ts';
import { type FleetMethod, fleetRequests } from '../../../src/protocol/fleet-api.ts';
import { applyDelta, deltaBetween } from '../../../src/protocol/wire.ts';
import { covers, tokenScopes } from '../../../src/session/access.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { createFakeFleet, fakeRow, qrPayload, scanRow } from '../../http/fake-fleet.ts';

const methods = Object.keys(fleetRequests) as FleetMethod[];
const grantOf = (scope: Grant['scope'], sessions: readonly string[] | null = null): Grant => ({
  name: 'painel',
  scope,
  sessions: sessions === null ? null : new Set(sessions),
  isOpen: () => true,
});
const ask = async (fleet: ReturnType<typeof permittedFleet>, method: FleetMethod, params: object): Promise<unknown> =>
  fleet.request(method, params as never).catch((error: unknown) => error);

describe('the table of scopes', () => {
  it('names every method of the door, and nothing else', () => {
    expect(Object.keys(methodRules).sort()).toEqual([...methods].sort());
  });

  it('gives the methods that change, delete or lead out of the machine to nobody below admin', () => {
    const below = methods.filter((method) => covers('operate', scopeOfRequest(method, {})));
    for (const never of [
      'delete',
      'purge',
      'logout',
      'reset',
      'prompt',
      'toolSet',
      'knowledgeRemove',
      'apiToken',
    ] as const)
      expect(below).not.toContain(never);
    for (const never of ['tokenAdd', 'tokens', 'tokenRevoke', 'masterStop', 'backup', 'move', 'storePull'] as const)
      expect(below).not.toContain(never);
    // Parameters that ask for more than their method does.
    expect(scopeOfRequest('setConfig', { key: 'replies' })).toBe('operate');
    for (const key of ['ai_config.baseUrl', 'ai_key', 'Replies', 'replies ', 'phone', undefined, ['replies']])
      expect(scopeOfRequest('setConfig', { key })).toBe('admin');
    expect(scopeOfRequest('start', { takeOver: true })).toBe('admin');
    expect(scopeOfRequest('rehearse', { settings: { 'ai_config.baseUrl': 'https://x' } })).toBe('admin');
    expect(scopeOfRequest('rehearse', { instructions: 'x' })).toBe('operate');
  });

  it('holds for every method and scope, and signs what is done', async () => {
    const calls: { method: string; params: Record<string, unknown> }[] = [];
    const request = async (method: string, params: unknown) => {
      calls.push({ method, params: params as Record<string, unknown> });
      return { words: [], events: [], incidents: [] } as never;
    };
    const inner: Fleet = { ...createFakeFleet(fakeRow('loja-1')), request };

    for (const scope of tokenScopes) {
      const fleet = permittedFleet(inner, grantOf(scope));
      for (const method of methods) {
        calls.length = 0;
        const answer = await ask(fleet, method, { name: 'loja-1', key: 'replies', actor: 'you' });
        if (covers(scope, scopeOfRequest(method, { key: 'replies' }))) {
          expect(calls.map((call) => call.method)).toEqual([method]);
          if ('actor' in fleetRequests[method].shape) expect(calls[0]?.params['actor'], method).toBe('token painel');
        } else {
          expect(answer, method).toMatchObject({ code: 'forbidden' });
          expect(calls, method).toEqual([]);
        }
      }
    }
  });
});

describe('a token that is limited to some sessions', () => {
  it('answers of another session exactly as of one that there is not, for every method, and asks nobody', async () => {
    const inner = createFakeFleet(fakeRow('loja-1'), fakeRow('loja-2'));
    const fleet = permittedFleet(inner, grantOf('admin', ['loja-1']));
    for (const method of methods) {
      const said = async (name: string): Promise<string> => {
        inner.calls.length = 0;
        const error = await ask(fleet, method, { name, from: name, outboxId: 7, id: 7, by: 'session' });
        const { limit } = methodRules[method];
        if (limit === 'named' || limit === 'each' || limit === 'made' || limit === 'fleet')
          expect(inner.calls, method).toEqual([]);
        const text = error instanceof Error ? messageOf(error) : JSON.stringify(error);
        return text.replaceAll(name, 'NAME');
      };
      if (methodRules[method].limit === 'any') continue;
      expect(await said('loja-2'), method).toBe(await said('loja-9'));
    }
    // Nor by another spelling of it.
    for (const name of ['LOJA-2', ' loja-2', 'loja-2@here', '../loja-2', 'loja-1/../loja-2'])
      expect(await ask(fleet, 'messages', { name, chat: 'c' })).toMatchObject({ code: 'no-such-session' });
    expect(inner.calls).toEqual([]);
  });

  it('is asked of its own sessions where none is named, and sees nothing of the others in what comes back', async () => {
    const inner = createFakeFleet(fakeRow('loja-1'), fakeRow('loja-2'));
    const fleet = permittedFleet(inner, grantOf('operate', ['loja-1']));
    const event = { id: 1, at: 1, level: 'info', kind: 'k', evidence: { by: 'loja-2' }, actor: 'you' } as const;
    inner.on('events', ({ name }) => ({
      events: [{ ...event, sessionName: String(name), text: `as ${String(name)}, after loja-2, loja-22 and "loja-2"` }],
    }));
    inner.on(
      'drafts',
      ({ name }) =>
        ({ drafts: name === 'loja-1' ? [{ outboxId: 7, createdAt: 1, sessionName: 'loja-1' }] : [] }) as never,
    );
    inner.on('draft', () => ({ draft: null }));
    inner.on('job', () => ({ job: { id: 3, session: 'loja-2' } }) as never);
    inner.on('usageBy', () => ({ shares: [{ of: 'loja-1' }, { of: 'loja-2' }] }) as never);

    const { events } = await fleet.request('events', {});
    expect(events).toEqual([
      { ...event, sessionName: 'loja-1', evidence: { by: '…' }, text: 'as loja-1, after …, loja-22 and "…"' },
    ]);
    expect(await fleet.request('draft', { outboxId: 7, action: 'approve' })).toEqual({ draft: null });
    expect(await ask(fleet, 'draft', { outboxId: 8, action: 'approve' })).toMatchObject({ code: 'refused-by-state' });
    expect(await fleet.request('job', { id: 3 })).toEqual({ job: null });
    expect((await fleet.request('usageBy', { by: 'session' })).shares.map(({ of }) => of)).toEqual(['loja-1']);
    expect(await ask(fleet, 'usageBy', { by: 'model' })).toMatchObject({ code: 'forbidden' });
  });

  it('never holds a name, a count or a code of another session, whatever changes (snapshots and deltas)', () => {
    const names = ['ana-1', 'bia-2', 'cia-3', 'dia-4'];
    const change = fc.record({
      rows: fc.subarray(names),
      said: fc.constantFrom(...names),
      about: fc.constantFrom(...names, null),
      received: fc.nat(1000),
      banner: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.subarray(names),
        fc.constantFrom(...tokenScopes),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        (own, scope, changes) => {
          const inner = createFakeFleet();
          const fleet = permittedFleet(inner, grantOf(scope, own));
          let mirror: FleetSnapshot | null = null;
          let before: FleetSnapshot | null = null;
          for (const [at, { rows, said, about, received, banner }] of changes.entries()) {
            const text = `the number of ${said} is also at "${said}"`;
            const base = inner.getSnapshot();
            const sessions = rows.map((name) =>
              scanRow(name, {
                reason: text,
                receivedLastHour: received,
                ai: { status: 'bad', code: null, reason: text },
              }),
            );
            inner.update({
              // A name that was heard of once stays hidden: every one of them is told at the first step.
              sessions: at === 0 ? names.map((name) => scanRow(name)) : sessions,
              events: [
                {
                  id: at,
                  at,
                  level: 'info',
                  sessionName: about,
                  kind: 'k',
                  text,
                  evidence: { [said]: [said] },
                  actor: said,
                },
              ],
              incidents: [
                {
                  id: 1,
                  blame: 'network',
                  cause: text,
                  startedAt: 1,
                  endedAt: null,
                  sessionIds: names.map((name) => `id-${name}`),
                  totalSessions: 4,
                  checks: [],
                  seen: { offline: 4 },
                  conclusion: text,
                  nextTryAt: null,
                  clientText: text,
                },
              ],
              jobs: [
                { id: 1, kind: 'purge', session: about, done: 0, total: 0, step: null, startedAt: 1, problem: null },
              ],
              banners: banner ? [{ id: 'b', level: 'bad', code: 'c', text, since: 1, values: { said } }] : [],
              fleet: {
                ...base.fleet,
                messagesPerMinute: { in: received, out: received },
                health: { ...base.fleet.health, ai: { status: 'bad', reason: text } },
              },
              group: { peers: [], gone: [] },
            });

            const seen = fleet.getSnapshot();
            const delta = before === null ? null : deltaBetween(before, seen);
            mirror = mirror === null ? seen : delta === null ? mirror : applyDelta(mirror, delta);
            expect(mirror).toEqual(seen);
            before = seen;

            const told = JSON.stringify([seen, delta]);
            for (const name of names.filter((each) => !own.includes(each))) expect(told).not.toContain(name);
            expect(seen.sessions.map(({ name }) => String(name))).toEqual(
              (at === 0 ? names : names.filter((name) => rows.includes(name))).filter((name) => own.includes(name)),
            );
            for (const { totalSessions } of seen.incidents) expect(totalSessions).toBeLessThanOrEqual(own.length);
            if (scope === 'read') expect(told).not.toContain(qrPayload);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is told nothing when only another session changes', () => {
    const inner = createFakeFleet(fakeRow('loja-1'), fakeRow('loja-2'));
    const fleet = permittedFleet(inner, grantOf('read', ['loja-1']));
    const before = fleet.getSnapshot();
    inner.set(fakeRow('loja-2', { receivedLastHour: 99, state: 'offline' }));
    inner.set(fakeRow('loja-3'));
    expect(fleet.getSnapshot()).toBe(before);
    inner.set(fakeRow('loja-1', { label: 'New' }));
    expect(fleet.getSnapshot().sequence).toBe(before.sequence + 1);
  });
});

it('tells of a tool, a hook or a webhook no more than its host to whoever may not change it', async () => {
  const inner = createFakeFleet(fakeRow('loja-1'));
  const tool = {
    name: 'agenda',
    url: 'https://n8n.example.com/webhook/secret-part?key=1',
    lookupUrl: 'http://[::1]:9/x/{key}',
  };
  inner.on('tools', () => ({ tools: [tool] }) as never);
  const seen = async (scope: Grant['scope']) =>
    (await permittedFleet(inner, grantOf(scope)).request('tools', { name: 'loja-1' })).tools;
  expect(await seen('operate')).toEqual([{ ...tool, url: 'https://n8n.example.com/…', lookupUrl: 'http://[::1]:9/…' }]);
  expect(await seen('admin')).toEqual([tool]);
  const hook = { name: 'crm', url: 'https://hooks.example.com/T0/B0/secret-part', allowHosts: ['hooks.example.com'] };
  inner.on('hooks', () => ({ hooks: [hook] }) as never);
  const hooks = async (scope: Grant['scope'], sessions: readonly string[] | null = null) =>
    (await permittedFleet(inner, grantOf(scope, sessions)).request('hooks', { name: 'loja-1' })).hooks;
  for (const given of [await hooks('read'), await hooks('operate'), await hooks('operate', ['loja-1'])])
    expect(given).toEqual([{ ...hook, url: 'https://hooks.example.com/…' }]);
  expect(await hooks('admin')).toEqual([hook]);
  inner.on(
    'session',
    () =>
      ({ row: fakeRow('loja-1'), config: { ai: { baseUrl: 'https://n8n.example.com/webhook/secret-part' } } }) as never,
  );
  const read = permittedFleet(inner, grantOf('read'));
  expect((await read.request('session', { name: 'loja-1' })).config.ai.baseUrl).toBe('https://n8n.example.com/…');
});

describe('a token that ended', () => {
  it('opens nothing, and what was under way is not answered', async () => {
    let open = true;
    const inner = createFakeFleet(fakeRow('loja-1'));
    inner.on('chats', () => {
      open = false;
      return { chats: [] };
    });
    const fleet = permittedFleet(inner, { ...grantOf('read'), isOpen: () => open });
    expect(await ask(fleet, 'chats', { name: 'loja-1' })).toMatchObject({ code: 'unauthorized' });
    expect(await ask(fleet, 'session', { name: 'loja-1' })).toMatchObject({ code: 'unauthorized' });
    expect(inner.calls).toHaveLength(1);
  });
});
