import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:net';
import { setInterval as every } from 'node:timers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Tool } from '../../src/session/tool.ts';
import { callTool, lookUpCall } from '../../src/tools/call-tool.ts';
import { isLinkLocal, isPublicAddress } from '../../src/tools/public-address.ts';
import { newToolSecret, secretProblem } from '../../src/tools/sign-call.ts';
import { sendJson, startToolServer, type ToolServer } from './tool-server.ts';

const secret = newToolSecret();
let server: ToolServer;
let other: ToolServer;
beforeAll(async () => {
  server = await startToolServer();
  other = await startToolServer();
});
afterAll(async () => {
  await server.close();
  await other.close();
});
beforeEach(() => {
  server.received.length = 0;
  other.received.length = 0;
  server.answer = (_, response) => sendJson(response, 200, { booked: true });
});

const tool = (more: Partial<Tool> = {}): Tool => ({
  name: 'agenda',
  description: 'Books.',
  url: `${server.url}/book`,
  parameters: { type: 'object', properties: {} },
  timeoutMs: 1000,
  callsPerTurn: 3,
  isIdempotent: false,
  onlyReads: false,
  lookupUrl: null,
  allowHosts: ['127.0.0.1'],
  ...more,
});
const call = { key: 'key-1', arguments: { day: 'sexta' }, session: 'padaria', customer: null } as const;
const made = (more: Partial<Tool> = {}) => callTool(tool(more), secret, call, 1_796_000_000_000);

test('a call is signed over key, time and body, and carries its key', async () => {
  expect(await made()).toEqual({ kind: 'ok', status: 200, text: '{"booked":true}' });
  const [got] = server.received;
  expect(got).toMatchObject({ method: 'POST', path: '/book' });
  expect(JSON.parse(got?.body ?? '')).toEqual({
    tool: 'agenda',
    key: 'key-1',
    session: 'padaria',
    customer: null,
    arguments: { day: 'sexta' },
  });
  expect(got?.headers).toMatchObject({
    'idempotency-key': 'key-1',
    'webhook-id': 'key-1',
    'webhook-timestamp': '1796000000',
    'accept-encoding': 'identity',
  });
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`key-1.1796000000.${got?.body}`).digest('base64');
  expect(timingSafeEqual(Buffer.from(`v1,${expected}`), Buffer.from(got?.headers['webhook-signature'] ?? ''))).toBe(
    true,
  );
  expect(JSON.stringify(got)).not.toContain(secret);
});

describe('which addresses are public', () => {
  test.each([
    '0.0.0.0',
    '127.0.0.1',
    '127.9.9.9',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    'not an address',
    '',
  ])('not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(['8.8.8.8', '172.32.0.1', '1.1.1.1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2606:4700:4700::1111'])(
    'public: %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test('what a cloud keeps for itself', () => {
    expect(['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', 'fd00:ec2::254'].map(isLinkLocal)).toEqual(
      Array(4).fill(true),
    );
    expect(isLinkLocal('127.0.0.1')).toBe(false);
  });
});

describe('whom a call may reach', () => {
  const port = () => new URL(server.url).port;

  test.each([
    ['its own machine', (at: string) => `http://127.0.0.1:${at}/`],
    ['a decimal address', (at: string) => `http://2130706433:${at}/`],
    ['an octal address', (at: string) => `http://0177.0.0.1:${at}/`],
    ['nowhere', (at: string) => `http://0.0.0.0:${at}/`],
    ['IPv4 in IPv6', (at: string) => `http://[::ffff:127.0.0.1]:${at}/`],
    ['a name of this machine', (at: string) => `http://localhost:${at}/`],
    ['a cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a private network', () => 'http://10.255.255.1/'],
  ])('%s: not called', async (_, url) => {
    expect(await made({ url: url(port()), allowHosts: [] })).toMatchObject({ kind: 'failed', code: 'private-address' });
    expect(server.received).toEqual([]);
  });

  test('allowed by name it is called; a name that leads to metadata is not', async () => {
    expect(await made({ url: `http://localhost:${port()}/`, allowHosts: ['localhost'] })).toMatchObject({ kind: 'ok' });
    expect(await made({ url: 'http://[::ffff:169.254.169.254]/', allowHosts: [] })).toMatchObject({
      code: 'private-address',
    });
  });

  test('a redirect leads to allowed hosts only, and never into a private network', async () => {
    const to = (status: number, location: string) => {
      server.answer = (got, response) => {
        if (got.path !== '/book') return sendJson(response, 200, { got: got.method });
        response.writeHead(status, { location });
        response.end();
      };
    };
    to(307, '/again');
    expect(await made()).toMatchObject({ kind: 'ok', text: '{"got":"POST"}' });
    expect(server.received.map(({ headers }) => headers['webhook-id'])).toEqual(['key-1', 'key-1']);
    to(302, '/result');
    expect(await made()).toMatchObject({ kind: 'ok', text: '{"got":"GET"}' });
    expect(server.received.at(-1)?.headers['webhook-signature']).toBeUndefined();

    for (const location of [
      'https://evil.example.com/',
      `http://localhost:${port()}/`,
      'http://169.254.169.254/',
      'https://[::1]/',
      'ftp://127.0.0.1/',
      'https://10.0.0.1/',
    ]) {
      to(302, location);
      expect(await made(), location).toMatchObject({ kind: 'unknown', code: 'redirect' });
    }
    // Allowed by name, it is still looked at where the name leads.
    to(302, 'https://metadata.test.invalid/');
    expect(await made({ allowHosts: ['127.0.0.1', 'metadata.test.invalid'] })).toMatchObject({ kind: 'unknown' });
    to(302, '/book');
    expect(await made()).toMatchObject({ kind: 'unknown', code: 'redirect', reason: 'more than 3 redirects' });
  });
});

describe('what comes back', () => {
  test.each([
    [200, 'application/json', '{"free":["10:00"]}', { kind: 'ok', text: '{"free":["10:00"]}' }],
    [200, 'text/plain', 'booked', { kind: 'ok', text: 'booked' }],
    [204, 'text/plain', '', { kind: 'ok', text: '' }],
    [200, 'application/json', '{"free":', { kind: 'unknown', code: 'garbled' }],
    [200, 'text/html', '<html>log in</html>', { kind: 'unknown', code: 'web-page' }],
    [200, 'text/plain', '<!DOCTYPE html>', { kind: 'unknown', code: 'web-page' }],
    [400, 'application/json', '{"error":"day is over"}', { kind: 'failed', code: 'refused', status: 400 }],
    [404, 'text/html', '<html>', { kind: 'failed', code: 'refused' }],
    [500, 'text/html', '<html>', { kind: 'unknown', code: 'fault', status: 500 }],
    [503, 'text/plain', 'later', { kind: 'unknown', code: 'fault' }],
  ])('%i %s %s', async (status, type, body, expected) => {
    server.answer = (_, response) => {
      response.writeHead(status, { 'content-type': type });
      response.end(status === 204 ? undefined : body);
    };
    expect(await made()).toMatchObject(expected);
  });

  test('100 MB, an endless answer and a packed one are not read', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const piece = 'x'.repeat(65_536);
      const more = (): void => {
        let isTaken = true;
        while (isTaken && !response.destroyed) isTaken = response.write(piece);
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    expect(await made({ timeoutMs: 20_000 })).toMatchObject({ kind: 'unknown', code: 'too-large' });
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end('bomb');
    };
    expect(await made()).toMatchObject({ kind: 'unknown', code: 'garbled' });
  });

  test('what drips, hangs or breaks ends in time', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = every(() => response.write('{'), 50);
      response.on('close', () => clearInterval(drip));
    };
    expect(await made()).toMatchObject({ kind: 'unknown', code: 'timeout' });
    server.answer = () => undefined;
    expect(await made()).toMatchObject({ kind: 'unknown', code: 'timeout' });
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.socket?.destroy());
    };
    expect(await made()).toMatchObject({ kind: 'unknown', code: 'broken' });
    server.answer = (_, response) => response.socket?.destroy();
    expect(await made()).toMatchObject({ kind: 'unknown', code: 'broken' });
  });

  test('what changes to another protocol is no answer, and is not waited for', async () => {
    for (const [head, code] of [
      ['Upgrade: websocket\r\nConnection: Upgrade', 'broken'],
      ['Connection: close', 'fault'],
    ]) {
      server.answer = (_, response) =>
        void response.socket?.write(`HTTP/1.1 101 Switching Protocols\r\n${head}\r\n\r\n`);
      const answer = await made({ timeoutMs: 20_000 });
      expect(answer, head).toMatchObject({ kind: 'unknown', code });
    }
  });

  test('where nobody listens, or no TLS is spoken, it certainly was not carried out', async () => {
    expect(await made({ url: 'http://127.0.0.1:1/' })).toMatchObject({ kind: 'failed', code: 'unreachable' });
    const plain = createServer((socket) => socket.end('hello'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as { port: number };
    expect(await made({ url: `https://127.0.0.1:${port}/` })).toMatchObject({ kind: 'failed', code: 'unreachable' });
    plain.close();
    expect(await made({ url: 'http://no.such.host.invalid/', allowHosts: ['no.such.host.invalid'] })).toMatchObject({
      kind: 'failed',
      code: 'unreachable',
    });
  });
});

test('a refusal is one however long its page is', async () => {
  server.answer = (_, response) => void response.writeHead(422).end('<html>'.padEnd(100_000, 'x'));
  expect(await made()).toMatchObject({ kind: 'failed', code: 'refused', status: 422 });
});

test('a key is looked up: found, not there, or nobody knows', async () => {
  const asked = (lookupUrl: string) => lookUpCall(tool({ lookupUrl }), secret, 'key 1', 1_796_000_000_000);
  expect(await asked(`${server.url}/calls/{key}`)).toMatchObject({ kind: 'ok' });
  expect(await asked(`${server.url}/calls`)).toMatchObject({ kind: 'ok' });
  expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /calls/key%201',
    'GET /calls?key=key+1',
  ]);
  expect(server.received[0]?.headers['webhook-signature']).toMatch(/^v1,/);
  server.answer = (_, response) => sendJson(response, 404, {});
  expect(await asked(`${server.url}/calls`)).toMatchObject({ kind: 'failed', code: 'absent' });
  for (const status of [400, 401, 500]) {
    server.answer = (_, response) => sendJson(response, status, {});
    expect(await asked(`${server.url}/calls`), String(status)).toMatchObject({ kind: 'unknown' });
  }
  expect(await asked('http://127.0.0.1:1/')).toMatchObject({ kind: 'unknown' });
});

test('a secret of too few bytes is refused: everybody could sign with it', () => {
  expect(secretProblem('whsec_!!!!!!!!!!!!!!!!')).toMatch(/fewer than 16 bytes/);
  expect(secretProblem(`whsec_${Buffer.alloc(15).toString('base64')}`)).toMatch(/fewer than 16/);
  expect(secretProblem(`whsec_${Buffer.alloc(16).toString('base64')}`)).toBeNull();
  expect(secretProblem('as it is, 16 bytes')).toBeNull();
});
