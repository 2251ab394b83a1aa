import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AiTool, ToolRound } from '../../../workers/ai/ai-provider.ts';
import { createAiProvider } from '../../../workers/ai/create-ai-provider.ts';
import { startGeminiService } from '../../ai-services/gemini-service.ts';
import { startOpenAiService } from '../../ai-services/openai-service.ts';
import type { AiService } from '../../ai-services/script.ts';
import { aRequest, never } from './conversation-request.ts';

/** Tools and their answers in the words of each service, through its own library. */

let openai: AiService;
let gemini: AiService;
beforeAll(async () => {
  openai = await startOpenAiService();
  gemini = await startGeminiService();
});
afterAll(async () => {
  await openai.close();
  await gemini.close();
});

const agenda: AiTool = {
  name: 'agenda',
  description: 'Books a visit.',
  parameters: {
    type: 'object',
    properties: {
      day: { type: 'string', format: 'date', pattern: '^2' },
      who: { type: ['string', 'null'] },
      kind: { type: 'string', enum: ['cut', 'wash'] },
    },
    required: ['day'],
    additionalProperties: false,
  },
};
const ping: AiTool = { name: 'ping', description: 'Nothing.', parameters: { type: 'object', properties: {} } };

const ways = ['responses', 'chat', 'gemini'] as const;
const serviceOf = (way: (typeof ways)[number]): AiService => (way === 'gemini' ? gemini : openai);
const providerOf = (way: (typeof ways)[number]) =>
  createAiProvider({
    provider: way === 'gemini' ? 'gemini' : 'openai',
    secrets: { openaiKey: 'k', geminiKey: 'k' },
    baseUrls: { openai: openai.baseUrl, gemini: gemini.baseUrl },
    ...(way === 'gemini' ? {} : { api: way }),
  });

test.each(ways)('%s: a call, its answer, and a last answer without more calls', async (way) => {
  const service = serviceOf(way);
  service.reset();
  service.script(
    { kind: 'tool', name: 'agenda', arguments: '{"day":"2026-12-04"}' },
    { kind: 'answer', text: 'Pronto.' },
  );
  const request = aRequest({ tools: [agenda, ping] });
  const provider = providerOf(way);
  const called = await provider.answer(request, never());
  if (called.kind !== 'tool') throw new Error(`not a call: ${JSON.stringify(called)}`);
  expect(called).toMatchObject({ name: 'agenda', arguments: { day: '2026-12-04' } });
  const [call] = called.calls ?? [];
  expect(call).toMatchObject(way === 'gemini' ? { signature: 'c2lnbmVk' } : { id: expect.stringMatching(/^call/) });

  // After a crash the service's own name and signature may be gone.
  const rounds: readonly ToolRound[] = [
    {
      text: null,
      calls: [{ id: null, name: 'agenda', arguments: { day: '2026-12-01' }, signature: null, output: 'old' }],
    },
    { text: 'Um momento.', calls: (called.calls ?? []).map((each) => ({ ...each, output: '{"ok":true}' })) },
  ];
  const last = await provider.answer({ ...request, rounds, mayCall: false }, never());
  expect(last).toMatchObject({ kind: 'answer', text: 'Pronto.' });

  const body = JSON.stringify(service.requests[1]?.body);
  for (const part of ['"old"', 'Um momento.', '2026-12-04']) expect(body).toContain(part);
  expect(body).toContain(way === 'gemini' ? '"mode":"NONE"' : '"tool_choice":"none"');
  if (way === 'gemini') {
    expect(body).toContain('"thoughtSignature":"c2lnbmVk"');
    expect(body).toContain('"thoughtSignature":"skip_thought_signature_validator"');
    expect(body).toContain('"who":{"type":"string","nullable":true}');
  }
});

test.each(ways)('%s: twenty tools cost their schemas and nothing else', async (way) => {
  const service = serviceOf(way);
  service.reset();
  const provider = providerOf(way);
  const tools = Array.from({ length: 20 }, (_, n) => ({ ...agenda, name: `agenda_${n}` }));
  await provider.answer(aRequest(), never());
  await provider.answer(aRequest({ tools }), never());
  expect(service.requests.length).toBe(2);
  const [without, withTools] = service.requests.map(({ body }) => JSON.stringify(body).length);
  const schemas = JSON.stringify(tools).length;
  // What the service's own form adds around each: its type, and names of its fields.
  expect((withTools ?? 0) - (without ?? 0)).toBeLessThan(schemas + 20 * 60 + 100);
});

test.each(ways)('%s: twenty tools cost no more than their schemas, once a request', async (way) => {
  const service = serviceOf(way);
  service.reset();
  const tools = Array.from({ length: 20 }, (_, index): AiTool => ({ ...ping, ...agenda, name: `agenda_${index}` }));
  const provider = providerOf(way);
  const sentWith = async (offered: readonly AiTool[]): Promise<number> => {
    service.always({ kind: 'answer', text: 'Pronto.' });
    await provider.answer(offered.length === 0 ? aRequest() : aRequest({ tools: offered }), never());
    return JSON.stringify(service.requests.at(-1)?.body).length;
  };
  // What the first request finds out about the service is not counted.
  await sentWith([]);
  const [without, one, all] = [await sentWith([]), await sentWith(tools.slice(0, 1)), await sentWith(tools)];
  const written = tools.reduce((sum, tool) => sum + JSON.stringify(tool).length, 0);
  // Around each: `{"type":"function","function":{…}}` at most, and what a strict service wants said of a schema.
  expect(all - without).toBeLessThan(written + 20 * 60 + 60);
  expect(all - without).toBeLessThanOrEqual(20 * (one - without) + 20);
});
