import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listenOnLoopback, openStatusServer } from '../../../workers/session/status-server.ts';

const open = async (port = 0) => {
  const warnings: unknown[] = [];
  const log = { warn: (text: string, more?: unknown) => warnings.push([text, more]) };
  const server = await openStatusServer({
    port,
    health: () => ({ ok: true }),
    status: () => ({ state: 'connected' }),
    log: log as unknown as Parameters<typeof openStatusServer>[0]['log'],
  });
  return { ...server, warnings };
};
const asked = async (port: number, path: string, host = '127.0.0.1'): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString();
  });
  socket.end(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await once(socket, 'close');
  return text;
};

test('a worker answers who asks, one after the other, and takes another port where its own is taken', async () => {
  const first = await open();
  onTestFinished(() => first.close());
  const second = await open(first.port);
  onTestFinished(() => second.close());

  expect(await asked(first.port, '/health')).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\{"ok":true\}$/);
  expect(await asked(first.port, '/status')).toMatch(/\{"state":"connected"\}$/);
  expect(await asked(first.port, '/health', 'evil.example')).toMatch(/^HTTP\/1\.1 403 /);
  expect(second.port).not.toBe(first.port);
  expect(second.warnings).toHaveLength(1);
  expect(await asked(second.port, '/nowhere')).toMatch(/^HTTP\/1\.1 404 /);
});

test('who has asked half a question does not keep it from closing', async () => {
  const server = await open();
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write('GET /health HTTP/1.1\r\nHost: 127');
  await asked(server.port, '/health');

  const ended = once(socket, 'close');
  await server.close();
  await ended;
});

test.each([
  ['a Node that has the step which listens', (server: ReturnType<typeof createServer>) => server],
  ['one that has it no more', (server: ReturnType<typeof createServer>) => ({ listen: server.listen.bind(server) })],
])('on %s only this machine is listened to', async (_, offered) => {
  const server = createServer();
  onTestFinished(() => {
    server.close();
  });
  const isListening = once(server, 'listening');
  listenOnLoopback(offered(server), 0);
  await isListening;
  expect(server.address()).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
});
