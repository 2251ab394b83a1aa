import { once } from 'node:events';
import { request as rawRequest } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { parseTrustedProxies } from '../../src/settings/trusted-proxies.ts';
import { closeServers, cookieOf, logIn, serve, token } from './serve.ts';

afterEach(closeServers);

const bearer = (given: string) => ({ authorization: `Bearer ${given}` });
const trusting = (text: string) => {
  const trusted = parseTrustedProxies(text);
  if (trusted === null) throw new Error(`not a TRUST_PROXY: ${text}`);
  return { TRUST_PROXY: trusted };
};

/** Statuses of so many requests, one after the other. */
const statuses = async (url: string, headers: (n: number) => Record<string, string>, times: number) => {
  const seen: number[] = [];
  for (let n = 0; n < times; n += 1) seen.push((await fetch(url, { headers: headers(n) })).status);
  return seen;
};

describe('requests a minute', () => {
  it('are counted by the token for whoever has it, by the address for whoever has not', async () => {
    const { url } = await serve({ limits: { requestsPerMinute: 5 } });
    const sessions = `${url}/api/sessions`;
    const cookie = cookieOf(await logIn(url));
    expect(await statuses(sessions, () => ({}), 6)).toEqual([401, 401, 401, 401, 429, 429]);
    // The address is spent, with every path of it; the token and the login are not.
    expect((await fetch(`${url}/nowhere`)).status).toBe(429);
    expect((await fetch(`${url}/`)).status).toBe(429);
    expect((await fetch(`${url}/%zz`)).status).toBe(429);
    expect((await logIn(url)).status).toBe(429);
    expect(await statuses(sessions, () => bearer(token), 6)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await statuses(sessions, () => ({ cookie }), 6)).toEqual([200, 200, 200, 200, 200, 429]);
    const last = await fetch(sessions, { headers: bearer(token) });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await statuses(`${url}/healthz`, () => ({}), 10)).toEqual(Array.from({ length: 10 }, () => 200));
  });

  it('of one login are not those of another', async () => {
    const { url } = await serve({ limits: { requestsPerMinute: 3 } });
    const [first, second] = [cookieOf(await logIn(url)), cookieOf(await logIn(url))];
    expect(await statuses(`${url}/status`, () => ({ cookie: first }), 4)).toEqual([200, 200, 200, 429]);
    expect(await statuses(`${url}/status`, () => ({ cookie: second }), 1)).toEqual([200]);
  });

  it.each([
    // [TRUST_PROXY, the visitor's forgery, what the proxies append]
    ['0', 1, ''],
    ['1', 0, '203.0.113.7'],
    ['1', 1, '203.0.113.7'],
    ['1', 7, '203.0.113.7'],
    ['2', 3, '203.0.113.7, 192.0.2.1'],
    ['loopback', 5, '203.0.113.7'],
  ])('cannot be spread over addresses by forging (TRUST_PROXY=%s, %i forged)', async (trust, forged, appended) => {
    const { url } = await serve({ limits: { requestsPerMinute: 3 }, settings: trusting(trust) });
    const chain = (n: number): Record<string, string> => ({
      'x-forwarded-for': [...Array.from({ length: forged }, (_, at) => `198.51.100.${n}${at}`), appended]
        .filter((one) => one !== '')
        .join(', '),
      'x-real-ip': `198.51.100.${n}`,
      forwarded: `for=198.51.100.${n}`,
    });
    expect(await statuses(`${url}/nowhere`, chain, 5)).toEqual([404, 404, 404, 429, 429]);
  });

  it('of two visitors behind a believed proxy are two', async () => {
    const { url } = await serve({ limits: { requestsPerMinute: 2 }, settings: trusting('1') });
    const from = (address: string) => () => ({ 'x-forwarded-for': address });
    expect(await statuses(`${url}/nowhere`, from('203.0.113.7'), 3)).toEqual([404, 404, 429]);
    expect(await statuses(`${url}/nowhere`, from('203.0.113.8'), 3)).toEqual([404, 404, 429]);
    // One household of IPv6 has 2^64 addresses.
    expect(await statuses(`${url}/nowhere`, (n) => from(`2001:db8:0:7::${n + 1}`)(), 3)).toEqual([404, 404, 429]);
  });

  it('begin anew after a minute', async () => {
    let now = Date.now();
    const { url } = await serve({ limits: { requestsPerMinute: 1 }, now: () => now });
    expect(await statuses(`${url}/nowhere`, () => ({}), 2)).toEqual([404, 429]);
    now += 60_000;
    expect(await statuses(`${url}/nowhere`, () => ({}), 2)).toEqual([404, 429]);
  });
});

describe('wrong tokens', () => {
  it('shut out who sends them, not the right token nor a login from the same address', async () => {
    const { url, logged } = await serve();
    const sessions = `${url}/api/sessions`;
    const cookie = cookieOf(await logIn(url));
    const seen = await statuses(sessions, (n) => bearer(`guess-${n}`), 40);
    expect([seen.slice(0, 20), seen.slice(20)].map((part) => [...new Set(part)])).toEqual([[401], [429]]);
    expect(await statuses(sessions, () => bearer(token), 1)).toEqual([200]);
    expect(await statuses(sessions, () => ({ cookie }), 1)).toEqual([200]);
    expect((await logIn(url)).status).toBe(303);
    expect((await logIn(url, 'guess')).status).toBe(429);
    // Twenty lines, not forty: whoever guesses must not fill the log.
    expect(logged.filter((line) => line.includes('wrong token'))).toHaveLength(20);
    expect(logged.join('\n')).not.toContain('guess-');
  });

  it('of one visitor behind a proxy do not shut out another', async () => {
    const { url } = await serve({ settings: trusting('1') });
    const from = (address: string, given: string) => ({ ...bearer(given), 'x-forwarded-for': `9.9.9.9, ${address}` });
    await statuses(`${url}/api/sessions`, () => from('203.0.113.7', 'wrong-token'), 25);
    expect(await statuses(`${url}/api/sessions`, () => from('203.0.113.7', 'wrong-token'), 1)).toEqual([429]);
    expect(await statuses(`${url}/api/sessions`, () => from('203.0.113.8', 'wrong-token'), 1)).toEqual([401]);
  });

  it('shut out a right one that is short enough to be guessed', async () => {
    const { url } = await serve({ token: 'segredo' });
    const sessions = `${url}/api/sessions`;
    expect(await statuses(sessions, () => bearer('segredo'), 1)).toEqual([200]);
    await statuses(sessions, (n) => bearer(`guess-${n}`), 20);
    expect(await statuses(sessions, () => bearer('segredo'), 1)).toEqual([429]);
    expect((await logIn(url, 'segredo')).status).toBe(429);
  });

  it('are wrong in every clothing', async () => {
    const { url } = await serve();
    for (const authorization of [
      `Bearer ${token} `.repeat(2),
      `Bearer  ${token}`,
      `bearer,${token}`,
      `Basic ${Buffer.from(`:${token}`).toString('base64')}`,
      `Bearer ${token}\u00a0`,
      `Bearer ${'x'.repeat(600)}`,
    ]) {
      const { status } = await fetch(`${url}/api/sessions`, { headers: { authorization } });
      expect([authorization.slice(0, 40), status]).toEqual([authorization.slice(0, 40), 401]);
    }
  });

  it('in two headers are one wrong token', async () => {
    const { url } = await serve();
    const sent = rawRequest(`${url}/api/sessions`, {
      headers: ['host', '127.0.0.1', 'authorization', 'Bearer x', 'authorization', `Bearer ${token}`],
    });
    sent.end();
    const [response] = await once(sent, 'response');
    response.resume();
    expect(response.statusCode).toBe(401);
  });
});

describe('a client’s link', () => {
  it('is not shut out by codes that somebody made up', async () => {
    const { url, links, fleet } = await serve();
    fleet.on('pair', () => ({ pairing: { code: 'X', attempt: 1, maxAttempts: 1, expiresAt: 1 } }));
    const { code } = links.create('id-studio-bela');
    const pair = async (asked: string): Promise<number> =>
      (
        await fetch(`${url}/link/${asked}/pair`, {
          method: 'POST',
          headers: { origin: url, 'content-type': 'application/json' },
          body: JSON.stringify({ phone: '+55 11 98765-4321' }),
        })
      ).status;
    for (let n = 0; n < 8; n += 1) expect(await pair('A'.repeat(22))).toBe(404);
    const seen: number[] = [];
    for (let n = 0; n < 8; n += 1) seen.push(await pair(code));
    expect(seen).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
    // The page itself goes on.
    expect((await fetch(`${url}/link/${code}`)).status).toBe(200);
  });
});
