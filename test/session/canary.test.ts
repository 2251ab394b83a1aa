import { expect, test } from 'vitest';
import { type ArmFigures, armOf } from '../../src/session/canary.ts';
import { chanceOf, parseRollBackRule, rollBackOf } from '../../src/session/canary-rules.ts';

const arm = (turns: number, more: Partial<ArmFigures> = {}): ArmFigures => ({
  chats: turns,
  turns,
  open: 0,
  answered: turns,
  drafted: 0,
  silent: 0,
  handedOver: 0,
  owner: 0,
  errors: 0,
  silentChats: 0,
  handedOverChats: 0,
  ownerChats: 0,
  medianMs: 20_000,
  costUsd: turns * 0.001,
  ...more,
});

test('chats are drawn evenly, the same each time, and anew by each canary', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => index + 1);
  for (const share of [1, 20, 50, 99]) {
    const canary = { id: `c-${share}`, share };
    const drawn = ids.filter((id) => armOf(canary, id) === 'canary');
    expect(Math.abs(drawn.length / ids.length - share / 100)).toBeLessThan(0.012);
    expect(drawn.every((id) => armOf(canary, id) === 'canary')).toBe(true);
  }
  const both = ids.filter((id) => armOf({ id: 'a', share: 50 }, id) === armOf({ id: 'b', share: 50 }, id));
  expect(Math.abs(both.length / ids.length - 0.5)).toBeLessThan(0.02);
  expect(ids.every((id) => armOf({ id: 'label', share: null }, id) === 'canary')).toBe(true);
});

test('rules are read as they are written, and nothing else is', () => {
  expect(parseRollBackRule(' silent > 5% ')).toEqual({ measure: 'silent', above: 5, isPercent: true });
  expect(parseRollBackRule('errors>2')).toEqual({ measure: 'errors', above: 2, isPercent: false });
  expect(parseRollBackRule('cost>0.02')).toEqual({ measure: 'cost', above: 0.02, isPercent: false });
  for (const text of [
    'silent<5%',
    'silent>',
    'silent>5%%',
    'seconds>5%',
    'answered>3',
    'silent>100%',
    '',
    '>5%',
    'a>1; b>2',
  ])
    expect(parseRollBackRule(text), text).toBeNull();
});

test('chance is what Fisher says it is', () => {
  expect(chanceOf(0, 10, 0, 10)).toBeCloseTo(1, 10);
  // Lady tasting tea: 3 of 4 right by chance, at least.
  expect(chanceOf(3, 4, 1, 4)).toBeCloseTo(17 / 70, 10);
  expect(chanceOf(4, 4, 0, 4)).toBeCloseTo(1 / 70, 10);
  expect(chanceOf(9000, 100_000, 1000, 100_000)).toBeLessThan(1e-6);
});

test('it rolls itself back when it is clearly worse, and not for an odd customer or by chance', () => {
  const control = arm(200, { silent: 2, silentChats: 2 });
  const why = (canary: ArmFigures, rules: readonly string[] = [], other = control) =>
    rollBackOf({ canary, control: other }, rules);

  expect(why(arm(50))).toBeNull();
  expect(why(arm(50, { silent: 1, silentChats: 1 }))).toBeNull();
  expect(why(arm(50, { silent: 12, silentChats: 12 }))).toMatchObject({
    end: 'worse',
    evidence: { measure: 'silent', canary: 12, canaryOf: 50, control: 2, controlOf: 200 },
  });
  // Twelve times, but one and the same chat.
  expect(why(arm(50, { silent: 12, silentChats: 1 }))).toBeNull();
  // All of nine chats: too few to tell.
  expect(why(arm(9, { silent: 9, silentChats: 9 }))).toBeNull();
  expect(why(arm(50, { handedOver: 14, handedOverChats: 14 }))?.evidence.measure).toBe('handed-over');
  expect(why(arm(50, { owner: 14, ownerChats: 14 }))?.evidence.measure).toBe('owner');

  expect(why(arm(2, { errors: 3, open: 3 }))?.end).toBe('errors');
  // The service fails everybody alike: it is not the canary's.
  expect(why(arm(30, { errors: 6 }), [], arm(200, { errors: 40 }))).toBeNull();
});

test("a person's rule counts from the first turn on, its shares from twenty", () => {
  const control = arm(200);
  const why = (canary: ArmFigures, rule: string) => rollBackOf({ canary, control }, [rule]);
  expect(why(arm(3, { silent: 1, silentChats: 1 }), 'silent>0')).toMatchObject({
    end: 'rule',
    evidence: { rule: 'silent>0' },
  });
  expect(why(arm(19, { silent: 10, silentChats: 1 }), 'silent>5%')).toBeNull();
  expect(why(arm(20, { silent: 2, silentChats: 1 }), 'silent>5%')).toMatchObject({
    evidence: { canary: 2, canaryOf: 20 },
  });
  expect(why(arm(20, { silent: 1, silentChats: 1 }), 'silent>5%')).toBeNull();
  expect(why(arm(20, { medianMs: 61_000 }), 'seconds>60')).toMatchObject({ evidence: { canary: 61 } });
  expect(why(arm(20, { costUsd: 1 }), 'cost>0.02')).toMatchObject({ evidence: { canary: 0.05 } });
  expect(why(arm(20, { costUsd: 0.2 }), 'cost>0.02')).toBeNull();
});
