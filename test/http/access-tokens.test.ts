import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectNode } from '../../src/client/connect-node.ts';
import { operations } from '../../src/http/operations.ts';
import { openTokenBook, type TokenBook } from '../../src/http/token-book.ts';
import { accessTokenFile } from '../../src/http/token-file.ts';
import { createRedactor } from '../../src/log/redact.ts';
import { createServedDoors } from '../../src/master/served-doors.ts';
import { routeRules } from '../../src/protocol/access/scopes.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import { covers, tokenScopes } from '../../src/session/access.ts';
import { until } from '../support/until.ts';
import { createFakeFleet, fakeRow, qrPayload, scanRow } from './fake-fleet.ts';
import { closeServers, logIn, type Served, serve } from './serve.ts';

const fleets: Fleet[] = [];
const books: TokenBook[] = [];
afterEach(async () => {
  await Promise.all(fleets.splice(0).map((fleet) => fleet.close()));
  for (const book of books.splice(0)) book.close();
  await closeServers();
});

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});
const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'zf-tokens-'));
  directories.push(directory);
  return directory;
};

const start = 1_800_000_000_000;
const hour = 3_600_000;

const openBook = (more: { readonly file?: string; readonly now?: () => number } = {}) => {
  const file = more.file ?? accessTokenFile(newDirectory());
  const logged: string[] = [];
  const book = openTokenBook({
    file,
    now: more.now ?? (() => start),
    log: (text, fields) => logged.push(`${text} ${JSON.stringify(fields)}`),
  });
  books.push(book);
  return { book, file, logged };
};
const wanted = (name: string, scope: 'read' | 'operate' | 'admin', sessions: readonly string[] | null = null) => ({
  name,
  scope,
  sessions,
  expiresAt: null,
  createdBy: 'you',
});

describe('the file of named tokens', () => {
  it('keeps a hash of each, outlives a restart, and says of the last use no more than its hour', () => {
    let now = start + 5 * 60_000;
    const { book, file } = openBook({ now: () => now });
    const { secret, token } = book.add(wanted('painel', 'read', ['loja-1']));
    expect(secret).toMatch(/^zft_[\w-]{43}$/);
    expect(token).toMatchObject({ lastUsedAt: null });
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
    expect(JSON.stringify(book.list())).not.toContain('hash');

    expect(book.find(secret)).toMatchObject({ name: 'painel', scope: 'read' });
    expect(book.list()[0]?.lastUsedAt).toBe(Math.floor(now / hour) * hour);
    const after = readFileSync(file, 'utf8');
    now += 20 * 60_000;
    book.find(secret);
    expect(readFileSync(file, 'utf8')).toBe(after);

    const again = openBook({ file });
    expect(again.book.find(secret)).toMatchObject({ name: 'painel', sessions: new Set(['loja-1']) });
    for (const wrong of ['', 'painel', secret.slice(0, -1), `${secret} `, secret.toUpperCase()])
      expect(again.book.find(wrong)).toBeNull();
    expect(() => again.book.add(wanted('painel', 'admin'))).toThrow(/there is a token painel already/);
    expect(() => again.book.revoke('other')).toThrow(/there is no token "other"/);
  });

  it('ends a token with whatever it opened, by hand and by the clock, and one of the same name opens nothing of it', async () => {
    let now = start;
    const { book } = openBook({ now: () => now });
    const first = book.add({ ...wanted('painel', 'read'), expiresAt: start + 50 });
    const opened = book.find(first.secret);
    const ended = new Promise<void>((done) => opened?.onEnd(done));
    now = start + 50;
    await ended;
    expect([opened?.isOpen(), book.find(first.secret)]).toEqual([false, null]);

    book.revoke('painel');
    const second = book.add(wanted('painel', 'admin'));
    expect(book.find(first.secret)).toBeNull();
    const another = book.find(second.secret);
    let told = 0;
    another?.onEnd(() => {
      told += 1;
    });
    book.revoke('painel');
    expect([told, another?.isOpen(), book.find(second.secret)]).toEqual([1, false, null]);
  });

  it('opens nothing where it is damaged or others can read it, and is not replaced then', () => {
    for (const spoil of [
      (file: string) => writeFileSync(file, '{"version":1,"tokens":[{"name":"x"}]}', { mode: 0o600 }),
      (file: string) => writeFileSync(file, '{', { mode: 0o600 }),
      (file: string) => chmodSync(file, 0o644),
    ]) {
      const { book, file } = openBook();
      const { secret } = book.add(wanted('painel', 'read'));
      spoil(file);
      const text = readFileSync(file, 'utf8');
      const { book: again, logged } = openBook({ file });
      expect(again.find(secret)).toBeNull();
      expect(() => again.list()).toThrow(/No named token opens anything/);
      expect(() => again.add(wanted('other', 'read'))).toThrow(/cannot be read/);
      expect([readFileSync(file, 'utf8'), logged.length]).toEqual([text, 1]);
      rmSync(file);
    }
  });

  it('is masked in every log', () => {
    const { book } = openBook();
    const { secret } = book.add(wanted('painel', 'read'));
    const redactor = createRedactor({ secrets: [], salt: null, fullNumbers: false });
    expect(redactor.text(`got ${secret} from`)).toBe('got [secret] from');
  });
});

const serveTokens = async () => {
  const fleet = createFakeFleet(fakeRow('loja-1'), scanRow('loja-2'), fakeRow('loja-3'));
  const { book } = openBook({ now: Date.now });
  const doors = createServedDoors({ fleet, version: '1.0.0', log: () => undefined });
  const served = await serve({ fleet, tokens: book, serveDoor: doors.serve });
  const secretOf = (scope: 'read' | 'operate' | 'admin', sessions: readonly string[] | null = null): string =>
    book.add(wanted(`${scope}-${sessions === null ? 'all' : sessions.join('-')}`, scope, sessions)).secret;
  return { served, fleet, book, secretOf };
};
const call = (
  served: Served,
  secret: string,
  method: string,
  path: string,
  init: RequestInit = {},
): Promise<Response> =>
  fetch(served.url + path, { method, ...init, headers: { authorization: `Bearer ${secret}`, ...init.headers } });
const everyRoute = Object.entries(routeRules).map(([route, rule]) => {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, rule };
});
const filled = (path: string, session: string): string =>
  path.replace(':name', session).replace(':tool', 'agenda').replace(':file', 'menu.pdf').replace(':token', 'x');

describe('the API with a named token', () => {
  it('has every route of it in the table, and none that is not there', () => {
    const own = ['GET /metrics', 'GET /api/openapi.json', 'GET /api/events', 'GET /api/door'];
    const known = Object.values(operations).map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(routeRules).sort()).toEqual([...known, ...own].sort());
  });

  it('opens each route for the scopes of its line alone, whatever the method is spelt like or the token comes in', async () => {
    const { served, fleet, secretOf } = await serveTokens();
    for (const scope of tokenScopes) {
      const secret = secretOf(scope);
      for (const { method, path, rule } of everyRoute) {
        fleet.calls.length = 0;
        const response = await call(served, secret, method, filled(path, 'loja-1'));
        if (covers(scope, rule.scope)) expect([401, 403], `${scope} ${method} ${path}`).not.toContain(response.status);
        else {
          expect(response.status, `${scope} ${method} ${path}`).toBe(403);
          expect(await response.json()).toMatchObject({
            error: { code: 'forbidden', message: expect.stringContaining(scope) },
          });
          expect(fleet.calls).toEqual([]);
        }
      }
    }
    const secret = secretOf('read', ['loja-3']);
    for (const path of [`/api/sessions?token=${secret}`, `/api/sessions?authorization=Bearer%20${secret}`])
      expect((await fetch(served.url + path)).status).toBe(401);
    for (const headers of [
      { cookie: `zap_fleet_login=${secret}` },
      { 'x-forwarded-authorization': `Bearer ${secret}` },
      { authorization: secret },
      { authorization: `Basic ${secret}` },
      { authorization: `Bearer ${secret}, Bearer ${secret}` },
    ])
      expect((await fetch(`${served.url}/api/sessions`, { headers })).status).toBe(401);
    const overridden = { 'x-http-method-override': 'DELETE', 'x-original-url': '/api/tokens' };
    expect((await call(served, secret, 'POST', '/api/sessions/loja-3/start', { headers: overridden })).status).toBe(
      403,
    );
    expect((await call(served, secret, 'HEAD', '/metrics')).status).toBe(403);
    // It opens no browser's page, and no other address of ours.
    expect((await logIn(served.url, secret)).status).toBe(401);
    expect(served.logged.join('\n')).not.toContain(secret);
  });

  it('shows a limited token its sessions alone, on every route', async () => {
    const { served, fleet, secretOf } = await serveTokens();
    const secret = secretOf('admin', ['loja-1']);
    const listed = await (await call(served, secret, 'GET', '/api/sessions')).text();
    expect(listed).toContain('loja-1');
    expect(listed).not.toMatch(/loja-[23]/);

    const answerOf = async (method: string, path: string, session: string): Promise<string> => {
      const body = method === 'GET' ? {} : { body: '{}', headers: { 'content-type': 'application/json' } };
      const response = await call(served, secret, method, filled(path, session), body);
      const text = (await response.text()).replaceAll(session, 'NAME').replace(/"requestId":"[^"]*"/, '');
      return `${response.status} ${text}`;
    };
    for (const { method, path, rule } of everyRoute) {
      if (rule.wholeFleet === true)
        expect((await call(served, secret, method, filled(path, 'loja-1'))).status).toBe(403);
      if (!path.includes(':name')) continue;
      fleet.calls.length = 0;
      const outside = await answerOf(method, path, 'loja-2');
      expect(outside, `${method} ${path}`).toBe(await answerOf(method, path, 'loja-9'));
      expect(outside).toMatch(/^4\d\d /);
      expect(fleet.calls).toEqual([]);
    }
    for (const name of ['loja-2%2F..%2Floja-2', '..%2Floja-2', 'LOJA-2', 'loja-1%00', 'loja-1/../loja-2'])
      expect((await call(served, secret, 'GET', `/api/sessions/${name}`)).status).toBeGreaterThanOrEqual(400);
    fleet.on('session', () => {
      throw new Error('never asked');
    });
    expect((await call(served, secret, 'GET', '/api/incidents')).status).not.toBe(200);
  });

  it('changes all of what was sent or nothing, and says who did', async () => {
    const { served, fleet, secretOf } = await serveTokens();
    const secret = secretOf('operate');
    const patch = (body: object) =>
      call(served, secret, 'PATCH', '/api/sessions/loja-1', {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    expect((await patch({ replies: 'paused', ai_config: { baseUrl: 'https://x' } })).status).toBe(403);
    expect((await patch({ replies: 'paused', prompt: 'x' })).status).toBe(403);
    expect(fleet.calls).toEqual([]);
    expect((await patch({ replies: 'paused' })).status).toBe(200);
    expect(fleet.calls[0]).toMatchObject({
      method: 'setConfig',
      params: { key: 'replies', actor: 'token operate-all' },
    });
  });

  it('counts wrong ones, and lets the right ones in from the same address', async () => {
    const { served, secretOf } = await serveTokens();
    const secret = secretOf('read');
    const statuses: number[] = [];
    for (let n = 0; n < 25; n += 1) statuses.push((await call(served, `zft_wrong${n}`, 'GET', '/api/sessions')).status);
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
    expect((await call(served, secret, 'GET', '/api/sessions')).status).toBe(200);
  });
});

describe('what a named token has open', () => {
  const openDoor = async (served: Served, secret: string): Promise<Fleet> => {
    const door = await connectNode({ address: { kind: 'web', url: served.url }, token: secret }, '1.0.0');
    fleets.push(door);
    return door;
  };

  it('is the door as far as it reaches: no code to look at, no other session, its name on what it does', async () => {
    const { served, fleet, secretOf } = await serveTokens();
    const reads = await openDoor(served, secretOf('read'));
    expect(reads.getSnapshot().fleet.access).toEqual({ token: 'read-all', scope: 'read', isLimited: false });
    expect(JSON.stringify(reads.getSnapshot())).not.toContain(qrPayload);
    await expect(reads.request('pause', { name: 'loja-1' })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'this token has the scope read; this needs operate.',
    });

    const limited = await openDoor(served, secretOf('operate', ['loja-1']));
    expect(limited.getSnapshot().sessions.map(({ name }) => String(name))).toEqual(['loja-1']);
    fleet.set(fakeRow('loja-2', { label: 'Secret' }));
    fleet.set(fakeRow('loja-1', { label: 'Shown' }));
    await until(() => limited.getSnapshot().sessions[0]?.label === 'Shown', { what: 'the delta' });
    expect(JSON.stringify(limited.getSnapshot())).not.toMatch(/loja-[23]|Secret/);
    const headers = { authorization: `Bearer ${secretOf('read', ['loja-1', 'loja-3'])}` };
    const events = new WebSocket(`${served.url.replace('http', 'ws')}/api/events`, { headers });
    const [first] = await once(events, 'message');
    expect(String(first)).toMatch(/loja-1/);
    expect(String(first)).not.toMatch(/loja-2|Secret/);
    events.terminate();
    await limited.request('pause', { name: 'loja-1', actor: 'you' });
    expect(fleet.calls.at(-1)?.params['actor']).toBe('token operate-loja-1');
    await expect(limited.request('pause', { name: 'loja-2' })).rejects.toMatchObject({ code: 'no-such-session' });
  });

  it('is closed in the moment in which it is revoked, door and events, and what it still says is not answered', async () => {
    const { served, fleet, book, secretOf } = await serveTokens();
    const secret = secretOf('admin');
    const door = await openDoor(served, secret);
    const headers = { authorization: `Bearer ${secret}` };
    const events = new WebSocket(`${served.url.replace('http', 'ws')}/api/events`, { headers });
    await once(events, 'message');
    let answer: (value: unknown) => void = () => undefined;
    const answered = new Promise((done) => {
      answer = done;
    });
    fleet.on('chats', () => answered);
    const waiting = call(served, secret, 'GET', '/api/sessions/loja-1/conversations');
    await until(() => fleet.calls.some(({ method }) => method === 'chats'), { what: 'the request under way' });
    // A client that never hangs up and goes on asking.
    const stubborn = new WebSocket(`${served.url.replace('http', 'ws')}/api/door`, { headers, autoPong: false });
    await once(stubborn, 'open');
    stubborn.send(JSON.stringify({ type: 'hello', v: 1, version: '1', subscribe: true, pid: 1 }));
    await once(stubborn, 'message');

    const closed = once(events, 'close');
    book.revoke('admin-all');
    stubborn.send(JSON.stringify({ type: 'request', id: 1, method: 'pause', params: { name: 'loja-1' } }));
    const [code] = await closed;
    expect(code).toBe(1008);
    await until(() => door.connection().state === 'lost', { what: 'the end of the door' });
    expect(door.connection()).toMatchObject({ reason: expect.stringMatching(/revoked/) });
    await expect(door.request('pause', { name: 'loja-1' })).rejects.toMatchObject({ code: 'unavailable' });
    answer({ chats: [] });
    expect((await waiting).status).toBe(401);
    expect((await call(served, secret, 'GET', '/api/sessions')).status).toBe(401);
    await until(() => stubborn.readyState === WebSocket.CLOSED, { what: 'the end of the stubborn one' });
    expect(fleet.calls.map(({ method }) => method)).not.toContain('pause');
    await until(() => fleet.listeners <= 3, { what: 'nobody listens for them any more' });
  });
});
