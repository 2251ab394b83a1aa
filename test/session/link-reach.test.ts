import { expect, test } from 'vitest';
import { linksOpenOnlyHere, linkWarning, opensOnlyHere } from '../../src/session/link-reach.ts';

test.each([
  ['http://127.0.0.1:3000', true],
  ['http://localhost:3000', true],
  ['http://[::1]:3000', true],
  ['http://0.0.0.0:3000', true],
  ['http://127.1.2.3', true],
  ['https://bots.example.com', false],
  ['http://192.168.0.10:3000', false],
  ['http://localhost.example.com', false],
  ['nonsense', false],
])('%s opens only here: %s', (address, only) => {
  expect(opensOnlyHere(address)).toBe(only);
  expect(linkWarning(address) !== null).toBe(only);
});

test.each([
  [null, 'http://127.0.0.1:3000', true],
  ['http://localhost:3000', 'http://127.0.0.1:3000', true],
  ['https://bots.example.com', 'http://127.0.0.1:3000', false],
  [null, 'http://192.168.0.10:3000', false],
  [null, null, false],
])('links of PUBLIC_URL %s and the API at %s open only here: %s', (publicUrl, apiUrl, only) => {
  expect(linksOpenOnlyHere({ publicUrl, apiUrl })).toBe(only);
});
