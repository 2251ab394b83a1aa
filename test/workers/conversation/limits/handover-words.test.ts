import { describe, expect, it } from 'vitest';
import { askedByWords } from '../../../../workers/conversation/limits/handover-words.ts';

const words = ['atendente', 'falar com alguém', 'humano'];

describe('words by which a person is asked for', () => {
  it.each([
    ['quero um ATENDENTE!', 'atendente'],
    ['Posso falar com alguem, por favor?', 'falar com alguém'],
    ['falar   com\nalguém', 'falar com alguém'],
    ['*humano*', 'humano'],
    ['um atendente humano', 'atendente'],
    ['quantos atendentes vocês têm?', null],
    ['desumano', null],
    ['falar com', null],
    ['', null],
    ['!!!', null],
  ] as const)('%j: %s', (text, expected) => {
    expect(askedByWords(text, words)).toBe(expected);
  });

  it('are none when none are configured, or one holds no letter', () => {
    expect(askedByWords('atendente', [])).toBeNull();
    expect(askedByWords('atendente', ['??'])).toBeNull();
  });
});
