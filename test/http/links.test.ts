import { afterEach, describe, expect, it } from 'vitest';
import { createLinks, linkLifetime, linkUrl } from '../../src/http/links.ts';
import { fakeRow, qrPayload, scanRow } from './fake-fleet.ts';
import { closeServers, memoryLinks, serve } from './serve.ts';

afterEach(closeServers);

describe('createLinks', () => {
  it('keeps links over a restart, and only a hash of their codes', () => {
    let kept: string | null = null;
    const store = {
      load: () => kept,
      save: (text: string) => {
        kept = text;
      },
    };
    const { code } = createLinks(store).create('id-1');
    expect(code).toMatch(/^[\w-]{22}$/);
    expect(kept).not.toContain(code);
    expect(createLinks(store).resolve(code)).toMatchObject({ sessionId: 'id-1', connected: false });
    kept = '{"damaged';
    expect(createLinks(store).resolve(code)).toBeNull();
  });

  it('ends after 30 minutes, when revoked, when replaced, and after its session connected', () => {
    let now = 1000;
    const links = memoryLinks(() => now);
    const first = links.create('id-1').code;
    const second = links.create('id-1').code;
    expect(second).not.toBe(first);
    expect(links.resolve(first)).toBeNull();
    now += linkLifetime - 1;
    expect(links.resolve(second)).not.toBeNull();
    now += 1;
    expect(links.resolve(second)).toBeNull();

    const third = links.create('id-1').code;
    expect(links.revoke('id-1')).toBe(true);
    expect(links.revoke('id-1')).toBe(false);
    expect(links.resolve(third)).toBeNull();

    const fourth = links.create('id-1').code;
    links.markConnected('id-1');
    expect(links.resolve(fourth)).toMatchObject({ connected: true });
    now += 6 * 60_000;
    expect(links.resolve(fourth)).toBeNull();
    expect(links.openSessions()).toEqual([]);
  });

  it('writes addresses under any base', () => {
    expect(linkUrl('https://bots.example.com/', 'c')).toBe('https://bots.example.com/link/c');
  });
});

describe('the client’s link', () => {
  const openLink = async () => {
    const served = await serve();
    const { code } = served.links.create('id-studio-bela');
    const base = `${served.url}/link/${code}`;
    const post = (what: string, body: unknown, origin: string | null = served.url, more = {}): Promise<Response> =>
      fetch(base + what, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...(origin === null ? {} : { origin }), ...more },
      });
    return { ...served, code, base, post };
  };

  it('shows the live QR of its session, in the client’s language', async () => {
    const { base, fleet } = await openLink();
    const page = await fetch(base, { headers: { 'accept-language': 'pt-BR,pt;q=0.9' } });
    expect(page.status).toBe(200);
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(await page.text()).toContain('Abra o WhatsApp no celular');
    expect(await (await fetch(base, { headers: { 'accept-language': 'en' } })).text()).toContain('Open WhatsApp');
    const first = await (await fetch(`${base}/state`)).json();
    expect(first).toMatchObject({ step: 'qr', label: 'Label of studio-bela' });
    expect(await (await fetch(`${base}/qr`)).text()).toContain('<svg');
    fleet.set(scanRow('studio-bela', { qr: { payload: `${qrPayload}9`, attempt: 2, maxAttempts: 12, expiresAt: 1 } }));
    const second = await (await fetch(`${base}/state`)).json();
    expect(second).not.toEqual(first);
  });

  it('reaches nothing else and tells nothing of the fleet', async () => {
    const { base, url, code, fleet } = await openLink();
    fleet.set(scanRow('studio-bela', { label: 'Studio Bela' }));
    const page = await (await fetch(base)).text();
    const state = await (await fetch(`${base}/state`)).text();
    for (const text of [page, state])
      for (const never of ['studio-bela', 'padaria-joao', 'vps-sp1', qrPayload, 'id-studio-bela', '5511987654321'])
        expect(text).not.toContain(never);
    const others = ['/api/sessions', '/api/sessions/studio-bela/qr', '/metrics', '/status', '/api/openapi.json'];
    for (const path of others) {
      const headers = { authorization: `Bearer ${code}`, cookie: `zap_fleet_login=${code}`, referer: base };
      expect((await fetch(url + path, { headers })).status).toBe(401);
    }
    for (const path of ['/../api/sessions', '/logs', '/..%2f..%2fapi%2fsessions', '/state/x', '/restart'])
      expect((await fetch(base + path)).status).toBeGreaterThanOrEqual(400);
    expect(fleet.calls).toEqual([]);
  });

  it('is the same answer for codes that never were, expired or were revoked', async () => {
    const { base, url, links } = await openLink();
    links.revoke('id-studio-bela');
    const revoked = await fetch(base);
    const never = await fetch(`${url}/link/${'A'.repeat(22)}`);
    const odd = await fetch(`${url}/link/%00%3Cscript%3E`);
    expect([revoked.status, never.status, odd.status]).toEqual([404, 404, 404]);
    expect(await revoked.text()).toBe(await never.text());
    expect((await fetch(`${base}/qr`)).status).toBe(404);
    expect((await fetch(`${base}/state`)).status).toBe(404);
  });

  it('shows no code again once its session connected', async () => {
    const { base, fleet, links, post } = await openLink();
    fleet.set(fakeRow('studio-bela'));
    expect(links.openSessions()).toEqual([]);
    fleet.set(scanRow('studio-bela'));
    expect(await (await fetch(`${base}/state`)).json()).toMatchObject({ step: 'connected', qr: null, code: null });
    expect((await fetch(`${base}/qr`)).status).toBe(404);
    expect((await post('/pair', { phone: '11987654321' })).status).toBe(404);
    expect(await (await fetch(base)).text()).not.toContain('/qr?v=');
  });

  it('asks for a pairing code for the expected number only', async () => {
    const { fleet, post } = await openLink();
    fleet.set(scanRow('studio-bela', { expectedPhone: '5511987654321' }));
    fleet.on('pair', () => {
      const pairing = { code: 'ABCD1234', attempt: 1, maxAttempts: 5, expiresAt: 5 };
      fleet.set(scanRow('studio-bela', { state: 'code', verdict: 'enter_code', qr: null, pairing }));
      return { pairing };
    });
    expect((await post('/pair', { phone: '5521999998888' }, 'https://evil.example')).status).toBe(403);
    expect((await post('/pair', {}, null)).status).toBe(403);
    expect(fleet.calls).toEqual([]);
    const answer = await post('/pair', { phone: '5521999998888' });
    expect(await answer.json()).toMatchObject({ step: 'code', code: 'ABCD1234' });
    expect(fleet.calls).toEqual([
      { method: 'pair', params: { name: 'studio-bela', phone: '5511987654321', actor: 'link' } },
    ]);
    for (let n = 0; n < 6; n += 1) await post('/pair', {});
    expect((await post('/pair', {})).status).toBe(429);
  });

  it('takes a typed number when none is expected, and reopens a closed QR', async () => {
    const { fleet, post } = await openLink();
    fleet.on('pair', () => ({ pairing: { code: 'X', attempt: 1, maxAttempts: 1, expiresAt: 1 } }));
    expect((await post('/pair', { phone: 'not a number' })).status).toBe(400);
    expect((await post('/pair', { phone: '+55 11 98765-4321' })).status).toBe(200);
    expect((await post('/new-codes', {})).status).toBe(409);
    fleet.set(scanRow('studio-bela', { state: 'waiting', verdict: 'qr_closed', reasonCode: 'qr-idle', qr: null }));
    expect(await (await post('/new-codes', {})).json()).toMatchObject({ step: 'closed' });
    expect(fleet.calls.map(({ method }) => method)).toEqual(['pair', 'newCodes']);
  });

  it.each([
    ['pt-BR', { phone: '12' }, /curto|dígitos|Exemplo/],
    ['pt-BR', { phone: 'not a number' }, /não é um número de telefone/],
    ['pt-BR', { phone: 7 }, /telefone: deve ser um texto/],
    ['en', { phone: 'not a number' }, /is not a phone number/],
  ] as const)('says in the page’s own language (%s) what is wrong with %o', async (language, typed, expected) => {
    const { post } = await openLink();
    const answer = await post('/pair', typed, undefined, { 'x-page-language': language });
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('usage');
    expect(error.message).toMatch(expected);
  });

  it('says in the page’s own language that too many codes were asked for', async () => {
    const { fleet, post } = await openLink();
    fleet.on('pair', () => ({ pairing: { code: 'X', attempt: 1, maxAttempts: 1, expiresAt: 1 } }));
    const ask = (): Promise<Response> =>
      post('/pair', { phone: '+55 11 98765-4321' }, undefined, { 'x-page-language': 'pt-BR' });
    let answer = await ask();
    for (let asked = 0; asked < 20 && answer.status === 200; asked++) answer = await ask();
    expect(answer.status).toBe(429);
    expect(await answer.text()).toContain('códigos demais foram pedidos com este link');
  });

  it('lets the phone that removed the bot ask for a new code', async () => {
    const { base, fleet, post } = await openLink();
    fleet.set(fakeRow('studio-bela', { state: 'logged_out', verdict: 'logged_out', phone: null }));
    expect(await (await fetch(`${base}/state`)).json()).toMatchObject({ step: 'logged-out', qr: null, code: null });
    fleet.on('newCodes', () => {
      const row = scanRow('studio-bela');
      fleet.set(row);
      return { row };
    });
    expect(await (await post('/new-codes', {})).json()).toMatchObject({ step: 'qr' });
    expect(fleet.calls).toEqual([{ method: 'newCodes', params: { name: 'studio-bela', actor: 'link' } }]);
  });
});
