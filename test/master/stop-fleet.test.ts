import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { homePaths } from '../../src/home/home-paths.ts';
import { stopFleet } from '../../src/master/stop-fleet.ts';

const home = mkdtempSync(join(tmpdir(), 'zf-stop-'));
afterAll(() => rmSync(home, { recursive: true }));

test('a master that ends in the moment after it was heard is a stopped one', async () => {
  const paths = homePaths(home);
  for (const folder of [paths.run, paths.data]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const server = createServer((socket) => {
    socket.destroy();
    server.close();
  });
  await promisify<void>((done) => server.listen(paths.socket, () => done(null)))();
  await expect(stopFleet(paths)).resolves.toBeUndefined();
  expect(server.listening).toBe(false);
});
