import { expect, test } from 'vitest';
import { baseOf } from '../../../src/session/canary.ts';
import type { StoredCanary } from '../../../src/store/canary-store.ts';
// Loaded at the first call otherwise, which the virtual clock does not wait for.
import '../../../workers/conversation/turn/tool-rounds.ts';
import { agenda, ana, answer, bia, connectedPipeline, minute, type Pipeline, plainConfig } from './pipeline-support.ts';

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

test('a request that is refused for one chat takes that chat out of the canary, and ends it for nobody else', async () => {
  const p = await connectedPipeline();
  const canary = begin(p, { settings: { 'ai_config.model': 'small' } });
  p.ai.script = [
    (request) =>
      request.model === 'small' && request.text.startsWith('longa')
        ? { kind: 'refused', scope: 'request', code: 'too-large', reason: 'too long for small' }
        : answer(`${request.model} ${request.text}`),
  ];
  for (const [chatId, text] of [
    [ana, 'longa'],
    [bia, 'oi'],
    [ana, 'de novo'],
  ] as const) {
    p.say(text, { chatId });
    await p.clock.advance(minute);
  }
  expect(p.store.canaries.running(p.sessionId)?.id).toBe(canary.id);
  const usual = p.ai.requests.findLast(({ model }) => model !== 'small')?.model ?? '';
  expect(p.sentTexts(ana)).toEqual([`${usual} longa`, `${usual} de novo`]);
  expect(p.sentTexts(bia)).toEqual(['small oi']);
  const { canary: tried, control } = p.store.canaries.figures(canary, p.clock.now());
  expect([tried.errors, tried.chats, tried.answered, control.turns]).toEqual([1, 1, 1, 0]);
});

test('a clock that was set back by a day does not give it a day more', async () => {
  const p = await connectedPipeline();
  const now = p.clock.now();
  const canary = begin(p, { endsAt: now + 25 * 60 * minute });
  p.store.database.run(
    'UPDATE canaries SET started_at = ?, ends_at = ? WHERE id = ?',
    now + 24 * 60 * minute,
    now + 49 * 60 * minute,
    canary.id,
  );
  p.say('um');
  await p.clock.advance(minute);
  // By some minutes, as time servers do: it goes on.
  p.store.database.run('UPDATE canaries SET started_at = ? WHERE id = ?', p.clock.now() + 30 * minute, canary.id);
  p.say('dois');
  await p.clock.advance(minute);
  expect(instructions(p)).toEqual([published, 'NEW Padaria']);
});

test('with tools: what was booked for it is known to the turn that answers as published, and booked once', async () => {
  const config = plainConfig();
  const p = await connectedPipeline({ config: { ...config, ai: { ...config.ai, provider: 'openai' } } });
  p.store.tools.put(p.sessionId, agenda, 'you', p.clock.now());
  const canary = begin(p);
  const made = { id: 'c1', name: 'agenda', arguments: { day: 'sexta' }, signature: null };
  const usage = { inputTokens: 10, outputTokens: 5 };
  p.ai.script = [
    () => ({ kind: 'tool', ...made, calls: [made], text: null, usage, model: 'm', notes: [] }),
    () => {
      p.store.canaries.finish(
        canary.id,
        { state: 'rolled-back', end: 'person', evidence: null, decidedBy: 'you' },
        p.clock.now(),
      );
      return answer('NEW: agendei para sexta!');
    },
    () => answer('Agendei para sexta.'),
  ];
  p.engine.wake();
  p.say('quero sexta');
  await p.clock.advance(2 * minute);

  expect(p.tools.made).toHaveLength(1);
  expect(p.sentTexts()).toEqual(['Agendei para sexta.']);
  expect(instructions(p)).toEqual(['NEW Padaria', 'NEW Padaria', published]);
  expect(p.ai.requests[2]?.rounds).toMatchObject([{ calls: [{ name: 'agenda' }] }]);
  expect(turns(p).map(({ arm, outcome }) => [arm, outcome])).toEqual([
    ['canary', 'superseded'],
    [null, 'answered'],
  ]);
});
