import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAiProvider } from '../../../workers/ai/create-ai-provider.ts';
import { startGeminiService } from '../../ai-services/gemini-service.ts';
import { madeVector } from '../../ai-services/made-vectors.ts';
import { startOpenAiService } from '../../ai-services/openai-service.ts';
import type { AiService, Step } from '../../ai-services/script.ts';
import { never } from './conversation-request.ts';

/** Vectors of both services: what is sent, and what becomes of whatever comes back. */

let openai: AiService;
let gemini: AiService;

beforeAll(async () => {
  openai = await startOpenAiService();
  gemini = await startGeminiService();
});
beforeEach(() => {
  openai.reset();
  gemini.reset();
});
afterAll(() => Promise.all([openai.close(), gemini.close()]));

const providers = {
  openai: () =>
    createAiProvider({
      provider: 'openai',
      secrets: { openaiKey: 'sk-test-123456' },
      baseUrls: { openai: openai.baseUrl },
    }),
  gemini: () =>
    createAiProvider({
      provider: 'gemini',
      secrets: { geminiKey: 'AIza-test-123456' },
      baseUrls: { gemini: gemini.baseUrl },
    }),
} as const;
type Name = keyof typeof providers;

const request = {
  texts: ['Horário de funcionamento: 8h às 18h', 'Entregamos no centro'],
  as: 'passage',
  model: 'm-1',
  dimensions: 64,
  timeoutMs: 5000,
} as const;
const embed = (name: Name, more: Partial<typeof request> | { timeoutMs: number } = {}) =>
  providers[name]().embed?.({ ...request, ...more }, never());

it('asks for a short length and gives a vector a text in their order, with what it cost', async () => {
  const made = await embed('openai');
  expect(made).toMatchObject({ kind: 'answer', model: 'm-1', usage: { outputTokens: 0 } });
  expect(made?.kind === 'answer' && [made.vectors.length, made.vectors[1]?.length, made.usage.inputTokens > 0]).toEqual(
    [2, 64, true],
  );
  expect(made?.kind === 'answer' && made.vectors[1]).toEqual(madeVector(request.texts[1], 64));
  expect(openai.requests[0]).toMatchObject({
    path: '/v1/embeddings',
    body: { model: 'm-1', input: request.texts, dimensions: 64, encoding_format: 'float' },
  });

  const other = await embed('gemini');
  expect(other?.kind === 'answer' && [other.vectors.length, other.vectors[0]?.length, other.usage]).toEqual([
    2,
    64,
    { inputTokens: 19, outputTokens: 0 },
  ]);
  expect(gemini.requests[0]).toMatchObject({
    path: '/v1beta/models/m-1:batchEmbedContents',
    body: { requests: [{ taskType: 'RETRIEVAL_DOCUMENT', outputDimensionality: 64 }, {}] },
  });
});

it('leaves out what a service does not know, now and from then on; one without vectors says so', async () => {
  openai.alwaysVectors({ kind: 'no-field', field: 'dimensions' });
  const provider = providers.openai();
  for (const count of [2, 3]) {
    const made = await provider.embed?.(request, never());
    expect(made?.kind === 'answer' && made.vectors[0]?.length).toBe(1536);
    expect(openai.requests).toHaveLength(count);
  }
  openai.serve(['/chat/completions'], 'text');
  expect(await embed('openai')).toMatchObject({
    kind: 'refused',
    code: 'wrong-path',
    reason: expect.stringMatching(/embeddings/),
  });
  const none = createAiProvider({ provider: 'echo', secrets: {} });
  expect(none.embed).toBeUndefined();
  const keyless = createAiProvider({ provider: 'openai', secrets: {} });
  expect(await keyless.embed?.(request, never())).toMatchObject({ kind: 'refused', code: 'no-key' });
});

const hostile: readonly (readonly [Step, object])[] = [
  [
    { kind: 'vectors', missing: 1 },
    { kind: 'passing', code: 'garbled', reason: expect.stringMatching(/1 vectors for 2/) },
  ],
  [
    { kind: 'vectors', dimensions: 4096 },
    { kind: 'refused', scope: 'account', code: 'too-large' },
  ],
  [{ kind: 'empty' }, { kind: 'passing', code: 'garbled' }],
  [
    { kind: 'page', status: 200 },
    { kind: 'passing', code: 'web-page' },
  ],
  [{ kind: 'garbage', contentType: 'application/json', body: '{"data":[{"embedding":[NaN]}]}' }, { kind: 'passing' }],
  [
    { kind: 'garbage', contentType: 'application/json', body: '[1,2]' },
    { kind: 'passing', code: 'garbled' },
  ],
  [
    { kind: 'error', status: 429 },
    { kind: 'passing', code: 'rate-limit' },
  ],
  [
    { kind: 'error', status: 429, quota: true },
    { kind: 'refused', code: 'quota' },
  ],
  [
    { kind: 'error', status: 500 },
    { kind: 'passing', code: 'service-fault' },
  ],
  [{ kind: 'hang' }, { kind: 'passing', code: 'timeout' }],
  [{ kind: 'stall' }, { kind: 'passing' }],
];
describe.each(['openai', 'gemini'] as const)('of %s', (name) => {
  it.each(hostile)('%o is a failure with a reason, never a vector', async (step, expected) => {
    (name === 'openai' ? openai : gemini).alwaysVectors(step);
    const made = await embed(name, { timeoutMs: step.kind === 'hang' || step.kind === 'stall' ? 300 : 5000 });
    expect(made).toMatchObject(expected);
  });

  it.each([['1e999', '"x"', 'null', '[]']])('numbers that are none are no vector', async (...values) => {
    for (const value of values) {
      const body =
        name === 'openai'
          ? `{"data":[{"index":0,"embedding":[1,${value}]},{"index":1,"embedding":[1,2]}]}`
          : `{"embeddings":[{"values":[1,${value}]},{"values":[1,2]}]}`;
      (name === 'openai' ? openai : gemini).alwaysVectors({ kind: 'garbage', contentType: 'application/json', body });
      expect(await embed(name)).toMatchObject({ kind: 'passing', code: 'garbled' });
    }
  });
});

it('names the setting of a model that is not known, and of a text that is too long only that', async () => {
  openai.alwaysVectors({ kind: 'error', status: 404 });
  expect(await embed('openai')).toMatchObject({
    kind: 'refused',
    scope: 'account',
    reason: expect.stringMatching(/m-1: check ai_config\.embeddingsModel/),
  });
  openai.alwaysVectors({ kind: 'short-texts', characters: 10 });
  expect(await embed('openai')).toMatchObject({ kind: 'refused', scope: 'request', code: 'too-long' });
});
