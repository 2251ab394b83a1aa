import { expect, test } from 'vitest';
import { bundleSetup } from '../../../src/master/bundles/bundle-setup.ts';
import { parseSettings, type Secrets } from '../../../src/settings/settings.ts';

const withSupabase = parseSettings({ SUPABASE_URL: 'https://abc.supabase.co' });
const key: Secrets = { SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_x' };
const groupKey = 'the key of this group, long enough';

test.each([
  [parseSettings({}), { FLEET_GROUP_KEY: groupKey }, /set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY/],
  [withSupabase, { FLEET_GROUP_KEY: groupKey }, /SUPABASE_SERVICE_ROLE_KEY is not/],
  [
    withSupabase,
    key,
    /^FLEET_GROUP_KEY is not set: no login is put into Supabase Storage\. Set the same long secret on all servers/,
  ],
  [
    withSupabase,
    { ...key, FLEET_GROUP_KEY: 'short' },
    /^FLEET_GROUP_KEY has 5 characters: it can be guessed\. Take 16 or more/,
  ],
])('no login travels, and one line says what to do', (settings, secrets, words) => {
  const setup = bundleSetup(settings, secrets, false);
  expect(setup).toMatchObject({ ready: false, problem: expect.stringMatching(words) });
  expect(JSON.stringify(setup)).not.toContain(groupKey);
});

test('with Supabase and a key of the group they do, but never in a demo', () => {
  const secrets = { ...key, FLEET_GROUP_KEY: groupKey };
  expect(bundleSetup(withSupabase, secrets, false).ready).toBe(true);
  expect(bundleSetup(withSupabase, secrets, true).ready).toBe(false);
});
