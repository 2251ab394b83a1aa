import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newToolSecret, signedHeaders } from '../../src/tools/sign-call.ts';

/** The example that the manual gives to whoever writes the other side. */
test('the manual’s example knows a genuine call', async () => {
  const manual = readFileSync(new URL('../../docs/tools.md', import.meta.url), 'utf8');
  const code = /<!-- verify -->\n```js\n([\s\S]*?)```/.exec(manual)?.[1] ?? '';
  const directory = mkdtempSync(join(tmpdir(), 'zf-verify-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'verify.mjs');
  writeFileSync(file, code);
  const { isGenuine } = (await import(file)) as {
    isGenuine: (headers: object, body: string, secret: string, now?: number) => boolean;
  };

  const secret = newToolSecret();
  const at = 1_796_000_000_000;
  const body = '{"arguments":{"day":"sexta"}}';
  const headers = signedHeaders(secret, { key: 'k-1', at, body });
  expect(isGenuine(headers, body, secret, at)).toBe(true);
  expect(isGenuine(headers, body, secret, at + 299_000)).toBe(true);
  // Another body, another key, another secret, a clock that is off, nothing at all.
  expect(isGenuine(headers, `${body} `, secret, at)).toBe(false);
  expect(isGenuine({ ...headers, 'webhook-id': 'k-2' }, body, secret, at)).toBe(false);
  expect(isGenuine(headers, body, newToolSecret(), at)).toBe(false);
  expect(isGenuine(headers, body, secret, at + 301_000)).toBe(false);
  expect(isGenuine({}, body, secret, at)).toBe(false);
});
