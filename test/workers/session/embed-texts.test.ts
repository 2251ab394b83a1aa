import { expect, test } from 'vitest';
import { unpackVectors } from '../../../src/session/small-vectors.ts';
import type { AiProvider, EmbedRequest, EmbedResult } from '../../../workers/ai/ai-provider.ts';
import { priceTable } from '../../../workers/conversation/limits/price-table.ts';
import { type EmbeddingParts, embedTexts } from '../../../workers/session/embed-texts.ts';

/** Texts that a model does not take: found among the others, cut, and never asked for without end. */

const tooLong: EmbedResult = { kind: 'refused', scope: 'request', code: 'too-long', reason: 'too long' };
const offended: EmbedResult = { kind: 'refused', scope: 'request', code: 'bad-request', reason: 'no' };

const partsWith = (answer: (request: EmbedRequest) => EmbedResult | null) => {
  const asked: EmbedRequest[] = [];
  const provider = {
    embed: async (request: EmbedRequest): Promise<EmbedResult> => {
      asked.push(request);
      return (
        answer(request) ?? {
          kind: 'answer',
          text: '',
          vectors: request.texts.map((text) => [text.length, 1, 0, 0]),
          usage: { inputTokens: 1_000_000, outputTokens: 0 },
          model: request.model,
          notes: [],
        }
      );
    },
  } as unknown as AiProvider;
  const parts: EmbeddingParts = {
    provider,
    model: 'text-embedding-3-small',
    prices: priceTable(),
    signal: new AbortController().signal,
    now: () => Date.parse('2026-11-30T00:00:00Z'),
    longest: Number.MAX_SAFE_INTEGER,
    isProven: false,
  };
  return { parts, asked };
};
const embed = (parts: EmbeddingParts, texts: readonly string[]) =>
  embedTexts(parts, { as: 'passage', texts, timeoutMs: 1000 });
const vectorsOf = (outcome: Awaited<ReturnType<typeof embed>>, count: number) =>
  outcome.kind === 'embedded' ? unpackVectors(Buffer.from(outcome.vectors, 'base64'), count, outcome.dimensions) : [];

test('one call for texts that fit, with what it cost', async () => {
  const { parts, asked } = partsWith(() => null);
  const outcome = await embed(parts, ['a', 'bb']);
  expect(outcome).toMatchObject({
    kind: 'embedded',
    dimensions: 4,
    calls: [{ costUsd: 0.02, inputTokens: 1_000_000 }],
  });
  expect([vectorsOf(outcome, 2).length, asked.length]).toEqual([2, 1]);
});

test('a text that is too long is cut, the others are whole, and it is learnt for the next ones', async () => {
  const { parts, asked } = partsWith(({ texts }) => (texts.some((text) => text.length > 200) ? tooLong : null));
  const long = 'á'.repeat(899);
  const outcome = await embed(parts, ['a', long, 'c', 'd']);
  expect(vectorsOf(outcome, 4).every(({ inverse }) => inverse > 0)).toBe(true);
  expect(asked.map(({ texts }) => Math.max(...texts.map(({ length }) => length)))).toContain(113);
  const before = asked.length;
  await embed(parts, [long, long]);
  expect(asked.length - before).toBe(1);
  // A pair of surrogates is not parted.
  await embed(parts, ['🍞'.repeat(500)]);
  expect(asked.at(-1)?.texts[0]?.isWellFormed()).toBe(true);
});

test('a text that is refused for its words has no direction, and spoils no other', async () => {
  const { parts } = partsWith(({ texts }) => (texts.includes('bad') ? offended : null));
  const outcome = await embed(parts, ['a', 'b', 'bad', 'd']);
  expect(vectorsOf(outcome, 4).map(({ inverse }) => inverse > 0)).toEqual([true, true, false, true]);
});

test('a service that refuses everything is asked twice, one that fails in the middle tells it, and what was paid is told', async () => {
  for (const refusal of [tooLong, offended]) {
    const { parts, asked } = partsWith(() => refusal);
    const texts = Array.from({ length: 96 }, () => 'x'.repeat(900));
    expect(await embed(parts, texts)).toMatchObject({
      kind: 'problem',
      isPassing: false,
      code: 'code' in refusal ? refusal.code : '',
    });
    expect(asked).toHaveLength(2);
  }
  const busy: EmbedResult = { kind: 'passing', code: 'rate-limit', reason: 'busy\u001b[31m', retryAfterMs: 7 };
  const { parts } = partsWith(({ texts }) => (texts.length > 1 ? tooLong : texts[0] === 'b' ? busy : null));
  const outcome = await embed(parts, ['a', 'b']);
  expect(outcome).toMatchObject({ kind: 'problem', isPassing: true, retryAfterMs: 7 });
  expect(outcome.kind === 'problem' && [outcome.calls.length, outcome.reason.includes('\u001b')]).toEqual([2, false]);
  const { parts: none } = partsWith(() => null);
  expect(await embed({ ...none, provider: {} as AiProvider }, ['a'])).toMatchObject({ code: 'unsupported' });
});
