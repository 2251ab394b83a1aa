import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operations } from '../../src/http/operations.ts';
import { startHttp } from '../../src/http/server.ts';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import { exampleCanary } from '../components/support/example-canary.ts';
import { createApiClient } from '../support/api-client.ts';
import { fakeRow, qrPayload } from './fake-fleet.ts';
import { readQr } from './read-qr.ts';
import { closeServers, keptInMemory, serve, token } from './serve.ts';

afterEach(closeServers);
const openApiShape = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});
const json = { 'content-type': 'application/json' };

describe('health', () => {
  it('lives without a token and is ready while the fleet is', async () => {
    const { url, fleet } = await serve();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const { fleet: info } = fleet.getSnapshot();
    fleet.update({ fleet: { ...info, health: { ...info.health, store: { status: 'bad', reason: 'disk full' } } } });
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('reports a busy port instead of throwing', async () => {
    const first = await serve();
    const port = Number(new URL(first.url).port);
    const settings = {
      PORT: port,
      FLEET_HOST: '127.0.0.1',
      PUBLIC_URL: undefined,
      TRUST_PROXY: { kind: 'hops', hops: 0 },
      FLEET_LANG: undefined,
      TZ: undefined,
    } as const;
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    const { fleet, links } = first;
    const second = await startHttp({ fleet, links, logins: keptInMemory(), token, settings, version: '1', log });
    expect(second.url).toBeNull();
    expect(second.problem).toMatch(new RegExp(`port ${port} is taken .* Set PORT`));
    await second.close();
  });
});

describe('the typed client against the server', () => {
  it('calls every operation of the table', async () => {
    const { url, fleet } = await serve();
    const client = createApiClient({ url, token });
    const params = { name: 'padaria-joao' };
    const event = { id: 1, at: 1, level: 'info', sessionName: 'x', kind: 'k', text: 't', evidence: null, actor: 'you' };
    fleet.on('delete', () => ({
      unlinked: true,
      archived: null,
      purgedMessages: 7,
      erased: { messages: 7 },
      left: [{ what: 'backup', file: '/x/fleet.tar.gz', until: 5, note: null, inside: 'no' }],
    }));
    fleet.on('logout', () => ({ row: fakeRow('padaria-joao'), unlinked: true, reason: null }));
    fleet.on('pair', () => ({ pairing: { code: 'ABCD1234', attempt: 1, maxAttempts: 5, expiresAt: 5 } }));
    fleet.on('link', () => ({ url: 'http://x/link/c', code: 'c', expiresAt: 5 }));
    fleet.on('revokeLink', () => ({ revoked: true }));
    fleet.on('send', () => ({ outboxId: 7, status: 'pending', ack: null }));
    fleet.on('logs', () => ({ lines: ['{}'], cursor: '1:2:' }));
    fleet.on('events', () => ({ events: [event] }));
    fleet.on('chats', () => ({ chats: [] }));
    fleet.on('incidents', () => ({ incidents: [] }));
    const customer = { chatId: '1@lid', name: 'Ana', phone: null, since: 5 };
    fleet.on('silences', () => ({
      silent: [{ ...customer, lastAt: 6, code: 'empty', reason: 'r' }],
      asking: [{ ...customer, summary: 'Wants to cancel.' }],
    }));

    const lesson = { id: 'takeover-A', kind: 'takeover', at: 5, question: 'q', bot: null, botSent: false } as const;
    const page = { lessons: [{ ...lesson, owner: 'o', instructionsVersion: null }], next: null };
    fleet.on('lessons', () => page);
    fleet.on('dismissLesson', () => ({ dismissed: true }));

    expect((await client.call('listSessions')).sessions.map(({ name }) => name)).toEqual([
      'padaria-joao',
      'studio-bela',
    ]);
    expect((await client.call('createSession', { body: { name: 'nova-loja', ai: 'echo' } })).session.state).toBe(
      'stopped',
    );
    expect((await client.call('getSession', { params })).ai_config['provider']).toBe('echo');
    const body = { label: 'New', ai_config: { model: 'm' }, filters: { allow: ['5511987654321'] }, prompt: 'Be kind' };
    await client.call('changeSession', { params, body });
    for (const id of ['startSession', 'stopSession', 'restartSession'] as const)
      expect((await client.call(id, { params, body: { wait: false, revision: 3 } })).session.name).toBe('padaria-joao');
    expect((await client.call('logoutSession', { params })).unlinked).toBe(true);
    await client.call('resetSession', { params });
    expect((await client.call('pairSession', { params, body: { phone: '11 98765-4321' } })).pairing.code).toBe(
      'ABCD1234',
    );
    expect((await client.call('linkSession', { params })).code).toBe('c');
    expect((await client.call('revokeLink', { params })).revoked).toBe(true);
    expect((await client.call('sendMessage', { params, body: { chat: 'c', text: 'oi' } })).outboxId).toBe(7);
    expect((await client.call('getCodes', { params: { name: 'studio-bela' } })).qr?.payload).toBe(qrPayload);
    expect((await client.call('getLogs', { params, query: { lines: 5, cursor: '1:0:' } })).lines).toEqual(['{}']);
    expect((await client.call('getEvents', { params, query: { limit: 10 } })).events).toHaveLength(1);
    expect((await client.call('getConversations', { params, query: { search: 'x' } })).chats).toEqual([]);
    expect(await client.call('getSilences', { params })).toEqual({
      silent: [{ ...customer, lastAt: 6, code: 'empty', reason: 'r' }],
      asking: [{ ...customer, summary: 'Wants to cancel.' }],
    });
    expect((await client.call('dismissSilence', { params, body: { chat: '1@lid' } })).session.name).toBe(
      'padaria-joao',
    );
    expect(await client.call('getLessons', { params, query: { limit: 5, cursor: '5 x' } })).toEqual(page);
    expect(await client.call('dismissLesson', { params, body: { lesson: 'takeover-A' } })).toEqual({ dismissed: true });
    expect((await client.call('listIncidents', { query: { limit: 3 } })).incidents).toEqual([]);
    expect((await client.call('listNodes', {})).nodes).toMatchObject([{ isHere: true, state: 'open', sessions: 3 }]);
    expect(await client.call('deleteSession', { params, query: { purge: 'true', backups: 'true' } })).toEqual({
      unlinked: true,
      archived: null,
      purgedMessages: 7,
      erased: { messages: 7 },
      left: [{ what: 'backup', file: '/x/fleet.tar.gz', until: 5, note: null }],
    });

    const asked = fleet.calls.map(({ method, params: given }) => ({ method, ...given }));
    expect(asked).toContainEqual({
      method: 'setConfig',
      name: 'padaria-joao',
      key: 'ai_config.model',
      value: 'm',
      actor: 'api',
    });
    expect(asked).toContainEqual({ method: 'prompt', name: 'padaria-joao', text: 'Be kind', actor: 'api' });
    expect(asked).toContainEqual({ method: 'restart', name: 'padaria-joao', wait: false, revision: 3, actor: 'api' });
    expect(asked).toContainEqual({ method: 'delete', name: 'padaria-joao', purge: true, backups: true, actor: 'api' });
    expect(asked).toContainEqual({
      method: 'dismissSilence',
      name: 'padaria-joao',
      chat: '1@lid',
      actor: 'api',
    });
    expect(asked).toContainEqual({ method: 'lessons', name: 'padaria-joao', limit: 5, cursor: '5 x' });
    expect(asked).toContainEqual({
      method: 'dismissLesson',
      name: 'padaria-joao',
      lesson: 'takeover-A',
      actor: 'api',
    });
    expect(asked).toContainEqual({ method: 'logs', name: 'padaria-joao', lines: 5, cursor: '1:0:' });
  });

  it('passes on the fleet’s refusals with their status and words', async () => {
    const { url, fleet } = await serve();
    const client = createApiClient({ url, token });
    fleet.on('start', () => {
      throw new FleetError('refused-by-state', 'padaria-joao is being deleted. Wait for it.');
    });
    const params = { name: 'padaria-joao' };
    await expect(client.call('startSession', { params })).rejects.toMatchObject({
      code: 'refused-by-state',
      message: 'padaria-joao is being deleted. Wait for it.',
    });
    await expect(client.call('getSession', { params: { name: 'nobody-here' } })).rejects.toMatchObject({
      code: 'no-such-session',
    });
    await expect(createApiClient({ url, token: 'wrong' }).call('listSessions')).rejects.toMatchObject({
      code: 'unauthorized',
    });
  });

  it('hands out nothing that its schema does not name', async () => {
    const { fleet, get, logged } = await serve();
    fleet.set({ ...fakeRow('padaria-joao'), extra: 'not-for-you' } as never);
    const list = await (await get('/api/sessions')).text();
    expect(list).not.toContain('not-for-you');
    expect(list).not.toContain(qrPayload);
    fleet.on('incidents', () => ({ incidents: [{ id: 'wrong' }] }));
    const broken = await get('/api/incidents');
    expect(broken.status).toBe(500);
    expect(await broken.text()).not.toMatch(/ZodError|stack|at .*\.ts/);
    expect(logged.join()).toContain('/api/incidents failed');
  });
});

describe('a QR by Accept', () => {
  it('is JSON, a PNG that reads, or an SVG', async () => {
    const { get } = await serve();
    const path = '/api/sessions/studio-bela/qr';
    expect(await (await get(path)).json()).toMatchObject({ qr: { payload: qrPayload, maxAttempts: 12 }, state: 'qr' });
    const png = await get(path, { headers: { accept: 'image/png' } });
    expect(readQr(Buffer.from(await png.arrayBuffer()))).toBe(qrPayload);
    const svg = await get(path, { headers: { accept: 'image/avif,image/webp,image/svg+xml,image/*;q=0.8' } });
    expect(svg.headers.get('content-type')).toContain('image/svg+xml');
    expect(svg.headers.get('cache-control')).toBe('no-store');
    const without = await get('/api/sessions/padaria-joao/qr', { headers: { accept: 'image/png' } });
    expect(without.status).toBe(409);
  });
});

describe('the OpenAPI document', () => {
  it('names every operation, with schemas and resolvable references', async () => {
    const { get } = await serve();
    const document = openApiShape.parse(await (await get('/api/openapi.json')).json());
    const text = JSON.stringify(document);
    for (const [id, operation] of Object.entries(operations)) {
      const path = operation.path.replace(/:(\w+)/g, '{$1}');
      expect(document.paths[path]?.[operation.method.toLowerCase()]?.operationId).toBe(id);
    }
    expect(document.openapi).toBe('3.1.0');
    expect(text).not.toContain('#/$defs/');
    for (const [, name] of text.matchAll(/#\/components\/schemas\/(\w+)/g))
      expect(Object.keys(document.components.schemas)).toContain(name);
  });
});

describe('metrics', () => {
  it('counts sessions by state and verdict and shows what each costs', async () => {
    const totals = () => [
      { session: 'padaria-joao', received: 5, sent: 4, inputTokens: 100, outputTokens: 20, costUsd: 0.5, aiErrors: 1 },
    ];
    const { get, fleet } = await serve({ totals });
    const { fleet: info } = fleet.getSnapshot();
    const replica = { status: 'away', since: Date.now() - 60_000, waitingRows: 12, reason: null } as const;
    fleet.update({ fleet: { ...info, health: { ...info.health, replica } } });
    for (let round = 0; round < 2; round += 1) {
      const text = await (await get('/metrics')).text();
      for (const line of [
        'zapfleet_sessions{state="connected"} 1',
        'zapfleet_sessions{state="qr"} 1',
        'zapfleet_sessions_by_verdict{verdict="scan_qr"} 1',
        'zapfleet_session_memory_bytes{session="padaria-joao"} 200000000',
        'zapfleet_session_restarts{session="padaria-joao"} 2',
        'zapfleet_session_messages_total{session="padaria-joao",direction="in"} 5',
        'zapfleet_session_ai_tokens_total{session="padaria-joao",kind="input"} 100',
        'zapfleet_session_ai_errors_total{session="padaria-joao"} 1',
        'zapfleet_replica_waiting_rows 12',
      ])
        expect(text).toContain(line);
      expect(text).toMatch(/zapfleet_replica_lag_seconds (5|6)\d/);
      expect(text).toContain('zapfleet_master_nodejs_eventloop_lag_seconds');
      expect(text).not.toContain(qrPayload);
    }
  });
});

describe('customers who got nothing', () => {
  it('are in the metrics, in the API and on the page alike', async () => {
    const { get, fleet } = await serve();
    const silent = { chats: 2, today: 5, oldestSince: Date.now() - 90_000 };
    const restriction = { scope: 'new', since: 1, refused: 4, nextTryAt: null, code: '463' } as const;
    fleet.set(fakeRow('padaria-joao', { silent, asksForPerson: 1, drafts: 3, restriction, verdict: 'restricted' }));

    const text = await (await get('/metrics')).text();
    for (const line of [
      'zapfleet_sessions_by_verdict{verdict="restricted"} 1',
      'zapfleet_silent_chats{session="padaria-joao"} 2',
      'zapfleet_silent_today{session="padaria-joao"} 5',
      'zapfleet_asks_for_person_chats{session="padaria-joao"} 1',
      'zapfleet_restriction{session="padaria-joao",scope="new"} 1',
      'zapfleet_restriction{session="padaria-joao",scope="all"} 0',
      'zapfleet_restriction_refused_messages{session="padaria-joao"} 4',
      'zapfleet_session_drafts{session="padaria-joao"} 3',
    ])
      expect(text).toContain(line);
    expect(text).toMatch(/zapfleet_silent_oldest_seconds\{session="padaria-joao"\} (9\d|1\d\d)/);

    const { sessions } = (await (await get('/api/sessions')).json()) as { sessions: { name: string }[] };
    expect(sessions.find(({ name }) => name === 'padaria-joao')).toMatchObject({
      silent,
      asksForPerson: 1,
      restriction,
    });
  });
});

describe('rehearsals', () => {
  it('are planned, begun, read and published by paths of their own', async () => {
    const { get, fleet } = await serve();
    const asked: unknown[] = [];
    const plan = {
      turns: 12,
      chats: 4,
      cases: 0,
      leftOut: 0,
      model: 'm',
      judge: null,
      estimateUsd: 0.1,
      isPriceKnown: true,
      budgetLeftUsd: null,
    };
    fleet.on('rehearsePlan', (params) => {
      asked.push(params);
      return plan;
    });
    fleet.on('rehearsal', () => ({ rehearsal: null, cases: [] }));
    fleet.on('rehearsePublish', (params) => {
      asked.push(params);
      return { version: 4, settings: [] };
    });
    const post = (path: string, body: unknown) =>
      get(`/api/sessions/padaria-joao/rehearsal${path}`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify(body),
      });

    const planned = await post('/plan', { instructions: 'Be brief.', days: 7 });
    expect([planned.status, await planned.json()]).toEqual([200, plan]);
    expect((await post('/plan', { instruction: 'x' })).status).toBe(400);
    const published = await post('/publish', { id: 3 });
    expect(await published.json()).toEqual({ version: 4, settings: [] });
    expect(asked).toEqual([
      { name: 'padaria-joao', instructions: 'Be brief.', days: 7 },
      { name: 'padaria-joao', id: 3, actor: 'api' },
    ]);
    const read = await get('/api/sessions/padaria-joao/rehearsal?limit=5');
    expect(await read.json()).toEqual({ rehearsal: null, cases: [] });
  });
});

describe('requests as a whole', () => {
  it('keeps the given request id, and makes one otherwise', async () => {
    const { get } = await serve();
    expect(
      (await get('/api/incidents', { headers: { 'x-request-id': 'my-request-1' } })).headers.get('x-request-id'),
    ).toBe('my-request-1');
    const odd = await get('/api/sessions/x1', { headers: { 'x-request-id': 'a b<script>' } });
    const id = odd.headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await odd.json()).toMatchObject({ error: { requestId: id } });
  });

  it('takes a JSON header without a body for no options', async () => {
    const { get } = await serve();
    expect((await get('/api/sessions/padaria-joao/start', { method: 'POST', headers: json })).status).toBe(200);
    expect((await get('/api/sessions/padaria-joao/start', { method: 'POST' })).status).toBe(200);
  });

  it('says of a canary what came of both sides, and nothing once it is decided', async () => {
    const { get, fleet } = await serve();
    const { state, end, share, startedAt, endsAt, figures } = exampleCanary('padaria-joao');
    const rows = fleet.getSnapshot().sessions;
    const show = (canary: SessionRow['canary']): void =>
      fleet.update({
        sessions: rows.map((row) => (row.name === 'padaria-joao' ? { ...row, canary: canary ?? null } : row)),
      });
    const text = async (): Promise<string> => (await get('/metrics')).text();
    show({ state, end, share, startedAt, endsAt, figures });
    const running = await text();
    for (const line of [
      'zapfleet_canary_running{session="padaria-joao"} 1',
      'zapfleet_canary_turns{session="padaria-joao",arm="canary",outcome="all"} 241',
      'zapfleet_canary_turns{session="padaria-joao",arm="control",outcome="silent"} 12',
      'zapfleet_canary_answer_seconds{session="padaria-joao",arm="canary"} 21.4',
      'zapfleet_canary_ai_cost_usd{session="padaria-joao",arm="canary"} 0.0964',
    ])
      expect(running).toContain(line);
    show({ state: 'over', end: 'time', share, startedAt, endsAt, figures });
    expect(await text()).toContain('zapfleet_canary_running{session="padaria-joao"} 0');
    show(null);
    expect(await text()).not.toContain('zapfleet_canary_turns{');
  });
});
