import { once } from 'node:events';
import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { operations } from '../../src/http/operations.ts';
import { until } from '../support/until.ts';
import { fakeRow } from './fake-fleet.ts';
import { closeServers, cookieOf, logIn, type Served, serve, token } from './serve.ts';

// A process of its own: ten thousand requests at once keep it busy for a while, and others would wait in vain.

afterEach(closeServers);
const json = { 'content-type': 'application/json' };

/** A request with headers that fetch does not let one set. */
const raw = async (url: string, headers: Record<string, string>, method = 'GET', body = ''): Promise<number> => {
  const sent = rawRequest(url, {
    method,
    headers: { ...headers, ...(body === '' ? {} : { 'content-length': String(body.length) }) },
  });
  sent.end(body);
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
};

const login = ({ url }: Served, given = token): Promise<Response> => logIn(url, given);

describe('the token', () => {
  it('is asked for on every operation, on metrics and the document', async () => {
    const { url, fleet } = await serve();
    const paths = Object.values(operations).map(
      ({ method, path }) => [method, path.replace(':name', 'padaria-joao')] as const,
    );
    for (const [method, path] of [
      ...paths,
      ['GET', '/metrics'],
      ['GET', '/api/openapi.json'],
      ['GET', '/status'],
    ] as const) {
      const answer = await fetch(url + path, { method });
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect(fleet.calls).toEqual([]);
  });

  it('is refused when wrong, in a URL, or tried too often; the right one works meanwhile', async () => {
    const { url, get, logged } = await serve();
    expect((await fetch(`${url}/api/sessions?token=${token}`)).status).toBe(401);
    expect((await get('/api/sessions', { headers: { authorization: `Bearer ${token}x` } })).status).toBe(401);
    expect((await get('/api/sessions', { headers: { authorization: `Basic ${token}` } })).status).toBe(401);
    const guess = async (n: number): Promise<number> =>
      (await get('/api/sessions', { headers: { authorization: `Bearer guess-${n}` } })).status;
    for (let n = 0; n < 25; n += 1) await guess(n);
    expect(await guess(25)).toBe(429);
    expect((await fetch(`${url}/api/sessions`)).status).toBe(429);
    expect((await get('/api/sessions')).status).toBe(200);
    expect(logged.join()).not.toContain('guess-1');
  });
});

describe('a browser', () => {
  it('logs in with a cookie that scripts and other sites never get', async () => {
    const served = await serve();
    const answer = await login(served);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/);
    expect(answer.headers.get('set-cookie')).not.toContain(token);
    const cookie = cookieOf(answer);
    expect(await (await fetch(`${served.url}/`, { headers: { cookie } })).text()).toContain('studio-bela');
    expect((await fetch(`${served.url}/api/sessions`, { headers: { cookie } })).status).toBe(200);
    expect(await (await fetch(`${served.url}/`)).text()).not.toContain('studio-bela');
  });

  it('is turned away with a wrong token, a forged or stale cookie, and after ten tries', async () => {
    let now = Date.now();
    const served = await serve({ now: () => now });
    expect((await login(served, 'wrong')).status).toBe(401);
    const cookie = cookieOf(await login(served));
    const status = async (value: string): Promise<number> =>
      (await fetch(`${served.url}/status`, { headers: { cookie: value } })).status;
    expect(await status(cookie)).toBe(200);
    const first = cookie.charAt(cookie.indexOf('=') + 1);
    expect(await status(cookie.replace(`=${first}`, first === 'A' ? '=B' : '=A'))).toBe(401);
    expect(await status(`${cookie}x`)).toBe(401);
    expect(await status(`zap_fleet_login=${token}`)).toBe(401);
    now += 13 * 3_600_000;
    expect(await status(cookie)).toBe(401);
    const tries = await Promise.all(Array.from({ length: 12 }, () => login(served, 'wrong')));
    expect(tries.some((answer) => answer.status === 429)).toBe(true);
  });

  it('changes nothing for another site', async () => {
    const served = await serve();
    const { url, fleet } = served;
    const cookie = cookieOf(await login(served));
    const stop = `${url}/api/sessions/padaria-joao/stop`;
    const post = (headers: Record<string, string>): Promise<number> =>
      raw(stop, { cookie, ...json, ...headers }, 'POST', '{}');
    expect(await post({ origin: 'https://evil.example' })).toBe(403);
    expect(await post({ origin: 'null' })).toBe(403);
    expect(await post({})).toBe(403);
    expect(fleet.calls).toEqual([]);
    expect(await post({ origin: url })).toBe(200);
    expect(fleet.calls[0]?.params['actor']).toBe('web');
    expect(
      await raw(
        `${url}/login`,
        { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
        'POST',
        `token=${token}`,
      ),
    ).toBe(403);
    const evil = await fetch(`${url}/api/sessions`, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect(evil.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('reaches a loopback port under loopback names and the public one only', async () => {
    const { url } = await serve();
    const authorization = `Bearer ${token}`;
    expect(await raw(`${url}/api/sessions`, { host: 'rebind.example:3000', authorization })).toBe(403);
    expect(await raw(`${url}/healthz`, { host: 'rebind.example' })).toBe(403);
    expect(await raw(`${url}/api/sessions`, { host: 'localhost:9', authorization })).toBe(200);
    const settings = { PUBLIC_URL: 'https://bots.example.com' };
    const behind = await serve({ settings });
    expect(await raw(`${behind.url}/api/sessions`, { host: 'bots.example.com', authorization })).toBe(200);
    const answer = await logIn(behind.url, token, { origin: 'https://bots.example.com' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('set-cookie')).toContain('Secure');
    // Without TLS in front a browser would throw a secure cookie away, whatever somebody says of the scheme.
    const plain = await logIn(url, token, { 'x-forwarded-proto': 'https' });
    expect(plain.status).toBe(303);
    expect(plain.headers.get('set-cookie')).not.toContain('Secure');
  });

  it('gets a strict content policy and names from outside as text', async () => {
    const served = await serve();
    const nasty = '<img src=x onerror=alert(1)>"\'`\u202e\u001b]8;;http://evil\u0007';
    served.fleet.set(fakeRow('padaria-joao', { label: nasty, reason: nasty }));
    const cookie = cookieOf(await login(served));
    const answer = await fetch(`${served.url}/`, { headers: { cookie } });
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
    const page = await answer.text();
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain('\u001b');
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&lt;img src=x');
  });
});

describe('hostile input', () => {
  const names = [
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e',
    'a%00b',
    'ａｂｃ',
    'pad\u0430ria',
    'x'.repeat(190),
    'all',
    '123',
    "a'--",
    '%1b%5d8',
    'A',
  ];

  it('refuses names that are none before anything sees them', async () => {
    const { get, fleet } = await serve();
    for (const name of names) {
      for (const [method, rest] of [
        ['GET', ''],
        ['GET', '/logs'],
        ['POST', '/start'],
        ['DELETE', ''],
      ] as const) {
        const { status } = await get(`/api/sessions/${name}${rest}`, { method });
        expect([400, 404]).toContain(status);
      }
    }
    expect((await get('/api/sessions/..%2f..%2f..%2fhealthz')).status).toBe(400);
    expect(fleet.calls).toEqual([]);
  });

  it('answers malformed and oversized bodies in one line', async () => {
    const { get } = await serve();
    const post = (body: string, headers: Record<string, string> = json): Promise<Response> =>
      get('/api/sessions', { method: 'POST', body, headers });
    const bodies = [
      '{',
      'null',
      '[]',
      '"x"',
      '{"name":5}',
      '{"name":"ok-name","nope":1}',
      '{"__proto__":{"x":1},"name":"ok-name"}',
      '{"constructor":{"prototype":{}}}',
    ];
    for (const body of bodies) {
      const answer = await post(body);
      expect([body, answer.status]).toEqual([body, 400]);
      const { error } = (await answer.json()) as { error: { message: string } };
      expect(error.message).not.toMatch(/\n|\.ts|node_modules/);
    }
    expect((await post(`{"name":"${'x'.repeat(3_000_000)}"}`)).status).toBe(413);
    expect((await post('<x/>', { 'content-type': 'text/xml' })).status).toBe(415);
    expect((await post('name=x', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await post('{}', { 'content-type': 'application/json', 'content-encoding': 'gzip' })).status).toBe(400);
  });

  it('survives whatever is sent as name, body or query', async () => {
    const { get, url, fleet } = await serve({ limits: { requestsPerMinute: 100_000 } });
    fleet.on('logs', () => ({ lines: [], cursor: '0:0:' }));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), fc.jsonValue(), async (text, value) => {
        const body = JSON.stringify(value);
        const answers = await Promise.all([
          get(`/api/sessions/${encodeURIComponent(text)}`),
          get(`/api/sessions/padaria-joao/logs?cursor=${encodeURIComponent(text)}`),
          get('/api/sessions', { method: 'POST', body, headers: json }),
          get('/api/sessions/padaria-joao', { method: 'PATCH', body, headers: json }),
          get(`/link/${encodeURIComponent(text)}/state`),
        ]);
        for (const answer of answers) expect(answer.status).not.toBe(500);
      }),
      { numRuns: 60 },
    );
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('cuts off bytes that are no HTTP and headers that never end', async () => {
    const { url } = await serve({ limits: { requestDeadline: 600 } });
    const port = Number(new URL(url).port);
    const ends = await Promise.all(
      [
        '\u0000\u0001\u0002\r\n\r\n',
        'GET / HTTP/1.1\r\nHost: a\r\nX-A: b',
        `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
      ].map(async (bytes) => {
        const socket = connect(port, '127.0.0.1');
        const received: Buffer[] = [];
        socket.on('data', (data) => received.push(data)).on('error', () => socket.destroy());
        socket.write(bytes);
        await new Promise((resolve) => socket.on('close', resolve));
        return Buffer.concat(received).toString();
      }),
    );
    for (const end of ends) expect(end).not.toMatch(/ at |\.ts|200 OK/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('stays up under ten thousand requests, many at once', async () => {
    const { url, get, fleet } = await serve();
    const seen = new Map<number, number>();
    const one = async (): Promise<void> => {
      const { status } = await get('/api/sessions');
      seen.set(status, (seen.get(status) ?? 0) + 1);
    };
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        for (let n = 0; n < 50; n += 1) await one();
      }),
    );
    expect([...seen.keys()].sort()).toEqual([200, 429]);
    expect((seen.get(200) ?? 0) + (seen.get(429) ?? 0)).toBe(10_000);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await until(() => fleet.listeners === 1, { what: 'no listener left behind' });
  });
});
