import { chownSync, mkdirSync, readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser, npmBrowser } from '../../../workers/whatsapp/browser.ts';
import { browserArguments } from '../../../workers/whatsapp/browser-arguments.ts';
import { packagedBrowser } from '../../../workers/whatsapp/browser-package.ts';
import { processesNaming } from './wppconnect/real-client.ts';

let directory: string;
let path: string;
let env: NodeJS.ProcessEnv;

const program = async (...names: string[]): Promise<string> => {
  const file = join(directory, ...names);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  return file;
};
const find = (extra: Partial<Parameters<typeof findBrowser>[0]> = {}) =>
  findBrowser({ unpackDirectory: join(directory, 'unpacked'), env, ...extra });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zap-fleet-browser-'));
  path = join(directory, 'bin');
  env = { PATH: path, HOME: join(directory, 'home'), OPENAI_KEY: 'a secret', LANG: 'C.UTF-8' };
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('findBrowser', () => {
  it('takes the one from npm when there is no other, and unpacks nothing yet', () => {
    const browser = find();
    expect(browser).toMatchObject({ source: 'npm', kind: 'headless-shell' });
    expect(browser.path.startsWith(join(directory, 'unpacked'))).toBe(true);
  });

  it('prefers Puppeteer’s own, then Chrome on the machine, then a headless-shell on the machine, then BROWSER_PATH', async () => {
    const cached = await program('home', '.cache', 'puppeteer', 'chrome', 'linux-147.0.1', 'chrome-linux64', 'chrome');
    expect(find()).toMatchObject({ source: 'puppeteer', kind: 'chrome', path: cached });
    const chrome = await program('bin', 'chromium');
    expect(find()).toMatchObject({ source: 'machine', kind: 'chrome', path: chrome });
    const shell = await program('bin', 'chromium-headless-shell');
    expect(find()).toMatchObject({ source: 'machine', kind: 'headless-shell', path: shell });
    const own = await program('own', 'chrome-headless-shell');
    expect(find({ browserPath: own })).toMatchObject({ source: 'setting', kind: 'headless-shell', path: own });
  });

  it('refuses a BROWSER_PATH that is no program, in one line that says what to do', () => {
    expect(() => find({ browserPath: '/no/such/browser' })).toThrow(
      'BROWSER_PATH=/no/such/browser is not a program: correct it or leave it empty',
    );
    expect(() => find({ browserPath: directory })).toThrow(expect.objectContaining({ code: 'browser-missing' }));
  });

  it('hands no secret to the browser, and the caller’s flags last', async () => {
    await program('bin', 'chromium');
    const browser = find({ browserArgs: ['--lang=pt-BR'] });
    expect(browser.env).toEqual({ PATH: path, HOME: join(directory, 'home'), LANG: 'C.UTF-8' });
    expect(browser.args.at(-1)).toBe('--lang=pt-BR');
  });
});

it('keeps the sandbox where there can be one', () => {
  expect(browserArguments('headless-shell', { sandbox: true, extra: [] })).not.toContain('--no-sandbox');
  expect(browserArguments('headless-shell', { sandbox: true, extra: [] })).not.toContain('--no-zygote');
  expect(browserArguments('chrome', { sandbox: false, extra: [] })).toContain('--no-sandbox');
  expect(browserArguments('chrome', { sandbox: false, extra: [] })).not.toContain('--in-process-gpu');
});

it('unpacks the browser from npm once, with several workers at it, and mends a half one', async () => {
  const unpacked = join(directory, 'unpacked');
  const packaged = packagedBrowser(unpacked);
  expect(packaged).not.toBeNull();
  if (packaged === null) return;
  await Promise.all([packaged.unpack(), packaged.unpack()]);
  const { execFileSync } = await import('node:child_process');
  const env = { ...npmBrowser({ unpackDirectory: unpacked })?.env };
  const version = () => execFileSync(packaged.path, ['--version', '--no-sandbox'], { encoding: 'utf8', env });
  expect(version()).toMatch(/Chromium \d+/);
  expect(readdirSync(unpacked)).toHaveLength(1);
  await writeFile(packaged.path, 'half');
  await packaged.unpack();
  expect(version()).toMatch(/Chromium \d+/);
  expect(processesNaming(unpacked)).toEqual([]);
});

it('says on an ARM machine in one line that the browser from npm is for another, and what to install', () => {
  const options = { unpackDirectory: join(directory, 'unpacked'), env: { PATH: directory, HOME: directory } };
  const find = (arch: NodeJS.Architecture) => () => findBrowser({ ...options, machine: { platform: 'linux', arch } });
  expect(find('arm64')).toThrow(
    /^no browser found, and the one from npm is for Linux on x86-64, not for linux on arm64: install Chromium .*BROWSER_PATH$/,
  );
  expect(find('x64')().source).toBe('npm');
});

it('says in one line that there is no room to unpack the browser, and leaves nothing', async () => {
  const unpacked = join(directory, 'full');
  const packaged = packagedBrowser(unpacked, { free: async () => 40_000_000 });
  await expect(packaged?.unpack()).rejects.toThrow(
    `no room for the browser in ${unpacked}: it takes 250 MB, 40 MB are free. Make room, or set BROWSER_PATH`,
  );
  expect(readdirSync(unpacked)).toEqual([]);
});

it('says in one line that it may not write where the browser is unpacked', async () => {
  const denied = async (): Promise<never> => {
    throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  };
  const unpacked = join(directory, 'denied');
  await expect(packagedBrowser(unpacked, { free: denied })?.unpack()).rejects.toThrow(
    `the browser cannot be unpacked into ${unpacked}: user ${process.getuid?.()} may not write there. Give that folder to this user, or set BROWSER_PATH`,
  );
});

it.runIf(process.getuid?.() === 0)('does not run a browser that another user has put there', async () => {
  const packaged = packagedBrowser(join(directory, 'foreign'));
  const place = dirname(packaged?.path ?? '');
  mkdirSync(place, { recursive: true });
  chownSync(place, 12_345, 12_345);
  await expect(packaged?.unpack()).rejects.toThrow(
    /belongs to user 12345, not to us \(0\): remove it, or set BROWSER_PATH/,
  );
});
