import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createPortAllocator } from '../../../src/orchestrator/process/port-allocator.ts';

test('ports go up from the base, skip what others use, and never go to two sessions', async () => {
  const used = new Set([4001, 4003]);
  const ports = createPortAllocator(4000, async (port) => !used.has(port));
  const taken = await Promise.all(['a', 'b', 'c'].map((owner) => ports.take(owner, null)));
  expect([...taken].sort()).toEqual([4000, 4002, 4004]);
});

test('a session gets its last port again while that is free', async () => {
  const ports = createPortAllocator(4000, async () => true);
  expect(await ports.take('a', 4010)).toBe(4010);
  expect(await ports.take('b', 4010)).toBe(4000);
  ports.release('a');
  expect(await ports.take('b', 4010)).toBe(4010);
  ports.claim('c', 4000);
  expect(await ports.take('d', null)).toBe(4001);
});

test('a port that is really in use is seen', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await createPortAllocator(port).take('a', null)).not.toBe(port);
  await new Promise((done) => server.close(done));
});

test('no port left is said with what to do', async () => {
  await expect(createPortAllocator(4000, async () => false).take('loja', null)).rejects.toThrow(/BASE_PORT/);
});
