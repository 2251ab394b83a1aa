import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { keysPage } from '../../../scripts/keys-docs.ts';

it('docs/keys.md is made from the keymap that the program has', () => {
  const page = readFileSync(new URL('../../../docs/keys.md', import.meta.url), 'utf8');
  expect(page, 'make it again: node scripts/keys-docs.ts').toBe(keysPage());
});
