import { describe, expect, test } from 'vitest';
import type { StoredRestriction } from '../../../../src/session/restriction.ts';
import {
  afterRefusal,
  claimTry,
  isBarred,
  releasedAt,
  tryDueAt,
} from '../../../../workers/conversation/limits/restriction.ts';

const now = 1_000_000_000;
const minute = 60_000;
const hour = 60 * minute;

const begun = (code: StoredRestriction['code'] = 'restricted-new'): StoredRestriction =>
  afterRefusal(null, { code, wasTry: false, revision: 3 }, now);
const newChat = { isNew: true, triedAt: null };
const oldChat = { isNew: false, triedAt: null };

describe('what a refusal makes of it', () => {
  test.each([
    ['restricted-new', 'new'],
    ['restricted', 'all'],
  ] as const)('the first %s is about %s', (code, scope) => {
    expect(begun(code)).toEqual({
      scope,
      code,
      since: now,
      refused: 1,
      tries: 0,
      askedAt: now,
      nextTryAt: now + 10 * minute,
      revision: 3,
    });
  });

  test.each<[StoredRestriction['code'], StoredRestriction['code'], boolean, Partial<StoredRestriction>]>([
    // What was on its way at the same time counts, and brings the next try no nearer and no farther.
    ['restricted-new', 'restricted-new', false, { scope: 'new', refused: 2, nextTryAt: now + 10 * minute }],
    ['restricted-new', 'restricted-new', true, { scope: 'new', refused: 2, nextTryAt: now + 10 * minute }],
    // Old chats as well: all wait, and no sooner.
    [
      'restricted-new',
      'restricted',
      false,
      { scope: 'all', code: 'restricted', refused: 2, nextTryAt: now + 15 * minute },
    ],
    // Only the try itself shows that old chats may go on.
    ['restricted', 'restricted-new', false, { scope: 'all', code: 'restricted', refused: 2 }],
    ['restricted', 'restricted-new', true, { scope: 'new', code: 'restricted-new', refused: 2 }],
    ['restricted', 'restricted', true, { scope: 'all', refused: 2, nextTryAt: now + 10 * minute }],
  ])('%s, then %s (the try: %s)', (first, code, wasTry, expected) => {
    expect(afterRefusal(begun(first), { code, wasTry, revision: 3 }, now + 5 * minute)).toMatchObject({
      since: now,
      askedAt: now + 5 * minute,
      ...expected,
    });
  });
});

test.each<[string, StoredRestriction, Parameters<typeof isBarred>[1], boolean]>([
  ['a new chat', begun(), newChat, true],
  ['an old chat', begun(), oldChat, false],
  ['an old chat whose message was refused under it', begun(), { isNew: false, triedAt: now }, true],
  ['an old chat whose message was tried before it', begun(), { isNew: false, triedAt: now - 1 }, false],
  ['an old chat, when it is about all', begun('restricted'), oldChat, true],
  ['a new chat, when it is about all', begun('restricted'), newChat, true],
])('%s waits: %#', (_, restriction, chat, expected) => {
  expect(isBarred(restriction, chat)).toBe(expected);
});

test('tries are at growing distances, and the longest one stays', () => {
  const distances: number[] = [];
  let restriction = begun();
  let at = now;
  for (let n = 0; n < 8; n += 1) {
    distances.push((restriction.nextTryAt - at) / minute);
    at = restriction.nextTryAt;
    restriction = claimTry(restriction, 3, at);
  }
  expect(distances).toEqual([10, 30, 60, 120, 240, 360, 360, 360]);
  expect(restriction).toMatchObject({ tries: 8, refused: 1, since: now });
});

describe('who is tried when', () => {
  test.each<[string, Partial<StoredRestriction>, Parameters<typeof isBarred>[1], number, number]>([
    ['at its time', {}, newChat, 3, 10 * minute],
    ['after a change by a person, half a minute after the last refusal', {}, newChat, 4, 30_000],
    ['after a change by a person, when it was due sooner anyway', { nextTryAt: now + 1000 }, newChat, 4, 1000],
    [
      'after those that were not tried yet',
      { askedAt: now + hour },
      { isNew: true, triedAt: now },
      3,
      10 * minute + 5000,
    ],
    ['last of all, the one that was tried last', {}, { isNew: true, triedAt: now }, 3, 10 * minute + 10_000],
    ['an old chat first, when it is about all', { scope: 'all' }, oldChat, 3, 10 * minute],
    ['a new chat after the old ones, when it is about all', { scope: 'all' }, newChat, 3, 10 * minute + 15_000],
  ])('%s', (_, more, chat, revision, expected) => {
    expect(tryDueAt({ ...begun(), ...more }, chat, revision) - now).toBe(expected);
  });
});

test('what waited goes out one by one', () => {
  expect([1, 2, 3].map((n) => releasedAt(n, now) - now)).toEqual([5000, 10_000, 15_000]);
});
