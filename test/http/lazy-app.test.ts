import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { HttpApp } from '../../src/http/app.ts';
import { defaultLimits } from '../../src/http/context.ts';
import { type HttpPort, openHttpPort } from '../../src/http/http-port.ts';
import { createLazyApp } from '../../src/http/lazy-app.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A port whose app is made when the test says so; what was handed to it, and what was told of its making. */
const open = async (within = 10_000, host = '127.0.0.1') => {
  const handed: string[] = [];
  const told: unknown[] = [];
  const makings: PromiseWithResolvers<void>[] = [];
  let asked = Promise.withResolvers<void>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    handed.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => response.end(`answer to ${request.url}`));
  };
  const app: HttpApp = {
    request: answer,
    upgrade: (request, socket) => {
      handed.push(`upgrade ${request.url}`);
      socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    },
    close: async () => void handed.push('closed'),
  };
  const lazy = createLazyApp({
    make: async () => {
      const making = Promise.withResolvers<void>();
      makings.push(making);
      asked.resolve();
      await making.promise;
      return app;
    },
    within,
    onMade: (error) => told.push(error),
  });
  const log = { warn: () => undefined };
  const port: HttpPort = await openHttpPort({ host, port: 0, limits: defaultLimits, app: lazy, log });
  const close = (): Promise<void> => port.close(() => lazy.close());
  ends.push(close);
  return {
    url: `http://${host}:${port.port}`,
    port: port.port,
    handed,
    told,
    close,
    makings,
    /** Resolves when the making after the last one was asked for. */
    begun: async () => {
      await asked.promise;
      asked = Promise.withResolvers();
    },
  };
};

/** A connection that sends bytes; what came back until it was closed. */
const send = (port: number, bytes: string): { socket: Socket; there: Promise<unknown>; text: Promise<string> } => {
  const socket = connect(port, '127.0.0.1');
  const got: Buffer[] = [];
  socket.on('data', (data) => got.push(data)).on('error', () => socket.destroy());
  socket.write(bytes);
  return {
    socket,
    there: once(socket, 'connect'),
    // Not `once`, which rejects where it is cut off.
    text: new Promise((done) => void socket.on('close', () => done(Buffer.concat(got).toString()))),
  };
};
const line = (what: string, ...headers: string[]): string => [what, 'Host: 127.0.0.1', ...headers, '', ''].join('\r\n');
const upgrade = line('GET /socket HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket');

test('who comes while it is made waits, in order, also with a body and for an upgrade; it is made once', async () => {
  const { port, url, begun, makings, handed, told } = await open();
  const piped = send(
    port,
    `${line('GET /1 HTTP/1.1')}${line('POST /2 HTTP/1.1', 'Content-Length: 3', 'Connection: close')}abc`,
  );
  await begun();
  const upgraded = send(port, upgrade);
  const gone = send(port, line('GET /gone HTTP/1.1'));
  const last = fetch(`${url}/3`);
  await Promise.all([upgraded.there, gone.there]);
  gone.socket.destroy();
  await gone.text;
  expect([handed, told]).toEqual([[], []]);

  makings[0]?.resolve();
  expect(await piped.text).toMatch(/answer to \/1.*answer to \/2/s);
  expect(await upgraded.text).toMatch(/^HTTP\/1.1 101/);
  expect(await (await last).text()).toBe('answer to /3');
  expect(await (await fetch(`${url}/4`)).text()).toBe('answer to /4');
  expect([makings.length, told]).toEqual([1, [null]]);
  expect(handed.filter((one) => /\/[1-4]$|socket/.test(one)).toSorted()).toEqual([
    'GET /1',
    'GET /3',
    'GET /4',
    'POST /2',
    'upgrade /socket',
  ]);
});

test('what cannot be made is said to all who wait, with every header, and not tried again by each', async () => {
  const { port, url, begun, makings, handed, told } = await open();
  const upgraded = send(port, upgrade);
  const asked = fetch(`${url}/api/sessions`);
  await begun();
  makings[0]?.reject(new Error('ENOENT /opt/secret/chunk.cjs'));

  const answer = await asked;
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('x-frame-options')]).toEqual([
    503,
    '10',
    'DENY',
  ]);
  const body = JSON.stringify(await answer.json());
  expect(body).toContain('"code":"unavailable"');
  expect(body).not.toContain('secret');
  expect(await upgraded.text).toMatch(/^HTTP\/1.1 503 .*"unavailable"/s);
  expect((await fetch(`${url}/healthz`)).status).toBe(503);
  expect([makings.length, handed, String(told[0])]).toEqual([1, [], 'Error: ENOENT /opt/secret/chunk.cjs']);
});

test('what is never made keeps nobody waiting for ever, and whoever comes after it was made is answered', async () => {
  const { url, begun, makings, told } = await open(50);
  expect((await fetch(url)).status).toBe(503);
  await begun();
  makings[0]?.resolve();
  await expect.poll(async () => (await fetch(url)).status).toBe(200);
  expect([makings.length, told]).toEqual([1, [null]]);
});

test('a port that closes in the middle cuts off who waits, and ends what was made meanwhile', async () => {
  const { port, close, begun, makings, handed } = await open();
  const waiting = [send(port, line('GET /1 HTTP/1.1')), send(port, upgrade)];
  await begun();
  await Promise.all(waiting.map(({ there }) => there));
  const closed = close();
  makings[0]?.resolve();
  await closed;
  expect(await Promise.all(waiting.map(({ text }) => text))).toEqual(['', '']);
  expect(handed).toEqual(['closed']);
});

test('a port that nobody asked anything ends without making anything', async () => {
  const { close, makings } = await open();
  await close();
  expect(makings).toEqual([]);
});

test('localhost is every address of that name', async () => {
  const { port, begun, makings } = await open(10_000, 'localhost');
  const asked = fetch(`http://127.0.0.1:${port}/1`);
  await begun();
  makings[0]?.resolve();
  expect((await asked).status).toBe(200);
});
