import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { apiToken, apiTokenFile, sameSecret } from '../../src/http/token.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-token-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('makes a token once, private, 256 bits', () => {
  const path = apiTokenFile(directory);
  const token = apiToken(path);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(apiToken(path)).toBe(token);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(['api-token']);
});

it('refuses a token that others can read, or none', () => {
  const path = apiTokenFile(directory);
  writeFileSync(path, 'short', { mode: 0o600 });
  expect(() => apiToken(path)).toThrow(/holds no token/);
  writeFileSync(path, 'long-enough-to-be-a-token');
  chmodSync(path, 0o644);
  expect(() => apiToken(path)).toThrow(/chmod 600/);
});

it('compares whole secrets of any length', () => {
  expect(sameSecret('abc', 'abc')).toBe(true);
  expect(sameSecret('abc', 'abcd')).toBe(false);
  expect(sameSecret('', 'abc')).toBe(false);
});
