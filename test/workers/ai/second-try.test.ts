import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createAiProvider } from '../../../workers/ai/create-ai-provider.ts';
import { startGeminiService } from '../../ai-services/gemini-service.ts';
import { startOpenAiService } from '../../ai-services/openai-service.ts';
import type { AiService, Step } from '../../ai-services/script.ts';
import { aRequest, askForAPerson, never } from './conversation-request.ts';

/** The three ways to speak, each with what its second request is to look like. */
interface Way {
  readonly name: string;
  readonly service: () => AiService;
  readonly api: 'responses' | 'chat' | null;
  readonly model: string;
  readonly limitOf: (body: unknown) => number | undefined;
  readonly thinkingOf: (body: unknown) => unknown;
  readonly thinkingField: string;
}

let openai: AiService;
let gemini: AiService;
const shape = z.looseObject({
  max_output_tokens: z.number().optional(),
  max_tokens: z.number().optional(),
  reasoning: z.unknown().optional(),
  reasoning_effort: z.unknown().optional(),
  generationConfig: z
    .looseObject({ maxOutputTokens: z.number().optional(), thinkingConfig: z.unknown().optional() })
    .optional(),
});

const ways: readonly Way[] = [
  {
    name: 'responses',
    service: () => openai,
    api: 'responses',
    model: 'gpt-5.6-luna',
    limitOf: (body) => shape.parse(body).max_output_tokens,
    thinkingOf: (body) => shape.parse(body).reasoning,
    thinkingField: 'reasoning',
  },
  {
    name: 'chat completions',
    service: () => openai,
    api: 'chat',
    model: 'deepseek-reasoner',
    limitOf: (body) => shape.parse(body).max_tokens,
    thinkingOf: (body) => shape.parse(body).reasoning_effort,
    thinkingField: 'reasoning_effort',
  },
  {
    name: 'Gemini',
    service: () => gemini,
    api: null,
    model: 'gemini-2.5-flash',
    limitOf: (body) => shape.parse(body).generationConfig?.maxOutputTokens,
    thinkingOf: (body) => shape.parse(body).generationConfig?.thinkingConfig,
    thinkingField: 'thinkingConfig',
  },
];
const lowThinking: Readonly<Record<string, unknown>> = {
  responses: { effort: 'low' },
  'chat completions': 'low',
  Gemini: { thinkingBudget: 0 },
};

const providerOf = (way: Way) =>
  way.api === null
    ? createAiProvider({ provider: 'gemini', secrets: { geminiKey: 'k' }, baseUrls: { gemini: gemini.baseUrl } })
    : createAiProvider({
        provider: 'openai',
        secrets: { openaiKey: 'k' },
        baseUrls: { openai: openai.baseUrl },
        api: way.api,
      });

beforeAll(async () => {
  openai = await startOpenAiService();
  gemini = await startGeminiService();
});
beforeEach(() => {
  openai.reset();
  gemini.reset();
});
afterAll(() => Promise.all([openai.close(), gemini.close()]));

const kinds: readonly (readonly [string, Step])[] = [
  ['empty', { kind: 'empty' }],
  ['thinking-only', { kind: 'thinking', tokens: 500 }],
  ['malformed', { kind: 'malformed-call' }],
];

describe.each(ways)('$name that says nothing', (way) => {
  const ask = (maxTokens = 500) =>
    providerOf(way).answer(aRequest({ model: way.model, maxTokens, tools: [askForAPerson] }), never());

  it.each(kinds)('%s: asked once more with room and little thinking, and answered', async (code, step) => {
    way.service().script(step, { kind: 'answer', text: 'Das 8h às 18h.' });
    const result = await ask();
    expect(result).toMatchObject({ kind: 'answer', text: 'Das 8h às 18h.', notes: [`second-try: ${code}`] });
    const [first, second] = way.service().requests.map(({ body }) => body);
    expect([way.limitOf(first), way.thinkingOf(first)]).toEqual([500, undefined]);
    expect([way.limitOf(second), way.thinkingOf(second)]).toEqual([4096, lowThinking[way.name]]);
  });

  it.each(kinds)('%s twice: no answer, with its own code, and no third try', async (code, step) => {
    way.service().always(step);
    expect(await ask()).toMatchObject({ kind: 'no-answer', code });
    expect(way.service().requests).toHaveLength(2);
  });

  it('twice the limit where that is more', async () => {
    way.service().always({ kind: 'thinking', tokens: 3000 });
    await ask(3000);
    expect(way.service().requests.map(({ body }) => way.limitOf(body))).toEqual([3000, 6000]);
  });

  it('leaves out the thinking that the model does not know', async () => {
    way
      .service()
      .script(
        { kind: 'thinking', tokens: 500 },
        { kind: 'no-field', field: way.thinkingField },
        { kind: 'answer', text: 'Sim.' },
      );
    expect(await ask()).toMatchObject({ kind: 'answer', text: 'Sim.' });
    const { body } = way.service().requests[2] ?? {};
    expect([way.limitOf(body), way.thinkingOf(body)]).toEqual([4096, undefined]);
  });

  it('keeps to the limit that the model takes', async () => {
    const tooMany: Step = { kind: 'error', status: 400, message: 'at most 2048 tokens can be written' };
    way.service().script({ kind: 'thinking', tokens: 500 }, tooMany, tooMany, { kind: 'answer', text: 'Sim.' });
    expect(await ask()).toMatchObject({ kind: 'answer', text: 'Sim.' });
    expect(way.limitOf(way.service().requests[3]?.body)).toBe(500);
  });

  it('says why there was no answer when no second try is taken', async () => {
    way.service().script({ kind: 'thinking', tokens: 500 });
    way.service().always({ kind: 'error', status: 400, message: 'no' });
    expect(await ask()).toMatchObject({ kind: 'no-answer', code: 'thinking-only' });
    expect(way.service().requests).toHaveLength(4);
  });

  it('books what both tries used', async () => {
    way.service().script({ kind: 'thinking', tokens: 500 }, { kind: 'thinking', tokens: 4096 });
    expect(await ask()).toMatchObject({
      kind: 'no-answer',
      code: 'thinking-only',
      usage: { inputTokens: 22, outputTokens: 4596 },
    });
  });

  it.each([
    [
      { kind: 'error', status: 503 },
      { kind: 'passing', code: 'service-fault' },
    ],
    [
      { kind: 'error', status: 401 },
      { kind: 'refused', code: 'wrong-key' },
    ],
    [
      { kind: 'cut', at: 'start' },
      { kind: 'passing', code: 'connection' },
    ],
  ] as const)('tells %o of the second try, and what the first one cost', async (step, told) => {
    way.service().script({ kind: 'thinking', tokens: 500 }, step);
    expect(await ask()).toMatchObject({ ...told, usage: { inputTokens: 11, outputTokens: 500 } });
  });

  it.each([
    { kind: 'blocked', what: 'answer' },
    { kind: 'cut-short', text: 'Half a sent' },
  ] as const)('is not asked again for what was $kind', async (step) => {
    way.service().script(step);
    expect(await ask()).toMatchObject({ kind: 'no-answer', code: step.kind });
    expect(way.service().requests).toHaveLength(1);
  });

  it('never takes a thought for the answer', async () => {
    way.service().script({ kind: 'answer', text: 'Abrimos às 8h.', thought: 'The customer wants to know our hours.' });
    expect(await ask()).toMatchObject({ kind: 'answer', text: 'Abrimos às 8h.', notes: [] });
  });

  it.each(['{"reason":"fiscal","summary":"Quer nota fiscal"}', '{"reason": "", "extra": [1]}', '{}'])(
    'gives the call of a tool as it came: %s',
    async (args) => {
      way.service().script({ kind: 'tool', name: 'ask_for_a_person', arguments: args });
      expect(await ask()).toMatchObject({
        kind: 'tool',
        name: 'ask_for_a_person',
        arguments: JSON.parse(args),
        text: null,
      });
    },
  );

  it('gives what was said beside the call', async () => {
    way.service().script({ kind: 'tool', name: 'ask_for_a_person', arguments: '{}', text: 'Um momento.' });
    expect(await ask()).toMatchObject({ kind: 'tool', text: 'Um momento.' });
  });

  it('knows no tool but those that were offered', async () => {
    way.service().always({ kind: 'tool', name: 'send_money', arguments: '{"to":"me"}' });
    expect(await ask()).toMatchObject({ kind: 'no-answer', code: 'malformed' });
    const summary = { previous: null, items: [{ role: 'customer' as const, text: 'oi' }], model: way.model };
    way.service().always({ kind: 'tool', name: 'ask_for_a_person', arguments: '{}' });
    expect(await providerOf(way).summarize({ ...summary, timeoutMs: 10_000 }, never())).toMatchObject({
      kind: 'no-answer',
      code: 'malformed',
    });
  });
});

describe('Gemini with little thinking', () => {
  it.each([
    ['gemini-2.5-flash', { thinkingBudget: 0 }],
    ['gemini-2.5-flash-lite-preview-09-2025', { thinkingBudget: 0 }],
    ['gemini-2.5-pro', { thinkingBudget: 128 }],
    ['gemini-3.5-flash-lite', { thinkingLevel: 'low' }],
    ['gemini-3-pro-preview', { thinkingLevel: 'low' }],
  ])('%s', async (model, thinkingConfig) => {
    gemini.script({ kind: 'empty' });
    const provider = providerOf({ ...(ways[2] as Way), model });
    expect(await provider.answer(aRequest({ model }), never())).toMatchObject({ kind: 'answer' });
    expect(shape.parse(gemini.requests[1]?.body).generationConfig?.thinkingConfig).toEqual(thinkingConfig);
  });

  it.each([
    '{}',
    '{"candidates":[]}',
    '{"candidates":[{"finishReason":"STOP"}]}',
    '{"candidates":[{"content":{"parts":[{"text":"hm","thought":true}]},"finishReason":"STOP"}]}',
  ])('takes %s for nothing said', async (body) => {
    gemini.always({ kind: 'garbage', contentType: 'application/json', body });
    expect(await providerOf(ways[2] as Way).answer(aRequest(), never())).toMatchObject({
      kind: 'no-answer',
      code: 'empty',
      usage: null,
    });
  });
});
