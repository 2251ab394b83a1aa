import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { apiPage } from '../../scripts/api-docs.ts';
import type { Operation } from '../../src/http/operation.ts';
import { operations } from '../../src/http/operations.ts';

it('docs/api.md is what the OpenAPI document says; mend with: npm run docs:api', () => {
  expect(readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')).toBe(apiPage());
});

it('every operation stands in it', () => {
  const page = apiPage();
  for (const operation of Object.values(operations) as Operation[])
    expect(page).toContain(`### ${operation.method} ${operation.path.replace(/:(\w+)/g, '{$1}')}\n`);
});
