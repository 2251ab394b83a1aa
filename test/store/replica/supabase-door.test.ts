import { expect, it } from 'vitest';
import { ReplicaFailure } from '../../../src/store/replica/replica-failure.ts';
import { openSupabase } from '../../../src/store/replica/supabase-door.ts';

const deadlock = { code: '40P01', message: 'deadlock detected', details: null, hint: null };

/** A Supabase that gives up so many requests because two waited for each other. */
const doorOf = (givesUp: number) => {
  let asked = 0;
  const door = openSupabase({
    url: 'http://127.0.0.1:1',
    key: 'sb_secret_test',
    requestMs: 5000,
    realtime: false,
    fetch: async () => {
      asked += 1;
      const headers = { 'content-type': 'application/json' };
      return asked > givesUp
        ? new Response('1', { status: 200, headers })
        : new Response(JSON.stringify(deadlock), { status: 500, headers });
    },
  });
  return { door, asked: () => asked };
};

it('asks again what Postgres gave up because two requests waited for each other, and not for ever', async () => {
  const twice = doorOf(2);
  expect(await twice.door.call('zap_fleet_lease_release', { p_node: 'n', p_leases: [] })).toBe(1);
  expect(twice.asked()).toBe(3);
  await twice.door.close();

  const always = doorOf(99);
  const failed = always.door.call('zap_fleet_lease_release', { p_node: 'n', p_leases: [] });
  await expect(failed).rejects.toThrow(ReplicaFailure);
  expect(always.asked()).toBe(3);
  await always.door.close();
});
