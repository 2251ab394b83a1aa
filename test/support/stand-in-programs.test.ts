import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { parsePs } from '../../src/resources/ps-processes.ts';
import { isOnPath, writeStandIn } from './stand-in-programs.ts';

/** What stands in for a missing program is itself tried on every machine. */

const folder = mkdtempSync(join(tmpdir(), 'zf-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('ps lists this process, in the form that the program reads', () => {
  writeStandIn('ps', folder);
  const output = execFileSync(join(folder, 'ps'), ['-A', '-ww', '-o', 'pid=,ppid=,state=,lstart=,args='], {
    encoding: 'utf8',
  });
  const processes = parsePs(output);
  expect(processes.get(process.pid)).toMatchObject({ pid: process.pid, ppid: process.ppid });
  expect(processes.get(process.pid)?.startTime).toMatch(/^\w{3} \w{3} \d+ [\d:]+ \d{4}$/);
  expect(spawnSync(join(folder, 'ps'), ['aux']).status).not.toBe(0);
});

test('curl prints a body, sends headers, and ends with 7 when nobody answers', async () => {
  writeStandIn('curl', folder);
  const server = createServer((request, response) => response.end(`hello ${request.headers['x-who'] ?? ''}`));
  await promisify<void>((done) => server.listen(0, '127.0.0.1', () => done(null)))();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { execFile } = await import('node:child_process');
  const { stdout } = await promisify(execFile)(join(folder, 'curl'), ['-s', '-H', 'X-Who: you', url]);
  expect(stdout).toBe('hello you');
  await promisify<void>((done) => server.close(() => done(null)))();
  expect(spawnSync(join(folder, 'curl'), [url]).status).toBe(7);
});

test('a program is found on the PATH or not', () => {
  expect(isOnPath('ps', folder)).toBe(true);
  expect(isOnPath('no-such-program', folder)).toBe(false);
});
