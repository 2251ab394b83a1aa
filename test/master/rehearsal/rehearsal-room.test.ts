import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../../src/log/logger.ts';
import { createJobBoard } from '../../../src/master/jobs/job-board.ts';
import { createJobRunner, type JobRunner } from '../../../src/master/jobs/job-runner.ts';
import { caseFilePath, casesDirectory } from '../../../src/master/rehearsal/case-file.ts';
import { startRehearsing } from '../../../src/master/rehearsal/rehearse-process.ts';
import { createRehearsalRoom, type RehearsalRoom } from '../../../src/master/rehearsal-room.ts';
import type { SessionOrchestrator } from '../../../src/orchestrator/reconcile/session-orchestrator.ts';
import { createSessionBook } from '../../../src/orchestrator/state/session-book.ts';
import type { RehearsalCase, RehearsalState, RehearsalSummary } from '../../../src/session/rehearsal.ts';
import { writeSecrets } from '../../../src/settings/secrets-file.ts';
import { parseSettings } from '../../../src/settings/settings.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import { startGeminiService } from '../../ai-services/gemini-service.ts';
import { startOpenAiService } from '../../ai-services/openai-service.ts';
import type { AiService, Step } from '../../ai-services/script.ts';
import { until } from '../../support/until.ts';
import { startToolServer } from '../../tools/tool-server.ts';
import { agenda } from '../../workers/conversation/pipeline-support.ts';
import { openWorkerHome, type WorkerHome } from '../../workers/session/forked-worker.ts';
import { recordTurn } from './recorded-chat.ts';

let home: WorkerHome;
let openai: AiService;
let gemini: AiService;
let room: RehearsalRoom;
let jobs: JobRunner;
beforeEach(async () => {
  home = openWorkerHome();
  openai = await startOpenAiService(0);
  gemini = await startGeminiService(0);
});
afterEach(async () => {
  await jobs.close();
  await Promise.all([openai.close(), gemini.close()]);
  expect(await home.close()).toBe(0);
});

/** A master's life: the room with its jobs. `raw`: the fleet's settings. */
const openMaster = (raw: Readonly<Record<string, string>> = {}): void => {
  const { paths, store } = home;
  const now = Date.now;
  writeSecrets(paths.secretsFile, { OPENAI_KEY: 'sk-test', GEMINI_KEY: 'test' });
  const all = { OPENAI_BASE_URL: openai.baseUrl, GEMINI_BASE_URL: gemini.baseUrl, ...raw };
  const config = { home: paths.home, pm2: paths.home, logs: paths.logs, demo: false, raw: all, workerScript: null };
  const log = createLogger({
    file: `${paths.logs}/test.log`,
    level: 'error',
    maxBytes: 1e6,
    keep: 1,
    fullNumbers: false,
    secrets: [],
    salt: Buffer.from('s'),
  });
  jobs = createJobRunner({ store, board: createJobBoard(() => undefined, now), now, log: () => undefined });
  const book = createSessionBook(store, now);
  // No worker runs: nobody is told of a change.
  const orchestrator = {} as SessionOrchestrator;
  const settings = parseSettings(all);
  room = createRehearsalRoom({ book, store, jobs, paths, settings, config, log, orchestrator, now });
  jobs.begin();
};

const hour = 3_600_000;
const instructions = 'Padaria do João. Bolo de nozes R$ 48. Abrimos às 8h.';

/** A session with recorded turns of the last hours. */
const addSession = (
  turns: readonly { readonly ask: string; readonly answer: string; readonly phone?: string }[],
  ai: Record<string, unknown> = {},
): StoredSession => {
  const { id, name } = home.addSession('padaria', { ai: { provider: 'openai', ...ai } });
  home.store.sessions.addInstructions(id, instructions, 'test', Date.now());
  const session = home.store.sessions.get(name);
  if (session === null) throw new Error('it was made');
  const from = Date.now() - turns.length * hour;
  turns.forEach((turn, index) => void recordTurn(home.store, session, { ...turn, at: from + index * hour }));
  return session;
};

const ended = async (within = 30_000): Promise<{ rehearsal: RehearsalSummary; cases: readonly RehearsalCase[] }> =>
  until(
    async () => {
      const { rehearsal, cases } = await room.methods.rehearsal({ name: 'padaria' });
      return rehearsal !== null && rehearsal.state !== 'running' ? { rehearsal, cases } : undefined;
    },
    { within, what: 'the end of the rehearsal' },
  );
const rows = (cases: readonly RehearsalCase[]): string[] =>
  cases.map(({ question, answer }) => `${question}: ${answer?.verdict ?? '-'}`);
const say = (text: string): Step => ({ kind: 'answer', text });

test('recorded turns are asked again with the change, side by side, and nothing is written that could be sent', async () => {
  addSession([
    { ask: 'Oi, vocês abrem domingo?', answer: 'Sim, abrimos às 8h.' },
    { ask: 'E quanto é o bolo?', answer: 'O bolo de nozes é R$ 48.' },
  ]);
  openMaster();
  openai.always(say('<think>hm</think>O bolo custa **R$ 52**.'));
  const asked = { name: 'padaria', instructions: 'Novas instruções: bolo R$ 48.', model: 'gpt-5.6-terra' };

  const plan = await room.methods.rehearsePlan(asked);
  expect(plan).toMatchObject({ turns: 2, chats: 1, cases: 0, leftOut: 0, model: 'gpt-5.6-terra', isPriceKnown: true });
  expect(plan.estimateUsd).toBeGreaterThan(0);
  expect(openai.requests).toHaveLength(0);
  const before = home.store.database.get('SELECT count(*) AS n FROM outbox');

  const begun = await room.methods.rehearse(asked);
  expect(begun.rehearsal).toMatchObject({
    state: 'running',
    total: 2,
    asked: 0,
    estimateUsd: expect.closeTo(plan.estimateUsd, 6),
  });
  const { rehearsal, cases } = await ended();
  expect(rehearsal).toMatchObject({
    state: 'done',
    asked: 2,
    failed: 0,
    otherHistory: 0,
    counts: { worse: 2, better: 0, same: 0, unjudged: 0 },
    change: { instructions: asked.instructions, model: 'gpt-5.6-terra' },
  });
  expect(rehearsal.costUsd).toBeGreaterThan(0);
  expect(cases[0]).toMatchObject({
    question: 'E quanto é o bolo?',
    who: 'Ana',
    old: { text: 'O bolo de nozes é R$ 48.', costUsd: 0.000152, tookMs: 1300, instructionsVersion: 1 },
    answer: {
      kind: 'words',
      text: 'O bolo custa *R$ 52*.',
      filtered: ['reasoning', 'bold for WhatsApp'],
      findings: [{ rule: 'unknown-price', what: 'R$ 52' }],
      oldFindings: [],
      verdict: 'worse',
      verdictReason: 'rules',
      isSameHistory: true,
    },
  });

  // What was sent to the service is what a live turn sends: the new instructions, the history, the words.
  const [newest] = openai.requests.map(({ body }) => JSON.stringify(body)).filter((text) => text.includes('quanto é'));
  expect(newest).toContain('Novas instruções');
  expect(newest).toContain('abrem domingo');
  expect(newest).toContain('gpt-5.6-terra');
  expect(home.store.database.get('SELECT count(*) AS n FROM outbox')).toEqual(before);
  expect(home.store.database.get("SELECT count(*) AS n FROM messages WHERE sender = 'bot'")).toEqual({ n: 2 });
  // It is the session's money.
  const usage = home.store.usage.list({ fromDay: '2000-01-01' });
  expect(usage.reduce((sum, { calls }) => sum + calls, 0)).toBe(2);

  const published = await room.methods.rehearsePublish({ name: 'padaria', id: rehearsal.id });
  expect(published).toEqual({ version: 2, settings: ['ai_config.model'] });
  const session = home.store.sessions.get(begun.rehearsal.sessionName as StoredSession['name']);
  expect(session).toMatchObject({ instructionsVersion: 2, config: { ai: { model: 'gpt-5.6-terra' } } });
  await expect(async () => room.methods.rehearsePublish({ name: 'padaria', id: rehearsal.id })).rejects.toMatchObject({
    code: 'refused-by-state',
    message: expect.stringContaining('Rehearse again'),
  });
});

test('a history that is not the recorded one is said, and a case of the file is asked beside the turns', async () => {
  const session = addSession([
    { ask: 'um', answer: 'Um!' },
    { ask: 'dois', answer: 'Dois!' },
  ]);
  home.store.database.run("UPDATE messages SET text = 'outra coisa' WHERE text = 'um'");
  mkdirSync(casesDirectory(home.paths), { recursive: true });
  writeFileSync(
    caseFilePath(home.paths, session.name),
    'forbidden: [dezoito]\ncases:\n  - name: domingo\n    ask: abre domingo?\n    expect: domingo\n',
  );
  openMaster();
  openai.always(say('Dezoito.'));

  await room.methods.rehearse({ name: 'padaria', settings: { 'ai_config.temperature': 0 } });
  const { rehearsal, cases } = await ended();
  expect(rehearsal).toMatchObject({ total: 3, asked: 3, otherHistory: 1, counts: { worse: 3 } });
  const made = cases.find(({ caseName }) => caseName === 'domingo');
  expect(made?.answer?.findings).toEqual([
    { rule: 'forbidden-word', what: 'dezoito' },
    { rule: 'missing-word', what: 'domingo' },
  ]);
  expect(openai.requests.every(({ body }) => (body as { temperature?: number }).temperature === 0)).toBe(true);
});

test('a recorded turn becomes a case without names and numbers, and is asked in the next rehearsal', async () => {
  const session = addSession([
    { ask: 'Oi, aqui é a Ana', answer: 'Olá, Ana!' },
    { ask: 'Sou a Ana, (11) 98765-4321. Quanto é o bolo?', answer: 'Ana, o bolo é R$ 48.' },
  ]);
  openMaster();
  const made = await room.methods.rehearseCase({ name: 'padaria', turn: 2 });
  expect(made.file).toBe(caseFilePath(home.paths, session.name));
  const text = readFileSync(made.file, 'utf8');
  expect(text).not.toMatch(/Ana|98765/);
  expect(text).toContain('[nome]');
  expect(text).toContain('R$ 48');
  await expect(async () => room.methods.rehearseCase({ name: 'padaria', turn: 2 })).rejects.toMatchObject({
    code: 'already-exists',
  });
  await expect(async () => room.methods.rehearseCase({ name: 'padaria', turn: 99 })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('there is no turn 99'),
  });

  openai.always(say('O bolo é R$ 48.'));
  await room.methods.rehearse({ name: 'padaria', instructions: 'Bolo R$ 48.' });
  const { cases } = await ended();
  const asked = cases.find(({ caseName }) => caseName !== null);
  expect(asked?.old.text).toContain('o bolo é R$ 48');
  expect(asked?.answer?.text).toBe('O bolo é R$ 48.');
});

test('Gemini is asked through the same door, and a judge decides where rules see no difference', async () => {
  addSession([{ ask: 'Oi!', answer: 'Olá!' }], { provider: 'gemini' });
  openMaster();
  const verdict = (better: string): Step => ({
    kind: 'tool',
    name: 'give_verdict',
    arguments: JSON.stringify({ better, reason: 'mais gentil' }),
  });
  gemini.script(say('Oi, tudo bem?'), say('B é melhor'), verdict('B'), verdict('A'));

  await room.methods.rehearse({ name: 'padaria', instructions: 'Seja gentil.', judge: 'gemini-3.8-flash' });
  const { rehearsal, cases } = await ended();
  expect(rehearsal).toMatchObject({ judge: 'gemini-3.8-flash', judgeVersion: 1, counts: { better: 1 } });
  expect(cases[0]?.answer).toMatchObject({ verdict: 'better', verdictReason: 'judge', judged: 'mais gentil' });
  expect(cases[0]?.answer?.judgeCostUsd).toBeGreaterThan(0);
  expect(gemini.requests).toHaveLength(4);
});

test('the budget of the day ends it half-way, in words, and it goes on where it was', async () => {
  const session = addSession(
    Array.from({ length: 6 }, (_, index) => ({ ask: `pergunta ${index}`, answer: 'x', phone: `551198765430${index}` })),
    { dailyBudgetUsd: 0.0001 },
  );
  openMaster();
  openai.always(say('Uma resposta.'));
  await room.methods.rehearse({ name: 'padaria', instructions: 'Novas.' });

  const first = await ended();
  expect(first.rehearsal).toMatchObject({ state: 'budget', reason: "today's AI budget is spent", total: 6 });
  expect(first.rehearsal.asked).toBeLessThan(6);
  const asked = openai.requests.length;
  expect(asked).toBe(first.rehearsal.asked);

  home.store.sessions.change(
    session.id,
    { config: { ...session.config, ai: { ...session.config.ai, dailyBudgetUsd: null } } },
    Date.now(),
  );
  await jobs.close();
  openMaster();
  await room.methods.rehearseResume({ name: 'padaria' });
  const second = await ended();
  expect(second.rehearsal).toMatchObject({ id: first.rehearsal.id, state: 'done', asked: 6 });
  expect(openai.requests).toHaveLength(6);
});

test('it can be stopped, and a master that ends leaves it to the next one; at most two are asked at once', async () => {
  addSession(
    Array.from({ length: 8 }, (_, index) => ({ ask: `pergunta ${index}`, answer: 'x', phone: `551198765430${index}` })),
  );
  openMaster();
  openai.always({ kind: 'hang' });
  await room.methods.rehearse({ name: 'padaria', instructions: 'Novas.' });
  await until(() => openai.requests.length === 2, { what: 'two requests' });
  await expect(async () => room.methods.rehearse({ name: 'padaria', instructions: 'x' })).rejects.toMatchObject({
    code: 'refused-by-state',
    message: expect.stringContaining('runs already'),
  });

  await jobs.close();
  expect((await room.methods.rehearsal({ name: 'padaria' })).rehearsal?.state).toBe('running');
  expect(openai.requests).toHaveLength(2);

  openMaster();
  await until(() => openai.requests.length === 4, { what: 'the same two again' });
  const { rehearsal } = await room.methods.rehearseStop({ name: 'padaria' });
  expect(rehearsal).toMatchObject({ state: 'stopped' satisfies RehearsalState, asked: 0 });
  await expect(async () => room.methods.rehearseStop({ name: 'padaria' })).rejects.toMatchObject({
    code: 'refused-by-state',
  });

  openai.always(say('Enfim.'));
  await room.methods.rehearseResume({ name: 'padaria' });
  expect((await ended()).rehearsal).toMatchObject({ state: 'done', asked: 8 });
  await expect(async () => room.methods.rehearseResume({ name: 'padaria' })).rejects.toMatchObject({
    message: expect.stringContaining('has asked all'),
  });
});

test('what cannot be rehearsed is one clear line', async () => {
  const session = addSession([{ ask: 'Oi', answer: 'Olá' }]);
  home.addSession('nova', { ai: { provider: 'openai' } });
  home.addSession('muda', { ai: { provider: 'none' } });
  const { id, name, config } = home.addSession('gancho', { ai: { provider: 'webhook' } });
  openMaster();
  const refused = async (asked: Parameters<typeof room.methods.rehearsePlan>[0], words: string, code = 'usage') => {
    const error = await (async () => room.methods.rehearsePlan(asked))().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect([words, error]).toEqual([words, expect.objectContaining({ code, message: expect.stringContaining(words) })]);
    expect(String(error)).not.toContain('\n');
  };
  await refused({ name: 'padaria' }, 'say what to try');
  await refused({ name: 'padaria', instructions: ' \n' }, 'are empty');
  await refused({ name: 'padaria', instructions: 'x'.repeat(200_001) }, 'at most 200000');
  await refused({ name: 'padaria', version: 7 }, 'there is no version 7');
  await refused({ name: 'padaria', version: 1, instructions: 'x' }, 'not both');
  await refused({ name: 'padaria', settings: { 'ai_config.nonsense': 1 } }, 'there is no setting');
  await refused({ name: 'padaria', settings: { 'ai_config.maxTokens': 1 } }, 'ai_config.maxTokens');
  await refused({ name: 'padaria', settings: { 'timing_config.quietMs': 1 } }, 'does not change what the AI answers');
  await refused({ name: 'nova', instructions: 'x' }, 'no recorded answers', 'refused-by-state');
  await refused({ name: 'muda', instructions: 'x' }, 'has no AI', 'refused-by-state');
  // It may act on what it is asked: the master says no, and so does the process.
  await refused({ name, instructions: 'x' }, 'answered by a webhook', 'refused-by-state');
  const rules = { forbidden: [], longest: null };
  const open = { kind: 'open', session: { id, name, label: '' }, instructions: 'x', judge: null, rules } as const;
  const { ai, timing } = config;
  await expect(startRehearsing({ ...open, ai, timing }, { FLEET_HOME: home.paths.home })).rejects.toThrow(
    'nothing is rehearsed with a webhook',
  );
  await refused({ name: 'nobody', instructions: 'x' }, 'there is no session', 'no-such-session');
  await expect(async () => room.methods.rehearsePublish({ name: 'padaria', id: 1 })).rejects.toMatchObject({
    message: expect.stringContaining('has no rehearsal'),
  });

  const path = caseFilePath(home.paths, session.name);
  mkdirSync(casesDirectory(home.paths), { recursive: true });
  writeFileSync(path, 'cases:\n  - name: a\n    asks: b\n');
  await refused({ name: 'padaria', instructions: 'x' }, `${path}, line `);
  expect(readFileSync(path, 'utf8')).toContain('asks');
});

test('a model that the service does not know ends it in its words, and costs nothing', async () => {
  addSession([
    { ask: 'Oi', answer: 'Olá' },
    { ask: 'Oi?', answer: 'Olá' },
  ]);
  openMaster();
  openai.always({ kind: 'error', status: 404, code: 'model_not_found', message: 'The model gpt-9 does not exist' });
  const plan = await room.methods.rehearsePlan({ name: 'padaria', model: 'gpt-9' });
  expect(plan.isPriceKnown).toBe(false);

  await room.methods.rehearse({ name: 'padaria', model: 'gpt-9' });
  const { rehearsal, cases } = await ended();
  expect(rehearsal).toMatchObject({ state: 'failed', reason: expect.stringContaining('gpt-9'), asked: 0, costUsd: 0 });
  expect(rows(cases)).toEqual(['Oi?: -', 'Oi: -']);
});

test('tools are offered, what would have been called is shown, and nothing is', async () => {
  const session = addSession([]);
  const { store } = home;
  const server = await startToolServer();
  store.tools.put(session.id, { ...agenda, url: `${server.url}/book`, allowHosts: ['127.0.0.1'] }, 'you', Date.now());
  const turnId = recordTurn(store, session, { ask: 'Quero sexta', answer: 'Agendei sexta.', at: Date.now() - hour });
  const conversationId = store.rehearsals.recorded(session.id, turnId)?.conversationId ?? 0;
  const made = { key: 'k1', tool: 'agenda', callId: 'c', signature: null, arguments: '{"day":"sexta"}' };
  store.toolCalls.ask({ sessionId: session.id, conversationId, turnId }, [made], Date.now());
  store.toolCalls.begin('k1', Date.now());
  store.toolCalls.end('k1', { state: 'ok', status: 200, answer: '{"code":"Z9"}' }, Date.now());

  try {
    openMaster();
    openai.script(
      { kind: 'tool', name: 'agenda', arguments: '{"day":"sexta"}' },
      { kind: 'tool', name: 'agenda', arguments: '{"day":"sábado"}' },
      say('Agendei sexta, código Z9.'),
    );
    await room.methods.rehearse({ name: 'padaria', instructions: 'Seja breve.' });
    const { cases } = await ended();
    expect(cases).toMatchObject([
      {
        old: { text: 'Agendei sexta.', calls: ['agenda({"day":"sexta"})'] },
        answer: { findings: [], oldFindings: [], calls: ['agenda({"day":"sexta"})', 'agenda({"day":"sábado"})'] },
      },
    ]);
    // The same call gets what it got then.
    const told = JSON.stringify(openai.requests.map(({ body }) => body));
    expect(told).toContain('Z9');
    expect(told).not.toContain(server.url);
    expect(server.received).toEqual([]);
    expect(store.database.get('SELECT count(*) AS n FROM tool_calls')).toEqual({ n: 1 });
  } finally {
    await server.close();
  }
});
