import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocketServer, type SocketServer } from '../../src/master/socket-server.ts';
import { createFleet } from '../../src/orchestrator/door/fleet.ts';
import type { FleetHandlers } from '../../src/orchestrator/door/handlers.ts';
import type { FleetState } from '../../src/orchestrator/state/fleet-state.ts';
import type { FleetSnapshot } from '../../src/protocol/fleet.ts';
import { fleetRequests } from '../../src/protocol/fleet-api.ts';
import { maxLineBytes, wireVersions } from '../../src/protocol/wire.ts';
import { parseWorkerMessage, workerMessages, workerProtocolVersion } from '../../src/protocol/worker-messages.ts';
import { until } from '../support/until.ts';

// A process of its own: a thousand clients at once keep it busy for a while, and others would wait in vain.

/** What comes from outside the master: the door's socket and the workers' messages. Nothing of it may end the master or reach a handler unchecked. */

const snapshot = { sequence: 1, fleet: {}, sessions: [], incidents: [], banners: [], jobs: [], events: [] };
let directory: string;
let path: string;
let server: SocketServer;
let handled: unknown[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'zfh-'));
  path = join(directory, 'master.sock');
  // The real door, every method of it in the test's hands: what gets through has passed the schema.
  const state = {
    getSnapshot: () => snapshot as unknown as FleetSnapshot,
    subscribe: () => () => undefined,
    flush: () => undefined,
  } as unknown as FleetState;
  const handle = (params: unknown): unknown => {
    handled.push(params);
    return params;
  };
  const handlers = Object.fromEntries(Object.keys(fleetRequests).map((method) => [method, handle]));
  const fleet = createFleet({
    state,
    handlers: handlers as unknown as FleetHandlers,
    log: () => undefined,
  });
  server = await openSocketServer({ path, fleet, version: '1.0.0', log: () => undefined });
});
afterAll(async () => {
  await server.close('');
  rmSync(directory, { recursive: true });
});

const hello = `${JSON.stringify({ type: 'hello', v: wireVersions.newest, version: '1', subscribe: false, pid: 1 })}\n`;
const open = (): { socket: Socket; lines: () => Record<string, unknown>[]; isClosed: () => boolean } => {
  const socket = connect(path);
  let text = '';
  let closed = false;
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  // A refused client may still be writing.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  return {
    socket,
    lines: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    isClosed: () => closed,
  };
};
const stillAnswers = async (): Promise<void> => {
  const client = open();
  client.socket.write(`${hello}{"type":"request","id":1,"method":"session","params":{"name":"loja"}}\n`);
  await until(() => client.lines().length === 2, { what: 'an answer' });
  expect(client.lines()[1]).toEqual({ type: 'response', id: 1, result: { name: 'loja' } });
  client.socket.destroy();
  await until(() => server.clients() === 0, { what: 'no client left' });
};

test('any bytes at all end at most their own connection', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
          fc.json().map((text) => Buffer.from(`${text}\n`)),
          fc
            .constantFrom(hello, '{"type":"request","id":1e999,"method":"session"}\n', '\n\n\n', '\u0000\n')
            .map(Buffer.from),
        ),
        { maxLength: 8 },
      ),
      async (pieces) => {
        const client = open();
        client.socket.end(Buffer.concat(pieces));
        await until(() => client.isClosed(), { every: 2, what: 'the end of the connection' });
      },
    ),
    { numRuns: 150 },
  );
  await stillAnswers();
});

test('methods and parameters of every kind are refused before a handler sees them', async () => {
  handled = [];
  const bad: [string, unknown][] = [
    ['__proto__', {}],
    ['constructor', {}],
    ['toString', {}],
    ['session', null],
    ['session', []],
    ['session', 'loja'],
    ['session', { name: 1 }],
    ['session', { name: 'x'.repeat(201) }],
    ['session', { name: 'loja', extra: true }],
    ['session', JSON.parse('{"name":"loja","__proto__":{"admin":true}}')],
    ...Object.keys(fleetRequests).map((method): [string, unknown] => [method, { name: { $ne: null }, id: [] }]),
  ];
  const client = open();
  client.socket.write(hello);
  bad.forEach(([method, params], id) => {
    client.socket.write(`${JSON.stringify({ type: 'request', id, method, params })}\n`);
  });
  await until(() => client.lines().length === bad.length + 1, { what: 'an answer to each' });
  for (const line of client.lines().slice(1)) expect(line).toMatchObject({ type: 'failure' });
  expect(handled).toEqual([]);
  client.socket.destroy();
  await stillAnswers();
});

test('JSON that is nested a hundred thousand deep is a refusal', async () => {
  const client = open();
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  client.socket.write(`${hello}{"type":"request","id":1,"method":"session","params":${deep}}\n`);
  await until(() => client.lines().length === 2, { what: 'the refusal' });
  client.socket.destroy();
  await stillAnswers();
});

test('ten thousand requests at once are answered, each once', async () => {
  const client = open();
  const count = 10_000;
  client.socket.write(
    hello +
      Array.from(
        { length: count },
        (_, id) => `{"type":"request","id":${id},"method":"session","params":{"name":"loja"}}\n`,
      ).join(''),
  );
  await until(() => client.lines().length === count + 1, { within: 20_000, every: 100, what: 'all answers' });
  expect(new Set(client.lines().map((line) => line['id'])).size).toBe(count + 1);
  client.socket.destroy();
  await stillAnswers();
});

test('a thousand clients at once, half of which go in the middle of a line', async () => {
  const clients: ReturnType<typeof open>[] = [];
  while (clients.length < 1000) {
    // A socket's queue of those that knock holds 511; the rest would be turned away by the kernel.
    const knocking = Array.from({ length: 200 }, open);
    for (const [index, client] of knocking.entries()) client.socket.write(index % 2 === 0 ? hello : hello.slice(0, 20));
    clients.push(...knocking);
    await until(() => server.clients() === clients.length, { what: 'all of them inside' });
  }
  await until(() => clients.every((client, index) => index % 2 === 1 || client.lines().length === 1), {
    within: 20_000,
    every: 50,
    what: 'a snapshot for each that said hello',
  });
  for (const client of clients) client.socket.destroy();
  await stillAnswers();
}, 40_000);

test('lines above the limit from many clients are cut off, not kept', async () => {
  const clients = Array.from({ length: 4 }, open);
  const piece = 'x'.repeat(1024 * 1024);
  for (const client of clients)
    for (let sent = 0; sent <= maxLineBytes; sent += piece.length) client.socket.write(piece);
  await until(() => clients.every((client) => client.isClosed()), { what: 'the cut' });
  await stillAnswers();
});

const from = { v: workerProtocolVersion, session: 'loja', sessionId: 'id', startId: 'start', pid: 1, at: 1 };
const good = {
  'zap:state': {
    state: 'connected',
    since: 1,
    reasonCode: null,
    reason: null,
    phone: null,
    lid: null,
    pushName: null,
    nextTryAt: null,
  },
  'zap:activity': { ai: { status: 'ok', reason: null }, deaf: false },
} as const;

test('a worker message is understood whole or refused in words', () => {
  for (const [type, data] of Object.entries(good)) {
    expect(parseWorkerMessage(type, { ...from, ...data })).toHaveProperty('message');
    const refused: [string, object][] = [
      ['another version', { v: workerProtocolVersion + 1 }],
      ['no version', { v: undefined }],
      ['a long session', { session: 'x'.repeat(49) }],
      ['a pid that is none', { pid: -1 }],
      ['more than it should say', { admin: true }],
      ['not a number', { at: Number.NaN }],
    ];
    for (const [what, change] of refused)
      expect([what, parseWorkerMessage(type, { ...from, ...data, ...change })]).toEqual([
        what,
        { problem: expect.any(String) },
      ]);
  }
  expect(parseWorkerMessage('zap:state', { ...from, ...good['zap:state'], reason: 'x'.repeat(2001) })).toHaveProperty(
    'problem',
  );
  for (const type of ['__proto__', 'constructor', 'toString', 'zap:nothing', 'x'.repeat(100_000)]) {
    const parsed = parseWorkerMessage(type, from);
    expect(JSON.stringify(parsed).length).toBeLessThan(200);
    expect(parsed).toHaveProperty('problem');
  }
});

test('whatever a worker sends, nothing throws', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(workerMessages)),
      fc.anything({ withNullPrototype: true }),
      (type, data) => {
        expect(parseWorkerMessage(type, data)).toHaveProperty('problem');
      },
    ),
    { numRuns: 2000 },
  );
});
