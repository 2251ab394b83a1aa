import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { closeServers, type Served, serve, token } from './serve.ts';

afterEach(closeServers);

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What comes back for bytes as they are; null when the line is cut without a word. */
const send = async ({ url }: Served, bytes: string): Promise<Answer | null> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (data) => received.push(data)).on('error', () => socket.destroy());
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  const text = Buffer.concat(received).toString();
  if (text === '') return null;

  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.replace(/^[^:]*: /, '')]);
  return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(headers), body: rest.join('\r\n\r\n') };
};
const request = (line: string, ...headers: string[]): string =>
  `${[line, 'Host: 127.0.0.1', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;
const get = (path: string, ...headers: string[]): string => request(`GET ${path} HTTP/1.1`, ...headers);
const known = `Authorization: Bearer ${token}`;
const upgrade = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
const upgrading = (path: string, ...headers: string[]): string =>
  get(path, ...upgrade, ...headers).replace('Connection: close', 'Connection: Upgrade');

const secured = [
  'content-security-policy',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
  'cross-origin-resource-policy',
  'cross-origin-opener-policy',
  'permissions-policy',
  'cache-control',
  'x-request-id',
];

describe('every answer, also before a route, has the same headers', () => {
  it.each<[string, string, number]>([
    ['an address that cannot be read', get('/%zz'), 400],
    ['one with half a character', get('/api/sessions/%c3'), 400],
    ['one that ends in the middle of an escape', get('/link/%'), 400],
    ['one of bytes that are no text', get('/%ff%fe/'), 400],
    ['a name longer than any', get(`/api/sessions/${'x'.repeat(3000)}`, known), 414],
    ['nothing there', get('/nowhere'), 404],
    ['slashes', get('//evil.example/%2e%2e'), 404],
    ['a whole address', get('http://evil.example/api/sessions'), 401],
    ['no token', get('/api/sessions'), 401],
    ['HEAD of a route', request('HEAD /api/sessions HTTP/1.1', known), 404],
    ['OPTIONS of a route', request('OPTIONS /api/sessions HTTP/1.1', 'Origin: https://evil.example', known), 404],
    ['OPTIONS of everything', request('OPTIONS * HTTP/1.1'), 404],
    ['TRACE', request('TRACE / HTTP/1.1', known), 404],
    ['a method of WebDAV', request('PROPFIND / HTTP/1.1', known), 404],
    ['PURGE', request('PURGE /api/sessions/padaria-joao HTTP/1.1', known), 404],
    ['a method that is none', request('FOO / HTTP/1.1'), 400],
    ['headers that are too large', get('/healthz', `X: ${'a'.repeat(100_000)}`), 431],
    ['a header that is none', get('/healthz', 'no colon'), 400],
    ['a header with a NUL', get('/healthz', 'X: a\u0000b'), 400],
    ['a header that is folded', get('/healthz', 'X: a\r\n b\u001b'), 400],
    ['two lengths', request('POST /login HTTP/1.1', 'Content-Length: 3', 'Content-Length: 4'), 400],
    ['a length and chunks', request('POST /login HTTP/1.1', 'Content-Length: 3', 'Transfer-Encoding: chunked'), 400],
    ['no host', 'GET /api/sessions HTTP/1.1\r\nConnection: close\r\n\r\n', 403],
    ['no host in HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 403],
    ['a host that is none', get('/').replace('127.0.0.1', 'a b'), 403],
    ['another host and a bad address', get('/%zz').replace('127.0.0.1', 'rebind.example'), 403],
    ['an expectation', get('/api/sessions', 'Expect: the-moon'), 401],
    ['no HTTP at all', '\u0016\u0003\u0001\u0000\u00a5\r\n\r\n', 400],
    ['a WebSocket without a token', upgrading('/api/events'), 401],
    ['a WebSocket with a wrong one', upgrading('/api/events', 'Authorization: Bearer wrong'), 401],
    ['a WebSocket with the token in its address', upgrading(`/api/events?token=${token}`), 401],
    ['a WebSocket to nowhere', upgrading('/nowhere'), 404],
    ['a WebSocket to an address that cannot be read', upgrading('/%zz'), 400],
  ])('%s', async (_, bytes, status) => {
    const served = await serve({ limits: { requestDeadline: 3000 } });
    const answer = await send(served, bytes);
    expect(answer?.status).toBe(status);
    expect(secured.filter((name) => answer?.headers[name] === undefined)).toEqual([]);
    expect(answer?.headers['x-powered-by'] ?? answer?.headers['access-control-allow-origin']).toBeUndefined();
    if (!bytes.startsWith('HEAD')) {
      expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: { requestId: answer?.headers['x-request-id'] } });
      expect(answer?.body).not.toMatch(/fastify|FST_|node_modules|\.ts|zz|evil|token=/);
    }
    expect(served.fleet.calls).toEqual([]);
  });

  it('a request that never ends is answered and cut off', async () => {
    const served = await serve({ limits: { requestDeadline: 300 } });
    const answer = await send(served, 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: b');
    expect([answer?.status, secured.filter((name) => answer?.headers[name] === undefined)]).toEqual([408, []]);
  });

  it('a tunnel is cut without a word', async () => {
    const served = await serve();
    expect(await send(served, request('CONNECT evil.example:443 HTTP/1.1'))).toBeNull();
    expect(await send(served, get('/healthz'))).toMatchObject({ status: 200 });
  });

  it('an id that a log may not hold is not given back', async () => {
    const served = await serve();
    for (const id of ['short', 'x'.repeat(65), 'a b c d e f g', '\u009b2Jabcdefgh', 'abcdefgh\tijk']) {
      const answer = await send(served, get('/%zz', `X-Request-Id: ${id}`));
      expect(answer?.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
    }
    expect((await send(served, get('/%zz', 'X-Request-Id: trace-12345')))?.headers['x-request-id']).toBe('trace-12345');
  });
});
