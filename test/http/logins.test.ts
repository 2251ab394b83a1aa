import { expect, test } from 'vitest';
import { createLogins } from '../../src/http/logins.ts';
import { keptInMemory, token } from './serve.ts';

const hours = 3_600_000;

const opening = (more: Partial<Parameters<typeof createLogins>[0]> = {}) => {
  const clock = { now: 1_795_358_400_000 };
  const kept = keptInMemory();
  const problems: unknown[] = [];
  const open = (with_: Partial<Parameters<typeof createLogins>[0]> = {}) =>
    createLogins({
      token,
      kept,
      now: () => clock.now,
      onProblem: (error) => problems.push(error),
      ...more,
      ...with_,
    });
  return { clock, kept, problems, open };
};

test('a cookie is good for twelve hours, also for the next master, and for nobody with another token', () => {
  const { clock, open, kept } = opening();
  const cookie = open().issue();
  clock.now += 12 * hours - 1;
  expect(open().find(cookie)?.isOpen()).toBe(true);
  expect(open({ token: `${token}2` }).find(cookie)).toBeNull();
  clock.now += 1;
  expect(open().find(cookie)).toBeNull();
  expect(kept.load()).not.toContain(cookie);
});

test('what the store holds opens nothing', () => {
  const { open, kept } = opening();
  open().issue();
  const [{ id }] = JSON.parse(kept.load() ?? '') as [{ id: string }];
  for (const stolen of [id, `${id}=`, kept.load() ?? '', token]) expect(open().find(stolen)).toBeNull();
});

test('an end is told once to whoever listens, and holds for the next master', () => {
  const { open } = opening();
  const logins = open();
  const cookie = logins.issue();
  const other = logins.issue();
  const ends: string[] = [];
  logins.find(cookie)?.onEnd(() => ends.push('first'));
  const forget = logins.find(cookie)?.onEnd(() => ends.push('never'));
  logins.find(cookie)?.onEnd(() => ends.push('second'));
  logins.find(other)?.onEnd(() => ends.push('other'));
  forget?.();
  logins.end(cookie);
  logins.end(cookie);
  logins.end('never a login');
  logins.end(undefined);
  expect(ends).toEqual(['first', 'second']);
  expect([logins.find(cookie), logins.find(other)?.isOpen()]).toEqual([null, true]);
  expect([open().find(cookie), open().find(other)?.isOpen()]).toEqual([null, true]);
});

test('a store that takes nothing ends a login all the same, and is told', () => {
  const kept = {
    load: () => null,
    save: () => {
      throw new Error('database or disk is full');
    },
  };
  const { open, problems } = opening({ kept });
  const logins = open();
  const cookie = logins.issue();
  expect(logins.find(cookie)?.isOpen()).toBe(true);
  logins.end(cookie);
  expect(logins.find(cookie)).toBeNull();
  expect(problems).toHaveLength(2);
});

test.each(['', '{', 'null', '[{"id":5}]', '[{"id":"x","expiresAt":"never"}]', '{"length":1}'])(
  'a damaged entry (%s) ends logins, not the master',
  (text) => {
    const { open } = opening({ kept: { ...keptInMemory(), load: () => text } });
    const logins = open();
    expect(logins.find(logins.issue())?.isOpen()).toBe(true);
  },
);

test('a thousand logins push out the first ones', () => {
  const { open, kept } = opening();
  const logins = open();
  const cookies = Array.from({ length: 1000 }, () => logins.issue());
  expect(logins.find(cookies[499])).toBeNull();
  expect(logins.find(cookies[500])?.isOpen()).toBe(true);
  expect((JSON.parse(kept.load() ?? '[]') as unknown[]).length).toBe(500);
  expect(open().find(cookies[999])?.isOpen()).toBe(true);
});
