import { expect, test } from 'vitest';
import { createHostLookup } from '../../src/tools/host-lookup.ts';
import { until } from '../support/until.ts';

/** Names whose servers hang have one thread, and each name is looked up once at a time. */
test('however many names hang, three are looked up at most, and those that are quick get through', async () => {
  let now = 0;
  const open: string[] = [];
  const ends = new Map<string, () => void>();
  const lookUp = createHostLookup(
    (host) => {
      open.push(host);
      return new Promise((done, fail) =>
        ends.set(host, () => {
          open.splice(open.indexOf(host), 1);
          if (host.startsWith('dead')) fail(new Error(`ENOTFOUND ${host}`));
          else done([{ address: '192.0.2.1', family: 4 }]);
        }),
      );
    },
    () => now,
  );
  const end = (host: string) => ends.get(host)?.();
  const dead = Array.from({ length: 8 }, (_, n) => `dead${n}.example`);

  // Nobody knows yet that they hang: a thread is left all the same, and each is asked for once.
  const first = dead.flatMap((host) => [lookUp(host), lookUp(host)]).map((each) => each.catch((e: Error) => e.message));
  await until(() => open.length > 0, { what: 'the first one' });
  while (open.length > 0) {
    expect(open.length).toBeLessThanOrEqual(2);
    now += 5000;
    const before = ends.size;
    for (const host of [...open]) end(host);
    await until(() => open.length > 0 || ends.size === before, { what: 'the next ones' });
    await new Promise(setImmediate);
  }
  expect(new Set(await Promise.all(first)).size).toBe(8);
  expect(ends.size).toBe(8);

  // Now they are known: one at a time, and beside them the others.
  const again = dead.map((host) => lookUp(host).catch(() => null));
  const good = ['a.example', 'b.example', 'c.example'].map((host) => lookUp(host));
  await until(() => open.length === 3, { what: 'one that hangs and two that are quick' });
  expect(open.filter((host) => host.startsWith('dead'))).toHaveLength(1);
  for (const host of ['a.example', 'b.example', 'c.example']) {
    await until(() => open.includes(host), { what: host });
    end(host);
  }
  expect(await Promise.all(good)).toHaveLength(3);
  while (open.length > 0) {
    for (const host of [...open]) end(host);
    await new Promise(setImmediate);
  }
  await Promise.all(again);
});
