import { expect, test } from 'vitest';
import { baseOf } from '../../../src/session/canary.ts';
import type { StoredCanary } from '../../../src/store/canary-store.ts';
import { ana, answer, bia, connectedPipeline, minute, type Pipeline } from './pipeline-support.ts';

/** What a canary does to the turns of a worker. */

const begin = (p: Pipeline, more: Partial<StoredCanary> = {}): StoredCanary => {
  const stored = p.store.sessions.byId(p.sessionId);
  if (stored === null) throw new Error('no session');
  const settings = more.settings ?? {};
  return p.store.canaries.begin(
    {
      sessionId: p.sessionId,
      sessionName: stored.name,
      label: null,
      peers: [],
      share: null,
      version: null,
      instructions: more.settings === undefined ? 'NEW {{session_name}}' : null,
      baseVersion: stored.instructionsVersion,
      base: baseOf(stored, settings),
      rules: [],
      endsAt: p.clock.now() + 60 * minute,
      startedBy: 'you',
      ...more,
      settings,
    },
    p.clock.now(),
  );
};
const turns = (p: Pipeline) =>
  p.store.database.all<{ arm: string | null; version: number; outcome: string; model: string }>(
    'SELECT canary_arm AS arm, instructions_version AS version, outcome, model FROM turns ORDER BY id',
  );
const instructions = (p: Pipeline): string[] => p.ai.requests.map((request) => request.instructions);
const published = 'You answer for Padaria.';

test('its turns are asked with its instructions and settings, name its version, and nothing of the session changes', async () => {
  const p = await connectedPipeline();
  const before = p.store.database.get('SELECT * FROM sessions WHERE id = ?', p.sessionId);
  const canary = begin(p, {
    instructions: 'NEW {{session_name}}',
    settings: { 'ai_config.model': 'm2', 'timing_config.maxParts': 1 },
  });
  expect(canary.version).toBe(2);
  p.ai.script = [() => answer(`${'a'.repeat(290)}.\n\n${'b'.repeat(290)}.\n\n${'c'.repeat(290)}.`)];
  p.say('oi');
  await p.clock.advance(minute);

  expect(p.ai.requests[0]).toMatchObject({ instructions: 'NEW Padaria', model: 'm2' });
  expect(turns(p)).toMatchObject([{ arm: 'canary', version: 2, outcome: 'answered' }]);
  expect(p.sentTexts()).toHaveLength(1);
  expect(p.store.database.get('SELECT * FROM sessions WHERE id = ?', p.sessionId)).toEqual(before);
  expect(p.store.sessions.instructionsHistory(p.sessionId).map(({ version }) => version)).toEqual([1]);
  // Its number is its own: whoever edits meanwhile gets another.
  expect(p.store.sessions.addInstructions(p.sessionId, 'edited', 'you', p.clock.now()).version).toBe(3);
});

test('a chat keeps its side when its worker dies, and when it becomes one with another of its person', async () => {
  const p = await connectedPipeline();
  const canary = begin(p, { share: 50 });
  const ids = [ana, bia, ...Array.from({ length: 12 }, (_, n) => `55119876500${10 + n}@c.us`)];
  for (const chatId of ids) p.say('oi', { chatId });
  await p.clock.advance(minute);
  const armOf = (chatId: string) =>
    p.store.canaries.armOf(canary, p.store.conversations.find(p.sessionId, chatId)?.id ?? 0);
  const sides = new Map(ids.map((chatId) => [chatId, armOf(chatId)]));
  expect(new Set(sides.values()).size).toBe(2);

  // In mid-turn.
  p.ai.script = [() => new Promise(() => undefined), (request) => answer(`re: ${request.text}`)];
  p.say('de novo');
  await p.clock.advance(20_000);
  p.restart();
  p.engine.onConnected(p.clock.now());
  await p.clock.advance(minute);
  expect(p.store.database.all('SELECT DISTINCT canary_arm AS arm FROM turns WHERE conversation_id = ?', 1)).toEqual([
    { arm: sides.get(ana) },
  ]);

  const [one, other] = [...sides]
    .sort(([, a], [, b]) => (a < b ? -1 : 1))
    .flatMap(([id], at, all) => (at === 0 || at === all.length - 1 ? [id] : []));
  const first = p.store.conversations.find(p.sessionId, one ?? '');
  const united = p.store.conversations.learn(
    first?.id ?? 0,
    { addresses: [other ?? ''], phone: null, lid: null },
    p.clock.now(),
  );
  const earliest = p.store.database.get<{ arm: string }>(
    'SELECT canary_arm AS arm FROM turns WHERE conversation_id = ? ORDER BY id LIMIT 1',
    united?.id ?? 0,
  );
  expect(p.store.canaries.armOf(canary, united?.id ?? 0)).toBe(earliest?.arm);
});

test('when its time is over, or what it is held against changes, everybody is answered as published', async () => {
  const p = await connectedPipeline();
  begin(p, { endsAt: p.clock.now() + 2 * minute });
  p.say('um');
  await p.clock.advance(minute);
  await p.clock.advance(minute);
  p.say('dois');
  await p.clock.advance(minute);
  expect(instructions(p)).toEqual(['NEW Padaria', published]);
  expect(turns(p).map(({ arm }) => arm)).toEqual(['canary', null]);

  const q = await connectedPipeline();
  begin(q);
  q.store.sessions.addInstructions(q.sessionId, 'EDITED', 'you', q.clock.now());
  q.engine.wake();
  q.say('um');
  await q.clock.advance(minute);
  expect(instructions(q)).toEqual(['EDITED']);
});

test('an answer that is under way when it is rolled back reaches nobody; when it is over it does', async () => {
  const p = await connectedPipeline();
  const canary = begin(p);
  const finish = (state: 'rolled-back' | 'over') =>
    p.store.canaries.finish(
      canary.id,
      { state, end: state === 'over' ? 'time' : 'person', evidence: null, decidedBy: null },
      p.clock.now(),
    );
  p.ai.script = [
    (request) => {
      finish('rolled-back');
      return answer(`NEW says ${request.text}`);
    },
    (request) => answer(`re: ${request.text}`),
  ];
  p.say('oi');
  await p.clock.advance(minute);
  expect(p.sentTexts()).toEqual(['re: oi']);
  expect(instructions(p)).toEqual(['NEW Padaria', published]);
  expect(turns(p).map(({ arm, outcome }) => [arm, outcome])).toEqual([
    ['canary', 'superseded'],
    [null, 'answered'],
  ]);

  const q = await connectedPipeline();
  const other = begin(q);
  q.ai.script = [
    () => {
      q.store.canaries.finish(other.id, { state: 'over', end: 'time', evidence: null, decidedBy: null }, q.clock.now());
      return answer('NEW says oi');
    },
  ];
  q.say('oi');
  await q.clock.advance(minute);
  expect(q.sentTexts()).toEqual(['NEW says oi']);
});

test('a service that refuses what only the canary asks ends it at once: its customer is answered, and the light stays', async () => {
  const p = await connectedPipeline();
  const canary = begin(p, { settings: { 'ai_config.model': 'no-such-model' } });
  p.ai.script = [
    (request) =>
      request.model === 'no-such-model'
        ? { kind: 'refused', scope: 'account', code: 'model', reason: 'no such model' }
        : answer(`re: ${request.text}`),
  ];
  p.say('oi');
  await p.clock.advance(minute);
  expect(p.sentTexts()).toEqual(['re: oi']);
  expect(p.store.canaries.get(canary.id)).toMatchObject({
    state: 'rolled-back',
    end: 'refused',
    evidence: { reason: 'no such model' },
    decidedBy: null,
  });
  expect(p.lights.some(({ status }) => status === 'bad')).toBe(false);
  expect(p.store.canaries.figures(p.store.canaries.get(canary.id) as StoredCanary, p.clock.now()).canary.errors).toBe(
    1,
  );
});

test('whoever waits for a service that only fails the canary is answered as published once it is rolled back', async () => {
  const p = await connectedPipeline();
  const canary = begin(p, { settings: { 'ai_config.temperature': 1.9 } });
  p.ai.script = [
    (request) =>
      request.temperature === 1.9
        ? { kind: 'passing', code: 'busy', reason: 'busy', retryAfterMs: null }
        : answer(`re: ${request.text}`),
  ];
  p.say('oi');
  await p.clock.advance(2 * minute);
  const figures = () => p.store.canaries.figures(p.store.canaries.get(canary.id) as StoredCanary, p.clock.now());
  expect(figures().canary).toMatchObject({ errors: 1, open: 1 });
  p.store.canaries.finish(
    canary.id,
    { state: 'rolled-back', end: 'errors', evidence: null, decidedBy: null },
    p.clock.now(),
  );
  p.engine.wake();
  await p.clock.advance(3 * minute);
  expect(p.sentTexts()).toEqual(['re: oi']);
});
