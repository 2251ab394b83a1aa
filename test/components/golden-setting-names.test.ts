import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { settingKeys } from '../../src/words/written/setting-kinds.ts';
import { goldenNames } from './support/golden-file.ts';

/** A setting is called on every screen as its field in the settings is. Its key is for the shell, and stands beside its own field alone. */

const folder = fileURLToPath(new URL('./golden/', import.meta.url));
const keys = settingKeys().filter((key) => key.includes('.'));

it.each(goldenNames().filter((name) => !name.startsWith('settings')))('%s', (name) => {
  const text = readFileSync(`${folder}${name}.txt`, 'utf8');
  expect(keys.filter((key) => text.includes(key))).toEqual([]);
});
