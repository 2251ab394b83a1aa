import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { built, setBuilt } from '../support/built-program.ts';

setBuilt();
const chunks = join(dirname(built('cli.js')), 'chunks');
const pack = (name: string): string => {
  const [found, ...others] = readdirSync(chunks).filter((file) =>
    new RegExp(`^${name}-[0-9a-f]{12}\\.cjs$`).test(file),
  );
  expect([found, others]).toEqual([expect.any(String), []]);
  return found as string;
};
const textOf = (name: string): string => readFileSync(join(chunks, pack(name)), 'utf8');

const moduleOf = (name: string): string => {
  const [, id] = new RegExp(`"(${name}-[A-Z0-9]{8}\\.js)"`).exec(textOf('screens')) ?? [];
  if (id === undefined) throw new Error(`no module ${name} among the screens`);
  return JSON.stringify(id);
};

/** The lines that a process prints which loads what the dashboard loads before its first frame, and then does `ask`. */
const linesOf = (ask: string, env: Readonly<Record<string, string>>): readonly string[] => {
  const script = `
    const loader = require(${JSON.stringify(join(chunks, 'loader.cjs'))});
    void (async () => {
      const { openDashboard } = await loader.later(${moduleOf('dashboard')}, 'dashboard');
      const mount = await loader.later(${moduleOf('mount')});
      ${ask}
      process.exit(0);
    })();`;
  // In a file: what is evaluated has an `exports` of its own all over the process, and packs are no modules where they are kept.
  const folder = mkdtempSync(join(tmpdir(), 'zf-packs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'first-frame.cjs');
  writeFileSync(file, script);
  const output = execFileSync(process.execPath, [file], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return output.trim().split('\n');
};
const drawn = 'void mount.App; void mount.render; void openDashboard;';

test('what comes after the first frame lies in files of its own, and is not read for it', () => {
  expect(textOf('later-screens')).toContain('RouteScreen');
  expect(textOf('portuguese')).toContain('Portuguese');
  expect(textOf('screens')).toContain('FleetScreen');

  // Without a place for compiled code packs are loaded by `require`, which tells of them.
  const read = linesOf(`${drawn} console.log(Object.keys(require.cache).join('\\n'));`, {
    NODE_DISABLE_COMPILE_CACHE: '1',
  }).map((path) => basename(path));
  expect(read).toContain(pack('screens'));
  for (const name of ['later-screens', 'portuguese', 'schemas']) expect(read).not.toContain(pack(name));
});

test('what the first frame asks of Node is not what costs milliseconds to load', () => {
  const parts = linesOf(`${drawn} console.log(process.moduleLoadList.join('\\n'));`, {
    NODE_DISABLE_COMPILE_CACHE: '1',
  });
  expect(parts).toContain('NativeModule fs');
  for (const part of ['perf_hooks', 'v8', 'crypto', 'child_process', 'assert', 'http', 'sqlite'])
    expect(parts).not.toContain(`NativeModule ${part}`);
});

test('what a module exports has no prototype, and is what it is at the moment', () => {
  expect(
    linesOf(`${drawn} console.log(Object.getPrototypeOf(mount), typeof mount.App, Object.keys(mount).sort());`, {}),
  ).toEqual([expect.stringMatching(/^null function \[.*'App'.*\]$/)]);
});

const damages: readonly (readonly [string, (path: string) => void])[] = [
  ['is as it was kept', () => undefined],
  ['is cut off', (path) => truncateSync(path, 1000)],
  ['is empty', (path) => truncateSync(path, 0)],
  ['is not code', (path) => writeFileSync(path, Buffer.alloc(100_000, 'zap'))],
  ['is gone', (path) => unlinkSync(path)],
  [
    'cannot be read',
    (path) => {
      unlinkSync(path);
      mkdirSync(path);
    },
  ],
];

test('the screens are loaded whatever became of what V8 compiled of them', () => {
  const ask = `${drawn} console.log(typeof mount.App);`;
  const keptIn = (cache: string) =>
    readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((path) => /dashboard-.*\.cjs$/.test(path));
  const caches = mkdtempSync(join(tmpdir(), 'zf-packs-'));
  onTestFinished(() => rmSync(caches, { recursive: true, force: true }));
  const first = join(caches, 'first');
  expect(linesOf(ask, { NODE_COMPILE_CACHE: first })).toEqual(['function']);
  expect(keptIn(first).join()).toContain(pack('screens'));

  for (const [what, damage] of damages) {
    const cache = join(caches, what);
    cpSync(first, cache, { recursive: true });
    for (const path of keptIn(cache)) damage(join(cache, path));
    expect([what, ...linesOf(ask, { NODE_COMPILE_CACHE: cache })]).toEqual([what, 'function']);
    expect(keptIn(cache).join()).toContain(pack('screens'));
  }
});

test('processes that give V8 other flags do not take turns in keeping what it compiled', () => {
  const cache = mkdtempSync(join(tmpdir(), 'zf-packs-'));
  onTestFinished(() => rmSync(cache, { recursive: true, force: true }));
  const screens = () =>
    readdirSync(cache, { recursive: true, withFileTypes: true })
      .filter(({ name }) => name.endsWith(`-${pack('screens')}`))
      .map(({ parentPath, name }) => `${name} ${statSync(join(parentPath, name)).ino}`);
  const small = { NODE_COMPILE_CACHE: cache, NODE_OPTIONS: '--max-semi-space-size=1' };

  linesOf(drawn, { NODE_COMPILE_CACHE: cache });
  const [plain] = screens();
  linesOf(drawn, small);
  const both = screens();
  expect(both).toHaveLength(2);
  expect(both).toContain(plain);

  linesOf(drawn, { NODE_COMPILE_CACHE: cache });
  linesOf(drawn, small);
  expect(screens()).toEqual(both);
});

test('what V8 compiled is on the disk before it has its name: V8 takes it unread, and a hole that a power cut left would end every start', () => {
  const cache = mkdtempSync(join(tmpdir(), 'zf-packs-'));
  onTestFinished(() => rmSync(cache, { recursive: true, force: true }));
  const watched = join(cache, 'watched.cjs');
  writeFileSync(
    watched,
    `const fs = require('node:fs');
     for (const name of ['fsyncSync', 'renameSync']) {
       const real = fs[name];
       fs[name] = (...given) => { fs.appendFileSync(${JSON.stringify(join(cache, 'done'))}, name + ' '); return real(...given); };
     }`,
  );
  linesOf(drawn, { NODE_COMPILE_CACHE: join(cache, 'kept'), NODE_OPTIONS: `--require=${watched}` });
  expect(readFileSync(join(cache, 'done'), 'utf8')).toMatch(/^(fsyncSync renameSync )+$/);
});
