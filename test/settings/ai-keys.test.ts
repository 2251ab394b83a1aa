import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { homePaths, prepareHome } from '../../src/home/home-paths.ts';
import { forgetAiKeys, readAiKeys, writeAiKey } from '../../src/settings/ai-keys.ts';

let home = '';
const paths = () => homePaths(home);
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'zf-keys-'));
  prepareHome(paths());
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('keys of sessions that are gone are forgotten, others stay, and a write that was cut off goes, too', () => {
  for (const id of ['a', 'b', 'c']) writeAiKey(paths(), id, `sk-key-of-${id}`);
  writeFileSync(join(paths().data, 'session-keys.json.4711'), '{"a":"sk-key-of-a"', { mode: 0o600 });
  expect(forgetAiKeys(paths(), ['a', 'b', 'nobody'])).toBe(2);
  expect(readAiKeys(paths())).toEqual({ c: 'sk-key-of-c' });
  expect(readdirSync(paths().data).filter((file) => file.startsWith('session-keys'))).toEqual(['session-keys.json']);
  expect(readFileSync(join(paths().data, 'session-keys.json'), 'utf8')).not.toContain('sk-key-of-a');
  expect(statSync(join(paths().data, 'session-keys.json')).mode & 0o777).toBe(0o600);
  expect(forgetAiKeys(paths(), ['a', 'b'])).toBe(0);
});

test('where there are none, none is made', () => {
  expect(forgetAiKeys(paths(), ['a'])).toBe(0);
  expect(readdirSync(paths().data)).not.toContain('session-keys.json');
});

test('a file that is damaged is said, and quoted nowhere', () => {
  const key = 'sk-key-of-a';
  for (const damaged of [`{"a":"${key}" oops}`, `${key}`, `{"a":["${key}"]}`, `{"a":"${key}",}`]) {
    writeFileSync(join(paths().data, 'session-keys.json'), damaged, { mode: 0o600 });
    try {
      readAiKeys(paths());
      expect.unreachable('it is damaged');
    } catch (error) {
      const { message, cause, stack } = error as Error;
      expect(message).toMatch(/: it is (not JSON|damaged)\. Mend or remove it\.$/);
      expect(`${stack} ${String(cause)}`).not.toContain('key-of');
    }
  }
});

test('a file that is damaged is said, not emptied', () => {
  writeFileSync(join(paths().data, 'session-keys.json'), '{"a":', { mode: 0o600 });
  expect(() => forgetAiKeys(paths(), ['a'])).toThrow(/cannot read .*session-keys\.json.*Mend or remove it/);
  expect(readFileSync(join(paths().data, 'session-keys.json'), 'utf8')).toBe('{"a":');
});
