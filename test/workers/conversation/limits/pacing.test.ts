import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../../src/session/session-config.ts';
import { checkCaps, planAnswer, readingDelay, typingTime } from '../../../../workers/conversation/limits/pacing.ts';

const timing = {
  ...defaultConfig().timing,
  charactersPerSecond: 10,
  jitter: 0.5,
  maxTypingMs: 5000,
  readingDelayMs: 2000,
  pauseBetweenPartsMs: 1000,
};
const random = fc.double({ min: 0, max: 0.999_999, noNaN: true });

describe('the rhythm of an answer', () => {
  it('types as many characters a second as configured, emoji counted once', () => {
    expect(typingTime('0123456789', timing, () => 0.5)).toBe(1000);
    expect(typingTime('😊😊😊😊😊', timing, () => 0.5)).toBe(500);
  });

  it('varies by jitter, within the cap', () => {
    expect(typingTime('0123456789', timing, () => 0)).toBe(500);
    expect(readingDelay(timing, () => 0)).toBe(1000);
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), random, (text, value) => {
        const ms = typingTime(text, timing, () => value);
        return ms >= 0 && ms <= timing.maxTypingMs && Number.isInteger(ms);
      }),
    );
  });

  it('shows no typing when it is switched off', () => {
    expect(typingTime('Olá', { ...timing, typing: false }, () => 0.5)).toBe(0);
  });

  it('reads before the first part and rests before the others', () => {
    expect(planAnswer(['Olá!', 'Tudo bem?'], timing, () => 0.5)).toEqual([
      { text: 'Olá!', waitMs: 2000, typingMs: 400 },
      { text: 'Tudo bem?', waitMs: 1000, typingMs: 900 },
    ]);
    expect(planAnswer([], timing, () => 0.5)).toEqual([]);
  });
});

describe('caps', () => {
  const caps = { maxPerChatHour: 5, maxPerChatDay: 10, maxPerHour: 50, maxPerDay: 100 };
  const none = { chatHour: 0, chatDay: 0, sessionHour: 0, sessionDay: 0 };

  it.each([
    [none, { allowed: true }],
    [{ ...none, chatHour: 4, chatDay: 9, sessionHour: 49, sessionDay: 99 }, { allowed: true }],
    [
      { ...none, chatHour: 5 },
      { allowed: false, cap: 'maxPerChatHour', limit: 5, windowMs: 3_600_000 },
    ],
    [
      { ...none, sessionHour: 51 },
      { allowed: false, cap: 'maxPerHour', limit: 50, windowMs: 3_600_000 },
    ],
    [
      { ...none, chatHour: 5, chatDay: 10 },
      { allowed: false, cap: 'maxPerChatDay', limit: 10, windowMs: 86_400_000 },
    ],
    [
      { ...none, chatDay: 10, sessionDay: 100 },
      { allowed: false, cap: 'maxPerDay', limit: 100, windowMs: 86_400_000 },
    ],
  ])('%j', (sent, expected) => {
    expect(checkCaps(caps, sent)).toEqual(expected);
  });

  it('0 is no cap', () => {
    const open = { maxPerChatHour: 0, maxPerChatDay: 0, maxPerHour: 0, maxPerDay: 0 };
    expect(checkCaps(open, { chatHour: 1e6, chatDay: 1e6, sessionHour: 1e6, sessionDay: 1e6 })).toEqual({
      allowed: true,
    });
  });
});
