import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseSessionName } from '../../../../src/session/session-name.ts';
import type { Tool, ToolAnswer } from '../../../../src/session/tool.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { storeOn } from '../../../../src/store/store.ts';
import { createConversationEngine } from '../../../../workers/conversation/conversation-engine.ts';
// Loaded at the first call otherwise, which the virtual clock does not wait for.
import '../../../../workers/conversation/turn/tool-rounds.ts';
import '../../../../workers/conversation/turn/tool-call.ts';
import '../../../../workers/conversation/turn/file-tool.ts';
import '../../../../workers/conversation/outbox/spoken-part.ts';
import type { AiRequest } from '../../../../workers/ai/ai-provider.ts';
import { placeEmptyDatabase } from '../../../support/empty-database.ts';
import {
  agenda,
  ana,
  answer,
  createFakeAi,
  createFakeFiles,
  createFakeTools,
  createFakeWhatsApp,
  createVirtualClock,
  type FakeAi,
  menu,
  message,
  minute,
  plainConfig,
  silentLog,
  start,
} from '../pipeline-support.ts';
import { Crashed, createFuse, type Fuse, fused, fusedClient } from '../world-crashes.ts';

/** The worker dies at a chosen step of a turn that calls a tool, and another one goes on. What the tool's own side did is the truth. */

const calling = {
  kind: 'tool' as const,
  name: 'agenda',
  arguments: { day: 'sexta' },
  text: null,
  usage: { inputTokens: 1, outputTokens: 1 },
  model: 'm',
  notes: [],
};

const isDone = (request: AiRequest): boolean =>
  (request.rounds ?? []).some(({ calls }) => calls.some(({ output }) => output.startsWith('{"ok":true')));

/** What became of a customer, and how often his visit was booked, when the worker dies at step `burnsAt`. */
const play = async (
  {
    tool,
    script,
    speaks = false,
  }: { readonly tool: Tool | null; readonly script: FakeAi['script']; readonly speaks?: boolean },
  burnsAt: number,
) => {
  // Memory where there is some: this is about order, not about the disk.
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'zf-tool-'));
  const path = join(directory, 'fleet.db');
  placeEmptyDatabase(path);
  const database = openDatabase(path);
  database.prepare('PRAGMA synchronous = OFF').run();
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const store = storeOn(database);
  const clock = createVirtualClock();
  const whatsapp = createFakeWhatsApp(clock);
  const config = plainConfig();
  const session = store.sessions.create(
    {
      name: parseSessionName('agenda-teste'),
      label: '',
      engine: 'simulated',
      expectedPhone: null,
      config: { ...config, ai: { ...config.ai, provider: 'openai', voice: speaks ? 'notes' : 'off' } },
      instructions: null,
      author: 'test',
    },
    start,
  );
  store.sessions.setAccount(session.id, { phone: '551133334444', lid: null, pushName: null }, start - minute);
  if (tool === null && !speaks) store.sendFiles.put(session.id, menu, start);
  if (tool !== null) store.tools.put(session.id, tool, 'you', start);

  /** As a business keeps it: an idempotent one books once a key. */
  const booked: string[] = [];
  const book = (key: string): void => {
    if (tool?.isIdempotent !== true || !booked.includes(key)) booked.push(key);
  };
  const ok: ToolAnswer = { kind: 'ok', status: 200, text: '{"booked":true}' };
  const ai: FakeAi = Object.assign(createFakeAi(), {
    speak: async () => ({ ...answer(''), bytes: new Uint8Array(9) }),
  });
  ai.script = script;
  let hasDied = false;
  let lives = 0;
  const open = (fuse: Fuse) => {
    lives += 1;
    const life = clock.life();
    const tools = createFakeTools();
    tools.script = ({ key }) => {
      fuse.step();
      book(key);
      fuse.step();
      return ok;
    };
    tools.lookup = (key) =>
      booked.includes(key) ? ok : { kind: 'failed', code: 'absent', reason: 'it never arrived there', status: 404 };
    const engine = createConversationEngine({
      store: storeOn(fused(database, fuse)),
      session,
      client: fusedClient(whatsapp.client(life), fuse),
      aiFor: () => ai,
      tools,
      files: createFakeFiles(),
      settings: { adminNumbers: [], language: 'en', fleetBudgetUsd: null },
      clock: life,
      random: () => 0.5,
      log: silentLog,
      report: () => undefined,
      life: `life-${lives}`,
    });
    return { engine, life };
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Crashed)) throw error;
    }
  };

  const note = { kind: 'audio', facts: { voiceNote: true, seconds: 3 } } as const;
  const one = message('sexta', { timestamp: start, ...(speaks ? note : {}) });
  whatsapp.media.set(one.id, new Uint8Array(3));
  whatsapp.inbox.push(one);
  const died = Promise.withResolvers<void>();
  let first: ReturnType<typeof open> | null = null;
  const fuse = createFuse(burnsAt, () => {
    hasDied = true;
    first?.life.kill();
    died.resolve();
  });
  guarded(() => {
    first = open(fuse);
    first.engine.onConnected(clock.now());
    first.engine.onMessage(one);
  });
  await clock.advance(minute);

  if (hasDied) {
    const second = open(createFuse(Number.POSITIVE_INFINITY, () => undefined));
    second.engine.onConnected(clock.now());
    second.engine.onMessage(one);
    await clock.advance(5 * minute);
    second.engine.close();
  } else guarded(() => (first as ReturnType<typeof open> | null)?.engine.close());

  const outcome = database.get<{ outcome: string }>("SELECT outcome FROM messages WHERE sender = 'customer'")?.outcome;
  const told = store.events.list({ limit: 50 }).map(({ kind }) => kind);
  const open2 = database.get<{ n: number }>(
    "SELECT count(*) AS n FROM tool_calls WHERE state IN ('asked', 'begun')",
  )?.n;
  const texts = whatsapp.sent.filter(({ chatId }) => chatId === ana).map(({ text }) => text);
  const ids = new Set(whatsapp.sent.map(({ messageId }) => messageId));
  database.close();
  rmSync(directory, { recursive: true, force: true });
  return { hasDied, booked: booked.length, outcome, told, texts, ids: ids.size, open: open2 };
};

const ways = [
  ['acts once', agenda],
  ['idempotent', { ...agenda, isIdempotent: true }],
  ['with lookup', { ...agenda, lookupUrl: 'https://agenda.example.com/{key}' }],
] as const;

test.each(ways)(
  '%s: dying at any step books never twice and loses nothing silently',
  { timeout: 300_000 },
  async (kind, tool) => {
    let deaths = 0;
    let persons = 0;
    // Every step of the way that must not be gone twice; of the others every third.
    const stride = kind === 'acts once' ? 1 : 3;
    for (let step = 1; ; step += stride) {
      const end = await play(
        { tool, script: [(request) => (isDone(request) ? answer('Agendei para sexta.') : calling)] },
        step,
      );
      const where = `${kind}, step ${step}: ${JSON.stringify(end)}`;
      expect(end.booked, where).toBeLessThanOrEqual(1);
      expect(end.open, where).toBe(0);
      if (end.outcome === 'held') {
        // Nobody knows: a person was asked for, and the operator told.
        persons += 1;
        expect(kind, where).toBe('acts once');
        expect(end.told, where).toEqual(expect.arrayContaining(['tool-unknown', 'asks-for-person']));
      } else {
        expect(end.outcome, where).toBe('answered');
        expect(end.booked, where).toBe(1);
        expect(end.texts, where).toEqual(['Agendei para sexta.']);
      }
      if (!end.hasDied) break;
      deaths += 1;
    }
    console.log(`${kind}: ${deaths} deaths, ${persons} given to a person`);
    expect(deaths * stride).toBeGreaterThan(100);
    expect(persons > 0).toBe(kind === 'acts once');
  },
);

test('a voice note: dying at any step answers it once, by voice', { timeout: 300_000 }, async () => {
  const script = [() => answer('Abrimos às oito.')];
  let deaths = 0;
  for (let step = 1; ; step += 2) {
    const end = await play({ tool: null, script, speaks: true }, step);
    const where = `step ${step}: ${JSON.stringify(end)}`;
    expect(end.texts, where).toEqual(['📎 voice.ogg']);
    expect(end.outcome, where).toBe('answered');
    if (!end.hasDied) break;
    deaths += 1;
  }
  console.log(`a voice note: ${deaths} deaths`);
  expect(deaths).toBeGreaterThan(40);
});

test('a file: dying at any step sends it once, behind the words that it belongs to', { timeout: 300_000 }, async () => {
  const sending = { ...calling, name: 'send_file', arguments: { name: 'menu', caption: 'preços' } };
  const script = [(request: AiRequest) => (isDone(request) ? answer('Segue o cardápio.') : sending)];
  let deaths = 0;
  for (let step = 1; ; step += 1) {
    const end = await play({ tool: null, script }, step);
    const where = `step ${step}: ${JSON.stringify(end)}`;
    expect(end.texts, where).toEqual(['Segue o cardápio.', '📎 menu.pdf: preços']);
    expect(end.ids, where).toBe(2);
    expect(end.outcome, where).toBe('answered');
    if (!end.hasDied) break;
    deaths += 1;
  }
  console.log(`a file: ${deaths} deaths`);
  expect(deaths).toBeGreaterThan(100);
});
