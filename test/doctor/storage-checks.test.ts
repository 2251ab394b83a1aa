import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Patient } from '../../src/doctor/finding.ts';
import { checkLoginBucket } from '../../src/doctor/storage-checks.ts';
import { parseSettings, type Secrets } from '../../src/settings/settings.ts';
import { inTrouble, type LocalStorage, startLocalStorage } from '../supabase/local-storage.ts';

let storage: LocalStorage;
beforeEach(async () => {
  storage = await startLocalStorage();
});
afterEach(() => storage.close());

const groupKey = 'the key of this group, long enough';
const checked = (secrets: Secrets, url: string | null = storage.url) =>
  checkLoginBucket({
    loaded: { settings: parseSettings(url === null ? {} : { SUPABASE_URL: url }), secrets },
  } as unknown as Patient);
const all = (): Secrets => ({ SUPABASE_SERVICE_ROLE_KEY: storage.key, FLEET_GROUP_KEY: groupKey });

test('without Supabase there is nothing to say, and nobody is asked', async () => {
  expect(await checked({ FLEET_GROUP_KEY: groupKey }, null)).toEqual([]);
  expect(storage.count('get-bucket')).toBe(0);
});

test('a missing key of the group is one line with what to do', async () => {
  expect(await checked({ SUPABASE_SERVICE_ROLE_KEY: storage.key })).toEqual([
    {
      code: 'group-key',
      level: 'warn',
      text: 'FLEET_GROUP_KEY is not set: no login is put into Supabase Storage',
      mend: 'Set the same long secret on all servers (openssl rand -base64 32), then restart',
    },
  ]);
  expect(storage.count('get-bucket')).toBe(0);
});

test('a bucket that is there, missing, public, or does not answer is each said', async () => {
  const code = async () => (await checked(all())).map((finding) => [finding.code, finding.level]);
  expect(await code()).toEqual([['login-bucket', 'ok']]);
  storage.buckets.set('zap-fleet-logins', true);
  expect(await code()).toEqual([['login-bucket-public', 'bad']]);
  storage.buckets.clear();
  expect(await code()).toEqual([['login-bucket-missing', 'warn']]);
  storage.fail(() => inTrouble);
  expect(await code()).toEqual([['login-bucket-away', 'warn']]);
});
