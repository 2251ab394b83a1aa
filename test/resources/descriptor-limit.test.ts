import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { descriptorUseOf, parseOpenFilesLimit } from '../../src/resources/descriptor-limit.ts';

const limits = (soft: string, hard: string): string =>
  [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    'Max cpu time              unlimited            unlimited            seconds   ',
    `Max open files            ${soft.padEnd(20)} ${hard.padEnd(20)} files     `,
    'Max locked memory         8388608              8388608              bytes     ',
  ].join('\n');

test.each([
  ['64', '1048576', 64],
  ['1024', '524288', 1024],
  ['unlimited', 'unlimited', Number.POSITIVE_INFINITY],
  ['0', '0', 0],
])('the soft limit is the one that bites: %s of %s', (soft, hard, limit) =>
  expect(parseOpenFilesLimit(limits(soft, hard))).toBe(limit),
);

test.each([[''], ['Max open'], ['Max open files'], ['Max open files   many   many files']])(
  'what is no limit is none: %j',
  (text) => expect(parseOpenFilesLimit(text)).toBeNull(),
);

describe('of a process', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'zf-proc-'));
    for (const pid of ['7', '8']) mkdirSync(join(root, pid, 'fd'), { recursive: true });
    writeFileSync(join(root, '7', 'limits'), limits('64', '64'));
    for (const descriptor of ['0', '1', '2']) writeFileSync(join(root, '7', 'fd', descriptor), '');
    mkdirSync(join(root, '9'));
    writeFileSync(join(root, '9', 'limits'), limits('64', '64'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test('limit and use', () => expect(descriptorUseOf(7, root)).toEqual({ limit: 64, used: 3 }));
  test('nothing without its limits, its descriptors, or itself', () =>
    expect([8, 9, 10].map((pid) => descriptorUseOf(pid, root))).toEqual([null, null, null]));

  test('of our own, and of a child whose shell lowered it', async () => {
    const own = descriptorUseOf('self');
    expect(own?.used).toBeGreaterThan(2);
    const child = spawn('sh', ['-c', 'ulimit -n 77 && echo ready && read line'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await new Promise((done) => child.stdout.once('data', done));
    expect(descriptorUseOf(child.pid ?? 0)).toMatchObject({ limit: 77 });
    child.stdin.end('\n');
    await new Promise((done) => child.once('exit', done));
  });
});
