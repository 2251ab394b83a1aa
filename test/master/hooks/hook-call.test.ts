import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { callHook } from '../../../src/master/hooks/hook-call.ts';

/** One event is one signed request; only 2xx counts as taken, and what follows it counts for nothing. */

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const serve = async (
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<string> => {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => answer(request, response, Buffer.concat(parts).toString()));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
};
const call = async (url: string, allowHosts: readonly string[] = ['127.0.0.1']) => {
  const at = Date.parse('2026-11-30T12:00:00Z');
  const { ms, ...answer } = await callHook({ url, allowHosts, secret, key: 'k1', body: '{"type":"test"}' }, at);
  expect(ms).toBeGreaterThanOrEqual(0);
  return answer;
};

test('it is signed over its id, its time and its body', async () => {
  const seen: Record<string, unknown>[] = [];
  const url = await serve(({ headers, method }, response, body) => {
    seen.push({ ...headers, method, body });
    response.writeHead(204).end();
  });
  expect(await call(url)).toEqual({ status: 204, reason: null, said: null });
  const [got] = seen;
  const seconds = String(Date.parse('2026-11-30T12:00:00Z') / 1000);
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const signature = createHmac('sha256', key).update(`k1.${seconds}.{"type":"test"}`).digest('base64');
  expect(got).toMatchObject({
    method: 'POST',
    body: '{"type":"test"}',
    'webhook-id': 'k1',
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${signature}`,
  });
  expect(JSON.stringify(seen)).not.toContain('MfKQ9r8');
});

test('taken is 2xx, however its body goes on; everything else is one line without control characters', async () => {
  const host = '127.0.0.1';
  const endless = await serve((_, response) => {
    response.writeHead(200);
    for (let sent = 0; sent < 5; sent += 1) response.write('x'.repeat(40_000));
  });
  expect(await call(endless)).toEqual({ status: 200, reason: null, said: null });
  const cut = await serve((_, response) => {
    response.writeHead(202, { 'content-length': '100' });
    response.write('half');
    response.socket?.destroySoon();
  });
  expect(await call(cut)).toEqual({ status: 202, reason: null, said: null });
  const packed = await serve((_, response) => void response.writeHead(200, { 'content-encoding': 'br' }).end('zzz'));
  expect(await call(packed)).toEqual({ status: 200, reason: null, said: null });

  const refused = await serve((_, response) => void response.writeHead(500).end('\u001b[2Jno\nway'));
  const { said, ...rest } = await call(refused);
  expect(rest).toEqual({ status: 500, reason: `${host} refused it with HTTP 500` });
  expect(said).toMatch(/no.*way/);
  expect(said).not.toMatch(/[\u0000-\u001f]/);
  const moved = await serve((_, response) => void response.writeHead(302, { location: 'https://b.example/x' }).end());
  expect(await call(moved)).toEqual({
    status: 302,
    reason: `${host} leads to b.example: give the hook that address`,
    said: 'https://b.example/x',
  });
  expect((await call(refused, [])).reason).toMatch(/private network: allow it by name/);
  expect((await call('http://127.0.0.1:1/in')).reason).toMatch(/^127\.0\.0\.1 did not take it: /);
});

test('what is kept of a refusal is nothing that the address said: it may repeat a customer, or lead to a secret address', async () => {
  const words = 'meu CPF é 123';
  const url = await serve(
    (_, response) => void response.writeHead(400, { 'content-type': 'application/json' }).end(`{"got":"${words}"}`),
  );
  expect((await call(url)).reason).not.toContain('CPF');
  const at = async (status: number, location?: string) => {
    const moved = await serve(
      (_, response) => void response.writeHead(status, location === undefined ? {} : { location }).end(words),
    );
    return (await call(moved)).reason;
  };
  expect(await at(301, 'https://hooks.example.com/T0/B0/geheim?x=1')).toBe(
    '127.0.0.1 leads to hooks.example.com: give the hook that address',
  );
  expect(await at(308, '/in/geheim')).toMatch(/^127\.0\.0\.1 leads to 127\.0\.0\.1:\d+: give the hook that address$/);
  expect(await at(302)).toBe('127.0.0.1 leads to nowhere: give the hook that address');
  expect(await at(307, 'http://[')).toBe('127.0.0.1 leads to nowhere: give the hook that address');
  expect(await at(503)).toBe('127.0.0.1 refused it with HTTP 503');
});

test('a status that refuses refuses, however long, broken or packed the page is that says so', async () => {
  const pages: readonly ((response: ServerResponse) => void)[] = [
    (response) => void response.writeHead(422).end('x'.repeat(200_000)),
    (response) => void response.writeHead(422, { 'content-encoding': 'gzip' }).end('zzz'),
    (response) => {
      response.writeHead(422, { 'content-length': '100' });
      response.write('half', () => response.socket?.destroySoon());
    },
  ];
  for (const page of pages)
    expect(await call(await serve((_, response) => page(response)))).toEqual({
      status: 422,
      reason: '127.0.0.1 refused it with HTTP 422',
      said: null,
    });
});
