import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createBackup } from '../../src/backup/create-backup.ts';
import { restoreBackup } from '../../src/backup/restore-backup.ts';
import { verifyBackup } from '../../src/backup/verify-backup.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { readAiKeys, writeAiKey } from '../../src/settings/ai-keys.ts';
import { openStore } from '../../src/store/store.ts';
import { emptyHome, removeHomes, sampleFleet, usual } from './fleet-home.ts';

/** AI keys that sessions have of their own: in encrypted backups, and said where they are not. */

afterEach(removeHomes);
const padaria = parseSessionName('padaria-joao');
const passphrase = 'uma frase bem longa';

const fleetWithKeys = () => {
  const fleet = sampleFleet();
  writeAiKey(fleet.paths, fleet.ids['padaria-joao'], 'sk-padaria');
  writeAiKey(fleet.paths, fleet.ids['studio-bela'], 'sk-studio');
  fleet.store.close();
  return fleet;
};

it('an encrypted backup of the fleet brings all of them back', async () => {
  const { paths, ids } = fleetWithKeys();
  const backup = await createBackup({ ...usual(paths), passphrase });
  expect(backup.keysLeftOut).toEqual([]);
  const target = emptyHome();
  const report = await restoreBackup({ paths: target, file: backup.file, passphrase, yes: false });
  expect(report.needKeys).toEqual([]);
  expect(readAiKeys(target)).toEqual({ [ids['padaria-joao']]: 'sk-padaria', [ids['studio-bela']]: 'sk-studio' });
});

it('an encrypted backup of one session brings its own only, into a fleet that keeps its others', async () => {
  const { paths, ids } = fleetWithKeys();
  const { file } = await createBackup({ ...usual(paths), session: padaria, passphrase });
  const alone = emptyHome();
  await restoreBackup({ paths: alone, file, passphrase, yes: false });
  expect(readAiKeys(alone)).toEqual({ [ids['padaria-joao']]: 'sk-padaria' });

  writeAiKey(paths, ids['padaria-joao'], 'sk-newer');
  await restoreBackup({ paths, file, passphrase, yes: true });
  expect(readAiKeys(paths)).toEqual({ [ids['padaria-joao']]: 'sk-padaria', [ids['studio-bela']]: 'sk-studio' });
});

it('one that is not encrypted says which keys it leaves out, and a restore says which are needed', async () => {
  const { paths } = fleetWithKeys();
  const backup = await createBackup(usual(paths));
  expect(backup.keysLeftOut).toEqual(['padaria-joao', 'studio-bela']);
  expect(readFileSync(backup.file).includes('sk-padaria')).toBe(false);
  const { manifest } = await verifyBackup({ file: backup.file, paths });
  expect(manifest.files.some(({ path }) => path.includes('session-keys'))).toBe(false);

  const target = emptyHome();
  const report = await restoreBackup({ paths: target, file: backup.file, yes: false });
  expect(report.needKeys).toEqual(['padaria-joao', 'studio-bela']);
  expect(report.words.join('\n')).toMatch(/padaria-joao had an AI key of its own.*config padaria-joao set ai_key/);
});

it('keys that are here already stay with their sessions; those of others go aside', async () => {
  const { paths, ids } = fleetWithKeys();
  const { file } = await createBackup({ ...usual(paths), to: join(paths.home, 'x.tar.gz') });
  writeAiKey(paths, 'session-that-is-gone', 'sk-gone');
  const report = await restoreBackup({ paths, file, yes: true });
  expect(report.needKeys).toEqual([]);
  expect(readAiKeys(paths)).toEqual({ [ids['padaria-joao']]: 'sk-padaria', [ids['studio-bela']]: 'sk-studio' });
  const aside = report.movedAside.find((directory) => existsSync(join(directory, 'session-keys.json'))) ?? '';
  expect(readFileSync(join(aside, 'session-keys.json'), 'utf8')).toContain('sk-gone');
});

it('a backup that a restore would refuse says so, and is kept', async () => {
  const { paths, ids } = fleetWithKeys();
  const store = openStore(paths.database);
  store.database.run('UPDATE instructions SET text = hex(zeroblob(200000)) WHERE session_id = ?', ids['padaria-joao']);
  store.close();
  const report = await createBackup(usual(paths));
  expect(report.problem).toMatch(/the instructions of padaria-joao/);
  expect(existsSync(report.file)).toBe(true);
});
