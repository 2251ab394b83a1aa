import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { readSecrets, writeSecrets } from '../../src/settings/secrets-file.ts';
import { secretNames } from '../../src/settings/settings.ts';
import { settingsFingerprint } from '../../src/settings/settings-fingerprint.ts';
import { ownDirectory } from '../support/own-directory.ts';

let cwd = '';
beforeEach(() => {
  cwd = ownDirectory('zf-settings-');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));
const load = (env: Record<string, string | undefined> = {}, home = join(cwd, 'home')) =>
  loadSettings({ env, cwd, home });

describe('settings', () => {
  test('defaults', () => {
    const { settings, paths } = load();
    expect(settings).toMatchObject({
      PORT: 3000,
      MAX_SESSIONS: 10,
      BASE_PORT: 3001,
      FLEET_HOST: '127.0.0.1',
      ADMIN_NUMBERS: [],
    });
    expect(paths.socket).toBe(join(cwd, 'home', 'run', 'master.sock'));
  });

  test('environment wins over FLEET_HOME/data/.env, which wins over .env here; each says where it came from', () => {
    mkdirSync(join(cwd, 'home', 'data'), { recursive: true });
    writeFileSync(join(cwd, 'home', 'data', '.env'), 'PORT=4000\nMAX_SESSIONS=5\n');
    writeFileSync(join(cwd, '.env'), '# old bot\nPORT=5000\nMAX_SESSIONS=6\nGEMINI_PROMPT="Você é\natendente"\n');
    const { settings, sources } = load({ PORT: '3500' });
    expect([settings.PORT, settings.MAX_SESSIONS, settings.GEMINI_PROMPT]).toEqual([3500, 5, 'Você é\natendente']);
    expect([sources['PORT'], sources['MAX_SESSIONS'], sources['GEMINI_PROMPT'], sources['TZ']]).toEqual([
      'environment',
      'FLEET_HOME/data/.env',
      '.env',
      'default',
    ]);
  });

  test('every secret is apart and gone from the environment', () => {
    const env: Record<string, string | undefined> = Object.fromEntries(
      secretNames.map((name) => [name, `value-of-${name}`]),
    );
    const { secrets, settings, raw } = load(env);
    expect(Object.keys(secrets).sort()).toEqual([...secretNames].sort());
    expect(Object.keys(env)).toEqual([]);
    expect(JSON.stringify([settings, raw])).not.toContain('value-of');
  });

  test.each([
    [{ PORT: 'abc' }, /^PORT must be a whole number.*Example: 3000/],
    [{ PORT: '70000' }, /^PORT must be from 0 to 65535/],
    [{ MAX_SESSIONS: '0' }, /^MAX_SESSIONS must be from 1/],
    [{ AI_SELECTED: 'CLAUDE' }, /^AI_SELECTED must be GPT or GEMINI/],
    [{ SUPABASE_URL: 'not a url' }, /^SUPABASE_URL must be a web address/],
    [{ ADMIN_NUMBERS: 'joao' }, /^ADMIN_NUMBERS must be phone numbers/],
    [{ BROWSER_ARGS: '--x' }, /^BROWSER_ARGS must be a list of texts in brackets\. Example/],
    [{ FLEET_LANG: 'fr' }, /^FLEET_LANG must be en or pt-BR/],
  ])('%o stops the start with the name, what is wrong and an example', (env, words) => {
    expect(() => load(env)).toThrow(words);
    expect(() => load(env)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test.each([
    ['PORT=3000\nthis is not a setting\n', /line 2 is not NAME=value/],
    ['GEMINI_PROMPT="never closed\nPORT=1\n', /never closed/],
  ])('a broken .env is named, not passed over', (text, words) => {
    writeFileSync(join(cwd, '.env'), text);
    expect(() => load()).toThrow(words);
  });

  test('a secret may lie in a file that NAME_FILE names, but not by the word of a directory that somebody entered', () => {
    const file = join(cwd, 'group-key');
    writeFileSync(file, 'a key of the group\n');
    expect(load({ FLEET_GROUP_KEY_FILE: file }).secrets.FLEET_GROUP_KEY).toBe('a key of the group');
    expect(load({ FLEET_GROUP_KEY_FILE: file, FLEET_GROUP_KEY: 'said' }).secrets.FLEET_GROUP_KEY).toBe('said');
    expect(() => load({ FLEET_GROUP_KEY_FILE: join(cwd, 'none') })).toThrow(
      /^FLEET_GROUP_KEY_FILE cannot be read: ENOENT/,
    );
    writeFileSync(file, 'two\nlines');
    expect(() => load({ FLEET_GROUP_KEY_FILE: file })).toThrow(/does not hold one line with the secret/);

    writeFileSync(join(cwd, '.env'), `FLEET_GROUP_KEY_FILE=${file}\n`);
    expect(load().secrets.FLEET_GROUP_KEY).toBeUndefined();
  });

  test('the fingerprint changes with a secret and says nothing of it', () => {
    const { settings } = load();
    const one = settingsFingerprint(settings, { OPENAI_KEY: 'a' });
    expect(one).not.toBe(settingsFingerprint(settings, { OPENAI_KEY: 'b' }));
    expect(one).toMatch(/^[0-9a-f]{16}$/);
  });

  test('secrets go to a file that only its owner reads', () => {
    const file = join(cwd, 'secrets.json');
    writeSecrets(file, { OPENAI_KEY: 'k' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readSecrets(file)).toEqual({ OPENAI_KEY: 'k' });
    expect(readSecrets(join(cwd, 'none.json'))).toEqual({});
    writeFileSync(file, '{"PATH":"x"}');
    expect(() => readSecrets(file)).toThrow(/cannot read/);
  });
});
