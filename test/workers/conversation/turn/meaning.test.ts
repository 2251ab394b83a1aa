import { beforeAll, expect, it } from 'vitest';
import type { AiConfig } from '../../../../src/session/session-config.ts';
import { createKnowledgeStore } from '../../../../src/store/knowledge-store.ts';
import type { EmbedRequest, EmbedResult } from '../../../../workers/ai/ai-provider.ts';
import { madeVector } from '../../../ai-services/made-vectors.ts';
import { makeMeaning } from '../../../store/known-meaning.ts';
import { answer, connectedPipeline, type Pipeline, plainConfig } from '../pipeline-support.ts';

/** A question is answered from what means the same; whatever becomes of its vector, it is answered. */

const hours = 'Horário de funcionamento: segunda a sexta das 8h às 18h.';
const question = 'vocês fecham que horas?';

interface Bakery {
  readonly p: Pipeline;
  readonly embedded: EmbedRequest[];
  fate: (request: EmbedRequest) => Promise<EmbedResult> | EmbedResult;
  ask(text: string): Promise<void>;
  material(): string;
  why(): readonly string[];
  gaps(): number;
}

const vectors = ({ texts, model, dimensions }: EmbedRequest): EmbedResult => ({
  kind: 'answer',
  text: '',
  vectors: texts.map((text) => madeVector(text, dimensions)),
  usage: { inputTokens: 1_000_000, outputTokens: 0 },
  model,
  notes: [],
});

const bakery = async (ai: Partial<AiConfig> = {}): Promise<Bakery> => {
  const config = plainConfig();
  const p = await connectedPipeline({
    config: { ...config, ai: { ...config.ai, provider: 'openai', embeddings: 'on', ...ai } },
  });
  const knowledge = createKnowledgeStore(p.store.database);
  const file = knowledge.begin({ sessionId: p.sessionId, name: 'casa.txt', kind: 'txt', bytes: 1, actor: 'x' }, 1);
  const texts = [hours, 'Bolo de cenoura: R$ 45.'];
  knowledge.write(
    file,
    1,
    texts.map((text) => ({ place: {}, text })),
  );
  knowledge.replace(file, { characters: 1, passages: texts.length });
  makeMeaning(p.store.database, p.sessionId);
  p.ai.script = [() => answer('Das 8h às 18h.')];
  const b: Bakery = {
    p,
    embedded: [],
    fate: vectors,
    ask: async (text) => {
      p.say(text);
      await p.clock.advance(30_000);
    },
    material: () => p.ai.requests.at(-1)?.material ?? '',
    why: () => {
      const turn = p.store.why.turns({ sessionId: p.sessionId, limit: 1 })[0];
      return turn?.words ?? [];
    },
    gaps: () => knowledge.gaps(p.sessionId, 9).length,
  };
  Object.assign(p.ai, {
    embed: async (request: EmbedRequest) => {
      b.embedded.push(request);
      return b.fate(request);
    },
  });
  return b;
};

// Virtual time does not wait for a module.
beforeAll(() =>
  Promise.all([
    import('../../../../workers/conversation/turn/knowledge.ts'),
    import('../../../../workers/conversation/turn/meaning.ts'),
  ]),
);

it('finds what has no word of the question, says by what in why, pays for it, and counts no gap', async () => {
  const b = await bakery();
  await b.ask(question);
  expect(b.material()).toContain(hours);
  expect(b.embedded).toEqual([
    { texts: [question], as: 'question', model: 'text-embedding-3-small', dimensions: 256, timeoutMs: 2000 },
  ]);
  expect(b.why().join('\n')).toMatch(/casa\.txt, version 1, passage 1, found by meaning\./);
  const cost = b.p.store.database.get("SELECT calls, cost_micro AS cost FROM ai_usage WHERE model LIKE 'text-emb%'");
  expect([cost, b.gaps()]).toEqual([{ calls: 1, cost: 20_000 }, 0]);

  // Of few words: what was said before goes along. A greeting asks nothing.
  await b.ask('e no sábado?');
  expect(b.embedded.at(-1)?.texts).toEqual(['e no sábado?', `${question}\ne no sábado?`]);
  await b.ask('oi, tudo bem?');
  await b.ask('👍');
  expect(b.embedded).toHaveLength(2);
  // Nothing says so of Saturdays, though what was said before finds something; and nothing of bicycles.
  await b.ask('vocês vendem bicicleta?');
  expect([b.material(), b.gaps()]).toEqual(['', 2]);
  expect(Object.values(b.p.outcomes())).not.toContain('pending');
});

it.each<[string, (request: EmbedRequest) => Promise<EmbedResult>]>([
  ['never comes', () => new Promise(() => undefined)],
  ['is refused', async () => ({ kind: 'refused', scope: 'account', code: 'no-key', reason: 'no key for openai' })],
  [
    'is busy',
    async () => ({ kind: 'passing', code: '429', reason: 'the rate limit is reached', retryAfterMs: 900_000 }),
  ],
  ['throws', () => Promise.reject(new Error('socket hang up'))],
  ['is of another length', async (request) => vectors({ ...request, dimensions: 300 })],
  ['is none', async (request) => ({ ...vectors(request), vectors: [] }) as EmbedResult],
])(
  'a vector that %s leaves nobody without an answer: words alone are looked up, within two seconds',
  async (_, fate) => {
    const b = await bakery();
    b.fate = fate;
    const began = b.p.clock.now();
    await b.ask('quanto é o bolo de cenoura?');
    expect([b.material().includes('R$ 45'), b.p.sentTexts()]).toEqual([true, ['Das 8h às 18h.']]);
    const turn = b.p.store.database.get<{ at: number }>('SELECT started_at AS at FROM turns');
    expect((turn?.at ?? 0) - began).toBeLessThanOrEqual(15_000 + 2000 + 200);
    expect(b.why().some((line) => line.includes('looked up by words alone'))).toBe(true);

    // A service that failed is not waited for by the next one; a person who changes something has it asked again.
    await b.ask(question);
    expect(b.embedded).toHaveLength(1);
    expect(b.p.sentTexts()).toHaveLength(2);
    b.fate = vectors;
    b.p.configure((config) => ({ ...config, ai: { ...config.ai, temperature: 0.1 } }));
    await b.ask(question);
    expect(b.material()).toContain(hours);
  },
);

it('asks for nothing where it is off, has no vectors yet, or has a brain of its own; a huge question is cut', async () => {
  for (const ai of [{ embeddings: 'off' }, { provider: 'webhook' }, { embeddingsModel: 'other' }] as const) {
    const b = await bakery(ai);
    await b.ask('quanto é o bolo de cenoura?');
    expect([b.embedded, b.material().includes('R$ 45')]).toEqual([[], true]);
    expect(b.why().join('\n')).not.toMatch(/by meaning|words alone|found by/);
  }
  const b = await bakery();
  await b.ask(`${'bolo '.repeat(20_000)}de cenoura?`);
  expect([b.embedded[0]?.texts[0]?.length, b.p.sentTexts()]).toEqual([2000, ['Das 8h às 18h.']]);
});
