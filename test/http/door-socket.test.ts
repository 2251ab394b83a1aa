import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectNode } from '../../src/client/connect-node.ts';
import { webWay } from '../../src/client/web-way.ts';
import { maxDoors } from '../../src/http/door-socket.ts';
import { createServedDoors } from '../../src/master/served-doors.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import { until } from '../support/until.ts';
import { fakeRow, qrPayload } from './fake-fleet.ts';
import { closeServers, cookieOf, logIn, type Served, serve, token } from './serve.ts';

const fleets: Fleet[] = [];
const others: (Server | TcpServer)[] = [];
afterEach(async () => {
  await Promise.all(fleets.splice(0).map((fleet) => fleet.close()));
  for (const server of others.splice(0)) server.close();
  await closeServers();
});

/** The HTTP server with the door behind it, as the master has it. */
const serveDoor = async (more: Parameters<typeof serve>[0] = {}) => {
  const { createFakeFleet, scanRow } = await import('./fake-fleet.ts');
  const fleet = createFakeFleet(fakeRow('padaria-joao'), scanRow('studio-bela'));
  const doors = createServedDoors({ fleet, version: '1.0.0', log: () => undefined });
  const served = await serve({ fleet, serveDoor: doors.serve, ...more });
  return { served, fleet, doors };
};
const address = (url: string) => ({ kind: 'web', url }) as const;
const open = async (url: string, given = token): Promise<Fleet> => {
  const fleet = await connectNode({ address: address(url), token: given }, '1.0.0');
  fleets.push(fleet);
  return fleet;
};
const refusalOf = (url: string, given = token): Promise<string> =>
  open(url, given).then(
    () => 'opened',
    (error: Error) => error.message,
  );
const rawDoor = (served: Served, headers: Record<string, string> = { authorization: `Bearer ${token}` }) => {
  const socket = new WebSocket(`${served.url.replace('http', 'ws')}/api/door`, { headers, autoPong: false });
  socket.on('error', () => undefined);
  return socket;
};
const statusOf = async (socket: WebSocket): Promise<number> => {
  const [, response] = await once(socket, 'unexpected-response');
  socket.terminate();
  return response.statusCode;
};
const hello = JSON.stringify({ type: 'hello', v: 1, version: '1', subscribe: true, pid: 1 });

describe('the door over a WebSocket', () => {
  it('is the same door: the whole snapshot with codes, deltas, requests and their failures', async () => {
    const { served, fleet } = await serveDoor();
    const remote = await open(served.url);
    expect(JSON.stringify(remote.getSnapshot().sessions)).toContain(qrPayload);
    const { sessions } = remote.getSnapshot();

    fleet.set(fakeRow('padaria-joao', { label: 'Changed' }));
    await until(() => remote.getSnapshot().sessions[0]?.label === 'Changed', { what: 'the delta' });
    expect(remote.getSnapshot().sessions[1]).toBe(sessions[1]);

    await remote.request('pause', { name: 'padaria-joao', actor: 'you' });
    expect(fleet.calls.at(-1)).toMatchObject({ method: 'pause' });
    await expect(remote.request('start', { name: 'nobody' })).rejects.toMatchObject({ code: 'no-such-session' });
  });

  it('ends the connection of an upgrade that it refuses, also where only the name is refused', async () => {
    const { served } = await serveDoor();
    const { hostname, port } = new URL(served.url);
    for (const host of ['evil.example', '127.evil.example']) {
      const socket = connect(Number(port), hostname);
      let answer = '';
      socket.on('data', (chunk) => {
        answer += String(chunk);
      });
      const ended = once(socket, 'end');
      socket.write(
        `GET /api/door HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
      );
      await ended;
      socket.destroy();
      expect(answer).toContain('403');
    }
  });

  it('opens for the token alone: not for a login, a page of ours or of others', async () => {
    const { served } = await serveDoor();
    expect(await statusOf(rawDoor(served, {}))).toBe(401);
    expect(await statusOf(rawDoor(served, { authorization: 'Bearer wrong' }))).toBe(401);
    const cookie = cookieOf(await logIn(served.url));
    expect(await statusOf(rawDoor(served, { cookie, origin: served.url }))).toBe(403);
    expect(await statusOf(rawDoor(served, { authorization: `Bearer ${token}`, origin: served.url }))).toBe(403);
    expect(await statusOf(rawDoor(served, { authorization: `Bearer ${token}`, origin: 'https://evil.example' }))).toBe(
      403,
    );
  });

  it('says in one line what to do about a wrong token, and tells nobody the token', async () => {
    const { served } = await serveDoor();
    expect(await refusalOf(served.url, 'a-wrong-token-0123456789')).toBe(
      `${served.url} does not take this token. Its own is printed there by: zap-fleet token`,
    );
    expect(served.logged.join('\n')).toContain('a request with a wrong token');
    expect(served.logged.join('\n')).not.toContain('a-wrong-token');
  });

  it('limits how often a token can be guessed', async () => {
    const { served } = await serveDoor({ limits: { wrongTokensPerMinute: 2 } });
    for (const guess of ['first-guess-0123456789', 'second-guess-0123456789']) await refusalOf(served.url, guess);
    expect(await refusalOf(served.url, 'third-guess-0123456789')).toMatch(/too many wrong tokens/);
    expect(await refusalOf(served.url)).toBe('opened');
  });

  it('ends a client that says too much at once, and goes on with the others', async () => {
    const { served, fleet } = await serveDoor({ limits: { bodyBytes: 10_000 } });
    const good = await open(served.url);
    const bad = rawDoor(served);
    await once(bad, 'open');
    bad.send('x'.repeat(10_001));
    const [code] = await once(bad, 'close');
    expect(code).toBe(1009);
    fleet.set(fakeRow('padaria-joao', { label: 'still' }));
    await until(() => good.getSnapshot().sessions[0]?.label === 'still', { what: 'the delta' });
  });

  it('skips a client that stopped reading ahead to the newest, and queues nothing for it', async () => {
    const { served, fleet } = await serveDoor();
    const slow = rawDoor(served);
    const labels: string[] = [];
    slow.on('message', (data) => {
      const message = JSON.parse(String(data));
      const [row] = message.snapshot?.sessions ?? message.delta?.changed ?? [];
      if (row !== undefined) labels.push(row.label);
    });
    await once(slow, 'open');
    slow.send(hello);
    await until(() => labels.length === 1, { what: 'the snapshot' });
    slow.pause();
    const filler = 'x'.repeat(60_000);
    for (let n = 0; n <= 600; n += 1) {
      fleet.set(fakeRow('padaria-joao', { label: `${n} ${filler}` }));
      if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    slow.resume();
    await until(() => labels.at(-1)?.startsWith('600 '), { what: 'the newest' });
    expect(labels.length).toBeLessThan(400);
    slow.terminate();
  });

  it('cuts off a client whose other end is gone', async () => {
    const { served, fleet } = await serveDoor({ limits: { doorPing: 50 } });
    const before = fleet.listeners;
    const gone = rawDoor(served);
    await once(gone, 'open');
    gone.send(hello);
    await until(() => fleet.listeners === before + 1, { what: 'the subscription' });
    // It answers no ping, as a machine that lost its network.
    await once(gone, 'close');
    await until(() => fleet.listeners === before, { what: 'the unsubscribe' });
  });

  it('refuses one more than it holds, and has room again when one leaves', async () => {
    const { served } = await serveDoor();
    const held = Array.from({ length: maxDoors }, () => rawDoor(served));
    await Promise.all(held.map((socket) => once(socket, 'open')));
    expect(await statusOf(rawDoor(served))).toBe(503);
    held[0]?.terminate();
    await until(async () => (await refusalOf(served.url)) === 'opened', { what: 'room for one' });
    for (const socket of held) socket.terminate();
  });

  it('tells its clients why the master ends, and they look for it until it is back', async () => {
    const first = await serveDoor();
    const { port } = new URL(first.served.url);
    const remote = await open(first.served.url);
    first.doors.end('the fleet was stopped. Start it with: zap-fleet');
    await first.served.server.close();
    await until(() => remote.connection().state === 'lost', { what: 'the loss' });
    await expect(remote.request('check', { name: 'padaria-joao' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('the fleet was stopped'),
    });
    await serveDoor({ settings: { PORT: Number(port) } });
    await until(() => remote.connection().state === 'open', { what: 'the way back' });
  });
});

interface Answer {
  readonly status: number;
  readonly headers?: string;
  readonly body?: string;
}

/** Something else than a fleet answers. */
const otherServer = async ({ status, headers = '', body = '' }: Answer): Promise<string> => {
  const server = createServer();
  server.on('upgrade', (_, socket) => {
    socket.end(`HTTP/1.1 ${status} X\r\n${headers}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
  });
  others.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return `http://127.0.0.1:${port}`;
};
const tlsServer = async (notAfter: Date): Promise<string> => {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    notBeforeDate: new Date(2020, 0, 1),
    notAfterDate: notAfter,
    keySize: 2048,
  } as never);
  const server = createTlsServer({ key: pems.private, cert: pems.cert });
  others.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return `https://127.0.0.1:${port}`;
};

describe('what is no door is one line that says what to do', () => {
  it.each<[string, Answer, RegExp]>([
    [
      'a proxy that wants https',
      { status: 308, headers: 'location: https://bots.example.com/api/door\r\n' },
      /leads to https:\/\/bots\.example\.com: give that address$/,
    ],
    ['another program', { status: 404, body: '<h1>nginx</h1>' }, /there is no door at .*older zap-fleet$/],
    ['a proxy without a master', { status: 502, body: 'Bad Gateway' }, /answers 502: no master is behind it now$/],
    [
      'https on the same port',
      { status: 400, body: 'The plain HTTP request was sent to HTTPS port' },
      /speaks https: give it as https:\/\/$/,
    ],
  ])('%s', async (_, answer, words) => {
    const said = await refusalOf(await otherServer(answer));
    expect(said).toMatch(words);
    expect(said).not.toContain('\n');
  });

  it('http where https is spoken, https where http is spoken, and nobody at all', async () => {
    const tls = await tlsServer(new Date(2040, 0, 1));
    expect(await refusalOf(tls.replace('https', 'http'))).toMatch(/give it as https:\/\//);
    const plain = await otherServer({ status: 200 });
    expect(await refusalOf(plain.replace('http', 'https'))).toMatch(/does not speak TLS there/);
    const tcp = createTcpServer().listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const { port } = tcp.address() as { port: number };
    tcp.close();
    await once(tcp, 'close');
    expect(await refusalOf(`http://127.0.0.1:${port}`)).toBe(`nobody answers at http://127.0.0.1:${port}`);
  });

  it('a certificate that nobody signed, and one that has expired', async () => {
    expect(await refusalOf(await tlsServer(new Date(2040, 0, 1)))).toMatch(/certificate of .* is signed by itself/);
    expect(await refusalOf(await tlsServer(new Date(2021, 0, 1)))).toMatch(
      /certificate of .* has expired: renew it there/,
    );
  });

  it('a server that takes the connection and says nothing is given up', async () => {
    const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1');
    others.push(silent);
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const ended: string[] = [];
    const pipe = webWay(
      address(`http://127.0.0.1:${port}`),
      token,
    )({
      onConnect: () => undefined,
      onMessage: () => undefined,
      onClose: ({ reason }) => ended.push(reason),
    });
    pipe.destroy('it hangs');
    await until(() => ended.length > 0, { what: 'the end' });
    expect(ended).toEqual(['it hangs']);
  });
});
