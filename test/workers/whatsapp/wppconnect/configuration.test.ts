import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** Puppeteer runs configuration files that it finds where it is loaded: never those of the directory that somebody stands in. */

let above = '';
let mark = '';
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'zf-puppeteer-'));
  mark = join(above, 'mark');
  const code = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, ''); module.exports = {};\n`;
  mkdirSync(join(above, 'here', '.config'), { recursive: true });
  writeFileSync(join(above, '.puppeteerrc.cjs'), code);
  writeFileSync(join(above, 'here', 'puppeteer.config.cjs'), code);
  writeFileSync(join(above, 'here', '.config', 'config.cjs'), code);
});
afterEach(() => rmSync(above, { recursive: true }));

const nodeIn = (code: string): Promise<string> =>
  new Promise((done, fail) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', code],
      { cwd: join(above, 'here'), env: { PATH: process.env['PATH'] ?? '', HOME: above }, timeout: 60_000 },
      (error, stdout, stderr) => (error === null ? done(stdout) : fail(new Error(stderr))),
    );
  });

it('runs none of them, and stands where it stood', async () => {
  const library = pathToFileURL(
    fileURLToPath(new URL('../../../../workers/whatsapp/wppconnect/library.ts', import.meta.url)),
  );
  const printed = await nodeIn(`
    const { launchLibrary } = await import(${JSON.stringify(library.href)});
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const browser = { kind: 'headless-shell', path: '/bin/false', args: [], env: {}, source: 'setting', prepare: async () => {} };
    await launchLibrary({ sessionName: 'x', profileDir: ${JSON.stringify(join(above, 'profile'))}, browser, page: null, launchMs: 5000, log })
      .then(() => console.log('launched'), () => console.log('refused ' + process.cwd()));
    process.exit(0);
  `);
  expect(printed).toContain(`refused ${join(above, 'here')}`);
  expect(existsSync(mark)).toBe(false);
});

it('would run them where it stands', async () => {
  const puppeteer = fileURLToPath(import.meta.resolve('puppeteer'));
  await nodeIn(`await import(${JSON.stringify(pathToFileURL(puppeteer).href)}); process.exit(0);`);
  expect(existsSync(mark)).toBe(true);
});
