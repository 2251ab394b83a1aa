import { beforeAll, expect, test } from 'vitest';
import { createKnowledgeStore } from '../../../../src/store/knowledge-store.ts';
import { answer, connectedPipeline, type Pipeline, plainConfig } from '../pipeline-support.ts';

/** What a person changed while a message waited for its turn counts for that turn, however short the wait was. */

// Loaded by the first turn that needs it, which no virtual time waits for.
beforeAll(async () => {
  await import('../../../../workers/conversation/turn/knowledge.ts');
});

const learn = (p: Pipeline, name: string, text: string): void => {
  const knowledge = createKnowledgeStore(p.store.database);
  const file = knowledge.begin({ sessionId: p.sessionId, name, kind: 'txt', bytes: 1, actor: 'you' }, 1);
  knowledge.write(file, 1, [{ place: {}, text }]);
  knowledge.replace(file, { characters: 1, passages: 1 });
};

/** The customer's message is in, and its turn is a fifth of a second away. */
const asked = async (
  text: string,
  meanwhile: (p: Pipeline) => void,
  before: (p: Pipeline) => void = () => undefined,
) => {
  const config = plainConfig();
  const p = await connectedPipeline({ config: { ...config, timing: { ...config.timing, quietMs: 200 } } });
  before(p);
  p.ai.script = [() => answer('R$ 45,00')];
  p.say(text);
  await p.clock.advance(100);
  expect(p.ai.requests).toHaveLength(0);

  meanwhile(p);
  await p.clock.advance(2000);
  return { p, request: p.ai.requests[0] };
};

test('the first file that it knows', async () => {
  const { request } = await asked('Quanto custa o bolo de cenoura?', (p) =>
    learn(p, 'precos.txt', 'Bolo de cenoura: R$ 45,00'),
  );
  expect(request?.material).toContain('R$ 45,00');
});

test('the last file that it knew, taken away', async () => {
  const { request } = await asked(
    'Quanto custa o bolo de cenoura?',
    (p) => createKnowledgeStore(p.store.database).remove(p.sessionId, 'precos.txt'),
    (p) => learn(p, 'precos.txt', 'Bolo de cenoura: R$ 45,00'),
  );
  expect(request).toBeDefined();
  expect(request?.material ?? '').not.toContain('R$ 45,00');
});

test('other instructions', async () => {
  const { request } = await asked('Quanto custa o bolo de cenoura?', (p) => {
    p.store.sessions.addInstructions(p.sessionId, 'Cakes cost R$ 50,00 from today on.', 'you', p.clock.now());
  });
  expect(request?.instructions).toContain('R$ 50,00 from today on');
});

test('another model', async () => {
  const { request } = await asked('Quanto custa o bolo de cenoura?', (p) => {
    const { config } = p.store.sessions.byId(p.sessionId) ?? { config: plainConfig() };
    const changed = { ...config, ai: { ...config.ai, model: 'made-today' } };
    p.store.sessions.change(p.sessionId, { config: changed }, p.clock.now());
  });
  expect(request?.model).toBe('made-today');
});

test('answers that a person must let go first', async () => {
  const { p, request } = await asked('Quanto custa o bolo de cenoura?', ({ store, sessionId, clock }) =>
    store.sessions.change(sessionId, { replies: 'draft' }, clock.now()),
  );
  expect(request).toBeDefined();
  expect(p.whatsapp.sent).toEqual([]);
});
