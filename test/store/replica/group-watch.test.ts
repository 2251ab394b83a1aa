import { expect, test } from 'vitest';
import { createGroupWatch } from '../../../src/store/replica/group-watch.ts';
import type { SupabaseDoor } from '../../../src/store/replica/supabase-door.ts';

/** What one server of a group asks of Supabase in 200 s, a look every 5. */
const asked = async (others: number, ours: (at: number) => boolean = () => true): Promise<Map<string, number[]>> => {
  let now = 0;
  const calls = new Map<string, number[]>();
  const call = (name: string): Promise<unknown> => {
    calls.set(name, [...(calls.get(name) ?? []), now / 1000]);
    const instance = { ours: ours(now / 1000), host: 'host-b' };
    return Promise.resolve(name === 'zap_fleet_instance' ? instance : { instance, salt: 'salt', gone: [] });
  };
  const watch = createGroupWatch({
    door: { schema: () => 11, call } as unknown as SupabaseDoor,
    nodeId: 'a',
    host: 'host-a',
    facts: {
      instance: 'instance-a',
      doorUrl: null,
      graceMs: 120_000,
      alerts: false,
      keyCheck: () => Promise.resolve(null),
      onOtherKeys: () => undefined,
      onGroup: () => [],
    },
    everyMs: 10_000,
    others: () => others,
    askMs: 8000,
    now: () => now,
    onRefused: () => undefined,
  });
  for (; now <= 200_000; now += 5000) await watch.round();
  return calls;
};
const every = (seconds: number): number[] => Array.from({ length: 200 / seconds }, (_, at) => (at + 1) * seconds);

test('a large group is asked about less often by each, and each says all the same that it lives', async () => {
  const small = await asked(49);
  // The first look asks twice: its key counts from the second on.
  expect(small.get('zap_fleet_group')).toEqual([0, 0, ...every(10)]);
  expect(small.get('zap_fleet_instance')).toBeUndefined();

  const large = await asked(200);
  expect(large.get('zap_fleet_group')).toEqual([0, 0, ...every(40)]);
  expect(large.get('zap_fleet_instance')).toEqual(every(10).filter((second) => second % 40 !== 0));
});

test('a copy of its data is found out between two looks at a large group, too', async () => {
  await expect(asked(200, (second) => second < 30)).rejects.toThrow('another machine (host-b');
});
