import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  estimateTokens,
  fitHistory,
  historyHash,
  type StoredItem,
} from '../../../../workers/conversation/turn/history.ts';

const item = (id: number, role: StoredItem['role'], text: string): StoredItem => ({ id: String(id), role, text });
const talk = (turns: number, text = 'x'.repeat(300)): readonly StoredItem[] =>
  Array.from({ length: turns * 2 }, (_, index) => item(index, index % 2 === 0 ? 'customer' : 'assistant', text));

describe('the history given to the AI', () => {
  it('is everything while it fits', () => {
    const items = talk(3);
    const fitted = fitHistory(items, { maxTokens: 1000, summary: null });
    expect(fitted.kept).toEqual(items);
    expect(fitted.fallen).toEqual([]);
  });

  it('is everything when it fits exactly', () => {
    const items = talk(3);
    const { tokens } = fitHistory(items, { maxTokens: 10_000, summary: null });
    expect(fitHistory(items, { maxTokens: tokens, summary: null }).fallen).toEqual([]);
    expect(fitHistory(items, { maxTokens: tokens - 1, summary: null }).fallen).not.toEqual([]);
  });

  it('drops the oldest when it does not, with room to spare for the next turns', () => {
    const items = talk(10);
    const { kept, fallen, tokens } = fitHistory(items, { maxTokens: 1000, summary: null });
    expect([...fallen, ...kept]).toEqual(items);
    expect(tokens).toBeLessThanOrEqual(700);
    expect(kept[0]?.role).toBe('customer');
    // So a few more turns fit before another summary is due.
    expect(fitHistory([...kept, ...talk(1)], { maxTokens: 1000, summary: null }).fallen).toEqual([]);
  });

  it('counts the summary', () => {
    const summary = 'y'.repeat(1500);
    const { kept, tokens } = fitHistory(talk(10), { maxTokens: 1000, summary });
    expect(tokens).toBeLessThanOrEqual(1000);
    expect(kept.length).toBeGreaterThan(0);
    expect(fitHistory(talk(1), { maxTokens: 300, summary }).kept).toEqual([]);
  });

  it('has no answer without its question', () => {
    const items = [item(0, 'assistant', 'aviso'), item(1, 'customer', 'oi'), item(2, 'assistant', 'olá')];
    const { kept, fallen } = fitHistory(items, { maxTokens: 1000, summary: null });
    expect(kept.map(({ id }) => id)).toEqual(['1', '2']);
    expect(fallen.map(({ id }) => id)).toEqual(['0']);
  });

  it('is nothing, and nothing is summarised, with a length of 0', () => {
    expect(fitHistory(talk(3), { maxTokens: 0, summary: 'z' })).toEqual({ kept: [], fallen: [], tokens: 0 });
  });

  it('never exceeds the bound and never loses an item', () => {
    const anItem = fc.tuple(fc.constantFrom('customer' as const, 'assistant' as const), fc.string({ maxLength: 400 }));
    fc.assert(
      fc.property(
        fc.array(anItem, { maxLength: 40 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.option(fc.string({ maxLength: 300 })),
        (raw, maxTokens, summary) => {
          const items = raw.map(([role, text], index) => item(index, role, text));
          const { kept, fallen, tokens } = fitHistory(items, { maxTokens, summary });
          expect([...fallen, ...kept]).toEqual(items);
          if (kept.length > 0) expect(kept[0]?.role).toBe('customer');
          const own = kept.reduce(
            (sum, { text }) => sum + estimateTokens(text) + 4,
            summary === null ? 0 : estimateTokens(summary) + 4,
          );
          expect(tokens).toBe(own);
          if (kept.length > 0) expect(tokens).toBeLessThanOrEqual(maxTokens);
        },
      ),
    );
  });
});

describe('the estimate of tokens', () => {
  // The fox is 10 tokens in OpenAI's tokenizers: each word one, the full stop another.
  it.each([
    ['The quick brown fox jumps over the lazy dog.', 10],
    ['', 0],
  ])('%j is at least what a tokenizer counts, and not absurd', (text, real) => {
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(real);
    expect(estimateTokens(text)).toBeLessThanOrEqual(real * 2);
  });

  it('counts characters of other scripts and emoji as more than one', () => {
    expect(estimateTokens('你好')).toBe(3);
    expect(estimateTokens('😊')).toBe(2);
  });
});

describe('the hash of a history', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const items = [item(0, 'customer', 'oi'), item(1, 'assistant', 'olá')];

  it('is stable, whatever else an item carries', () => {
    expect(historyHash(null, items, sha256)).toBe(
      historyHash(
        null,
        items.map(({ role, text }) => ({ text, role })),
        sha256,
      ),
    );
    expect(historyHash(null, items, sha256)).toBe(sha256('[null,["customer","oi"],["assistant","olá"]]'));
  });

  it('differs for another summary, order, role or text', () => {
    const hashes = [
      historyHash(null, items, sha256),
      historyHash('', items, sha256),
      historyHash(null, items.toReversed(), sha256),
      historyHash(null, [item(0, 'assistant', 'oi'), item(1, 'assistant', 'olá')], sha256),
      historyHash(null, [item(0, 'customer', 'oi '), item(1, 'assistant', 'olá')], sha256),
      historyHash(null, [], sha256),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
