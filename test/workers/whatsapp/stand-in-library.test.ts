import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sqliteStandIn } from '../../../workers/whatsapp/sqlite-stand-in.ts';
import { standInLibrary } from '../../../workers/whatsapp/stand-in-library.ts';

const directory = mkdtempSync(join(tmpdir(), 'zf-stand-in-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What Node says of a file that it loads as an addon, in a process of its own: a bad library would take ours with it. */
const loaded = (bytes: Buffer): string => {
  const file = join(directory, 'library.so');
  writeFileSync(file, bytes);
  const script = `try { process.dlopen({ exports: {} }, ${JSON.stringify(file)}); console.log('loaded'); } catch (error) { console.log(error.message); }`;
  const { stdout, signal } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  return signal ?? stdout;
};
const notAnAddon = 'Module did not self-register';

test.each([
  sqliteStandIn,
  { soname: 'libnothing.so', functions: {}, variables: [] },
  { soname: 'libone.so.1', functions: { one: 1 }, variables: [] },
  {
    soname: 'libmany.so',
    functions: Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`call_${index}`, index])),
    variables: ['a', 'b'],
  },
])('the dynamic linker takes $soname', (library) => {
  // Loaded; and then Node misses the names of an addon in it.
  expect(loaded(standInLibrary(library))).toContain(notAnAddon);
});

test('its functions are found, are called and return', () => {
  // The two that Node asks of an addon: for which version it is made, and what it gives.
  const functions = { node_api_module_get_api_version_v1: 8, napi_register_module_v1: 0 };
  expect(loaded(standInLibrary({ soname: 'libaddon.so', functions, variables: [] }))).toBe('loaded\n');
});

test('a file that is no library is refused', () => {
  const broken = standInLibrary(sqliteStandIn);
  broken[4] = 7;
  expect(loaded(broken)).not.toContain(notAnAddon);
});
