import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../support/until.ts';
import { closeServers, cookieOf, keptInMemory, logIn, type Served, serve } from './serve.ts';

afterEach(closeServers);

const logOut = (url: string, cookie: string, origin = url): Promise<Response> =>
  fetch(`${url}/logout`, { method: 'POST', redirect: 'manual', headers: { cookie, origin } });
const status = async (url: string, cookie: string, path = '/api/sessions'): Promise<number> =>
  (await fetch(url + path, { headers: { cookie } })).status;

const openSocket = async ({ url }: Served, cookie: string): Promise<WebSocket> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/events`, { headers: { cookie, origin: url } });
  await once(socket, 'message');
  return socket;
};

describe('a logout', () => {
  it('ends a cookie that leaked, on every path, and no other login', async () => {
    const { url } = await serve();
    const leaked = cookieOf(await logIn(url));
    const other = cookieOf(await logIn(url));
    expect(await status(url, leaked)).toBe(200);
    const answer = await logOut(url, leaked);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(answer.headers.get('set-cookie')).toMatch(/zap_fleet_login=;.*Expires=Thu, 01 Jan 1970/);
    for (const path of ['/api/sessions', '/status', '/metrics', '/api/openapi.json'])
      expect([path, await status(url, leaked, path)]).toEqual([path, 401]);
    expect(await (await fetch(url, { headers: { cookie: leaked } })).text()).not.toContain('studio-bela');
    expect(await status(url, other)).toBe(200);
  });

  it('closes the stream that the login opened, and lets none be opened again', async () => {
    const served = await serve();
    const cookie = cookieOf(await logIn(served.url));
    const other = cookieOf(await logIn(served.url));
    const [socket, othersSocket] = [await openSocket(served, cookie), await openSocket(served, other)];
    const closed = once(socket, 'close');
    await logOut(served.url, cookie);
    expect((await closed)[0]).toBe(1008);
    await until(() => served.fleet.listeners === 2, { what: 'the end of its subscription' });
    const again = new WebSocket(`${served.url.replace('http', 'ws')}/api/events`, {
      headers: { cookie, origin: served.url },
    });
    const [, refused] = await once(again, 'unexpected-response');
    again.on('error', () => undefined);
    again.terminate();
    expect(refused.statusCode).toBe(401);
    expect(othersSocket.readyState).toBe(WebSocket.OPEN);
    othersSocket.close();
  });

  it('is for the next master, too', async () => {
    const logins = keptInMemory();
    const first = await serve({ logins });
    const [ended, kept] = [cookieOf(await logIn(first.url)), cookieOf(await logIn(first.url))];
    await logOut(first.url, ended);
    const next = await serve({ logins });
    expect([await status(next.url, ended), await status(next.url, kept)]).toEqual([401, 200]);
  });

  it('of another site’s making ends nothing', async () => {
    const { url } = await serve();
    const cookie = cookieOf(await logIn(url));
    for (const origin of ['https://evil.example', 'null', `${url}.evil.example`])
      expect((await logOut(url, cookie, origin)).status).toBe(403);
    expect((await fetch(`${url}/logout`, { headers: { cookie } })).status).toBe(404);
    expect(await status(url, cookie)).toBe(200);
  });

  it('without a login, or with one that is none, is no error', async () => {
    const { url } = await serve();
    for (const cookie of ['', 'zap_fleet_login=', `zap_fleet_login=${'x'.repeat(4000)}`, 'zap_fleet_login=%zz'])
      expect((await logOut(url, cookie)).status).toBe(303);
  });

  it('is made by logging in again: the browser’s login before it ends', async () => {
    const { url } = await serve();
    const before = cookieOf(await logIn(url));
    const after = cookieOf(await logIn(url, undefined, { cookie: before }));
    expect([await status(url, before), await status(url, after)]).toEqual([401, 200]);
  });
});
