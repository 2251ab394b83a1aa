import { describe, expect, it } from 'vitest';
import { boundedAnswer } from '../../../../workers/conversation/turn/bounded-answer.ts';

const timing = { split: true, partLength: 300, maxParts: 8 };
const sentence = 'Esta é a frase de número muito grande que não acaba nunca mesmo. ';
const endless = sentence.repeat(1000);

describe('an answer as parts', () => {
  it('keeps a short one as it is', () => {
    expect(boundedAnswer('Temos sim!', timing)).toEqual({ parts: ['Temos sim!'], isCut: false });
    expect(boundedAnswer('  ', timing)).toEqual({ parts: [], isCut: false });
  });

  it.each([1, 3, 8, 20])('sends at most %i parts of 60,000 characters, each ending with a sentence', (maxParts) => {
    const { parts, isCut } = boundedAnswer(endless, { ...timing, maxParts });
    expect(isCut).toBe(true);
    expect(parts.length).toBe(maxParts);
    for (const part of parts) expect(part).toMatch(/mesmo\.$/);
    expect(endless.startsWith(parts[0] ?? '?')).toBe(true);
  });

  it('bounds one that is not split, too', () => {
    const { parts, isCut } = boundedAnswer(endless, { ...timing, split: false });
    expect([parts.length, isCut]).toEqual([1, true]);
    expect(parts[0]?.length).toBeLessThanOrEqual(12_000);
    expect(parts[0]).toMatch(/mesmo\.$/);
  });

  it('bounds a list and a word without end', () => {
    const list = Array.from({ length: 4000 }, (_, i) => `- item número ${i}`).join('\n');
    const ofList = boundedAnswer(list, timing);
    expect(ofList.isCut).toBe(true);
    expect(ofList.parts.join('').length).toBeLessThanOrEqual(12_000);
    expect(ofList.parts.at(-1)).toMatch(/- item número \d+$/);

    const word = boundedAnswer('😀'.repeat(30_000), timing);
    expect(word.isCut).toBe(true);
    expect(word.parts.join('').length).toBeLessThanOrEqual(12_000);
    expect(word.parts.join('').isWellFormed()).toBe(true);
  });
});
