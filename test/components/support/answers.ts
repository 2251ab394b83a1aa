import type { Incident, SessionRow } from '../../../src/protocol/fleet.ts';
import type { UsageShare } from '../../../src/protocol/history.ts';
import type { TryState } from '../../../src/protocol/try.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import type { ChatMessage, ChatRow, DraftRow, TurnRecord, UsageDay } from '../../../src/session/records.ts';
import { type AiProviderName, defaultConfig, type SessionConfig } from '../../../src/session/session-config.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import { turnWords } from '../../../src/words/turn-words.ts';
import { type FakeFleet, fleetEvent, hours, minutes, now, seconds, sessionRow } from './fake-fleet.ts';

/** Answers for every method, so that each screen of a fake fleet has something to show. */

const row = (fleet: FakeFleet, name: string): SessionRow => {
  const found = fleet.getSnapshot().sessions.find((session) => session.name === name);
  if (found === undefined) throw new FleetError('no-such-session', `no session "${name}"`);
  return found;
};

export const exampleChats = (name: string): readonly ChatRow[] => [
  {
    sessionName: name,
    chatId: '5511912345678@c.us',
    name: 'Maria Souza',
    phone: '5511912345678',
    lid: null,
    lastInboundAt: now - minutes(3),
    lastOutboundAt: now - minutes(2),
    lastText: 'Obrigada! Vou passar amanhã de manhã.',
    messages: 14,
    waiting: 0,
    pausedUntil: null,
    pausedBy: null,
    pausedReason: null,
    drafts: 0,
    silentSince: null,
    silentCode: null,
    silentReason: null,
    asksForPersonSince: null,
    handoverSummary: null,
  },
  {
    sessionName: name,
    chatId: '5511955554444@c.us',
    name: 'Carlos\u001b]52;c;aGk=\u0007\nEvil',
    phone: '5511955554444',
    lid: null,
    lastInboundAt: now - minutes(9),
    lastOutboundAt: null,
    lastText: 'Quanto custa?',
    messages: 3,
    waiting: 2,
    pausedUntil: now + hours(1),
    pausedBy: 'owner',
    pausedReason: 'the owner typed on the phone',
    drafts: 1,
    silentSince: null,
    silentCode: null,
    silentReason: null,
    asksForPersonSince: null,
    handoverSummary: null,
  },
];

export const exampleMessages = (): readonly ChatMessage[] => [
  {
    id: 'm1',
    at: now - minutes(5),
    from: 'customer',
    kind: 'text',
    text: 'Vocês abrem amanhã?',
    outcome: 'answered',
    outcomeCode: null,
    outcomeReason: null,
    ack: null,
    status: null,
    turnId: 7,
  },
  {
    id: 'm2',
    at: now - minutes(4),
    from: 'bot',
    kind: 'text',
    text: 'Sim, abrimos às 8h.',
    outcome: null,
    outcomeCode: null,
    outcomeReason: null,
    ack: 3,
    status: 'sent',
    turnId: 7,
  },
  {
    id: 'm3',
    at: now - minutes(3),
    from: 'customer',
    kind: 'text',
    text: 'Quanto custa o bolo de cenoura?',
    outcome: 'pending',
    outcomeCode: null,
    outcomeReason: null,
    ack: null,
    status: null,
    turnId: null,
  },
];

export const exampleDrafts = (name: string): readonly DraftRow[] => [
  {
    outboxId: 31,
    sessionName: name,
    chatId: '5511955554444@c.us',
    chatName: 'Carlos',
    text: 'O bolo custa R$ 45,00.',
    createdAt: now - minutes(1),
    turnId: 8,
  },
];

const steps: readonly TurnStep[] = [
  { at: now - minutes(5), step: 'joined', values: { messages: 2, waitedMs: 15_000, because: 'quiet' } },
  { at: now - minutes(5), step: 'history', values: { messages: 12, summary: false } },
  {
    at: now - minutes(5),
    step: 'asked',
    values: { provider: 'openai', model: 'gpt-5.6-luna', instructions: 3 },
  },
  { at: now - minutes(4), step: 'answered', values: { tookMs: 2400, inputTokens: 812, outputTokens: 11 } },
  { at: now - minutes(4), step: 'part-sent', values: { part: 1, afterCrash: false } },
];

export const exampleTurn = (name: string): TurnRecord => ({
  turnId: 7,
  sessionName: name,
  chatId: '5511912345678@c.us',
  startedAt: now - minutes(5),
  finishedAt: now - minutes(4),
  outcome: 'answered',
  reasonCode: null,
  reason: null,
  messageIds: ['m1'],
  joinedText: 'Vocês abrem amanhã?',
  instructionsVersion: 3,
  provider: 'openai',
  model: 'gpt-5.6-luna',
  parameters: {},
  historyMessages: 12,
  historyHash: 'aa',
  rawAnswer: 'Sim, abrimos às 8h.',
  filtered: null,
  parts: ['Sim, abrimos às 8h.'],
  inputTokens: 812,
  outputTokens: 11,
  costUsd: 0.0021,
  timing: {},
  who: 'Ana',
  steps,
  words: turnWords({ who: 'Ana', outcome: 'answered', reason: null, costUsd: 0.0021, steps }),
});

export const exampleIncident = (): Incident => ({
  id: 14,
  blame: 'whatsapp-change',
  cause: 'WhatsApp Web or the network',
  startedAt: now - minutes(10),
  endedAt: null,
  sessionIds: Array.from({ length: 9 }, (_, index) => `id-loja-${index}`),
  totalSessions: 12,
  checks: [
    { name: 'internet', result: 'ok' },
    { name: 'whatsapp', result: 'ok' },
    { name: 'page', result: 'ok' },
    { name: 'login', result: 'fails' },
  ],
  conclusion: 'probably a change at WhatsApp, not your server',
  nextTryAt: now + minutes(2),
  clientText: 'O WhatsApp Web está fora do ar; suas mensagens esperam e serão respondidas.',
});

/** Incidents that are over: one of each blame, in the days before. */
const pastIncidents = (): readonly Incident[] =>
  (
    [
      [13, 'network', "This server's network", hours(33), minutes(2), 12],
      [12, 'server', 'This server', hours(83), minutes(14), 4],
      [11, 'whatsapp', 'WhatsApp Web', hours(118), minutes(6), 7],
    ] as const
  ).map(([id, blame, cause, ago, lasted, count]) => ({
    ...exampleIncident(),
    id,
    blame,
    cause,
    startedAt: now - ago,
    endedAt: now - ago + lasted,
    sessionIds: exampleIncident().sessionIds.slice(0, count),
    nextTryAt: null,
  }));

/** A week of hours, the newest last: connected but for an hour each of the incidents took. */
const connectedHours: readonly (number | null)[] = Array.from({ length: 168 }, (_, index) => {
  if (index < 10) return null;
  const ago = 167 - index;
  return ago === 0 ? 0.86 : ago === 33 ? 0.6 : ago === 83 ? 0.75 : 1;
});

/** Forty days, the newest first; one of them over the budget of five dollars. */
const usedDays: readonly UsageDay[] = Array.from({ length: 40 }, (_, ago) => {
  const day = new Date(Date.parse('2026-11-22T12:00:00Z') - hours(24 * ago)).toISOString().slice(0, 10);
  if (ago === 0) return { day, calls: 31, inputTokens: 41_000, outputTokens: 2100, costUsd: 1.84 };
  if (ago === 1) return { day, calls: 55, inputTokens: 70_000, outputTokens: 4100, costUsd: 2.35 };
  const costUsd = ago === 8 ? 5.7 : 2.2 + ((ago * 37) % 19) / 10;
  return { day, calls: Math.round(costUsd * 24), inputTokens: 60_000, outputTokens: 3900, costUsd };
});

const shares = (...parts: readonly (readonly [of: string, percent: number])[]): readonly UsageShare[] =>
  parts.map(([of, percent]) => ({
    of,
    calls: percent * 9,
    inputTokens: percent * 1200,
    outputTokens: percent * 60,
    costUsd: percent * 0.9,
  }));
const sharesOfSessions = shares(
  ['loja-centro', 31],
  ['barbearia-do-ze', 22],
  ['pizzaria-roma', 18],
  ['gone-for-good', 9],
);

const logLines = (name: string | null): readonly string[] =>
  Array.from({ length: 60 }, (_, index) =>
    JSON.stringify({
      time: new Date(now - seconds(120 - index * 2)).toISOString(),
      level: ['debug', 'info', 'info', 'warn', 'error'][index % 5],
      session: name ?? 'fleet',
      msg:
        index % 5 === 4
          ? `socket closed (${index}) and a rather long line that has to be wrapped somewhere when it does not fit`
          : `line ${index}`,
    }),
  );

/** A bot that is tried: what is written is collected until `tryAnswer`, and answered with the same words. */
const tryAnswers = () => {
  let state: TryState = {
    tryId: 'try-1',
    revision: 1,
    sessionName: 'padaria-joao',
    provider: 'openai',
    model: 'gpt-5.6-luna',
    instructions: { version: 7, words: 412 },
    conversation: [],
    steps: [],
    collectsUntil: null,
    knew: null,
    totals: { answers: 0, costUsd: 0, halfMs: null },
    done: true,
  };
  const change = (patch: Partial<TryState>): TryState => {
    state = { ...state, ...patch, revision: state.revision + 1 };
    return state;
  };
  return {
    tryStart: ({ name }: { name: string }) =>
      change({ sessionName: name, conversation: [], steps: [], collectsUntil: null, done: true }),
    trySay: ({ text }: { text: string }) =>
      change({
        conversation: [...state.conversation, { from: 'customer', text, at: now }],
        steps: [{ name: 'stored', state: 'done', ms: null, at: now }],
        collectsUntil: now + seconds(9),
        done: false,
      }),
    tryAnswer: () =>
      change({
        conversation: [
          ...state.conversation,
          { from: 'bot', text: 'Aos domingos fechamos.', at: now, tookMs: 18_000, costUsd: 0.0027 },
        ],
        steps: [
          { name: 'collected', state: 'done', ms: 12_000, messages: 2 },
          { name: 'asked', state: 'done', ms: 4100, tokens: { input: 1840, output: 62 } },
        ],
        collectsUntil: null,
        totals: { answers: 1, costUsd: 0.0027, halfMs: 18_000 },
        done: true,
      }),
    tryState: () => state,
    tryEnd: () => ({ ended: true }),
  };
};

export const answerEverything = (fleet: FakeFleet): void => {
  const configs = new Map<string, SessionConfig>();
  const configOf = (name: string) => configs.get(name) ?? defaultConfig();
  const details = (name: string) => ({
    row: row(fleet, name),
    config: configOf(name),
    instructions: {
      version: 3,
      text: 'You are the bakery. Be kind.',
      author: 'you',
      createdAt: now - hours(30),
      isCurrent: true,
    },
    hasOwnAiKey: false,
  });
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  Object.assign(fleet.answers, {
    create: ({ name, label, ai }: { name: string; label?: string; ai?: AiProviderName }) => {
      const made = sessionRow(name, {
        state: 'starting',
        since: now,
        label: label ?? '',
        phone: null,
        ...(ai === undefined ? {} : { provider: ai }),
      });
      fleet.update((before) => ({ sessions: [...before.sessions, made].sort((a, b) => (a.name < b.name ? -1 : 1)) }));
      return { row: made };
    },
    start: async ({ name }: { name: string }) => {
      fleet.patch(name, { pending: { kind: 'start', since: now } });
      await wait(100);
      fleet.patch(name, { pending: null, state: 'starting', reason: null, since: now });
      return { row: row(fleet, name) };
    },
    stop: async ({ name }: { name: string }) => {
      fleet.patch(name, { pending: { kind: 'stop', since: now } });
      await wait(100);
      fleet.patch(name, { pending: null, state: 'stopped', desiredState: 'stopped', since: now });
      return { row: row(fleet, name) };
    },
    restart: ({ name }: { name: string }) => ({ row: row(fleet, name) }),
    logout: ({ name }: { name: string }) => {
      fleet.patch(name, { state: 'logged_out', since: now });
      return { row: row(fleet, name), unlinked: true, reason: null };
    },
    reset: ({ name }: { name: string }) => ({ row: row(fleet, name) }),
    delete: ({ name }: { name: string }) => {
      fleet.update((before) => ({ sessions: before.sessions.filter((session) => session.name !== name) }));
      return { unlinked: true, archived: 'x', purgedMessages: 0, erased: {}, left: [] };
    },
    session: ({ name }: { name: string }) => details(name),
    silences: ({ name }: { name: string }) => ({
      silent:
        row(fleet, name).silent.chats === 0
          ? []
          : [
              {
                chatId: '5511912345678@c.us',
                name: 'Maria Souza',
                phone: '5511912345678',
                since: now - minutes(14),
                lastAt: now - minutes(12),
                code: 'empty',
                reason: 'the AI service gave an empty answer',
              },
            ],
      asking:
        row(fleet, name).asksForPerson === 0
          ? []
          : [
              {
                chatId: '5511955554444@c.us',
                name: 'Carlos\u001b]52;c;aGk=\u0007\nEvil',
                phone: '5511955554444',
                since: now - minutes(5),
                summary: 'Wants to cancel order 4711.\nPaid by card on Friday.\nIs angry.',
              },
            ],
    }),
    dismissSilence: ({ name }: { name: string }) => {
      fleet.patch(name, { silent: { chats: 0, today: 1, oldestSince: null } });
      return { row: row(fleet, name) };
    },
    totals: () => ({ chats: 1204, messages: 18_332 }),
    usage: () => ({ days: usedDays }),
    usageBy: ({ by }: { by: 'session' | 'model' }) => ({
      shares:
        by === 'model' ? shares(['gpt-5.6-luna', 81], ['gemini-flash-lite', 17], ['gpt-5.6-sol', 2]) : sharesOfSessions,
    }),
    today: () => ({
      received: 142,
      sent: 131,
      customers: 38,
      perHour: [1, 0, 0, 0, 0, 1, 4, 9, 14, 12, 11, 15, 18, 12, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    }),
    answerHistogram: () => ({
      counts: [29, 76, 18, 7, 1],
      slowest: { ms: 160_000, chat: 'Marina S.', at: now - minutes(62) },
    }),
    heat: () => ({
      cells: Array.from({ length: 7 }, (_, day) =>
        Array.from({ length: 24 }, (_cell, hour) => (hour * (day + 1)) % 19),
      ),
      measuredDays: 7,
      usualNow: 10,
    }),
    memoryHistory: () => ({
      buckets: Array.from({ length: 96 }, (_, quarter) => (150 + quarter) * 2 ** 20),
      slopeBytesPerHour: 2 * 2 ** 20,
    }),
    connectedShare: ({ days }: { days?: number }) =>
      days === 7
        ? { hours: connectedHours, share: 0.9914 }
        : { hours: Array.from({ length: 720 }, () => 1), share: 0.9997 },
    ...tryAnswers(),
    newCodes: ({ name }: { name: string }) => ({ row: row(fleet, name) }),
    pair: ({ name }: { name: string }) => {
      const pairing = { code: 'WZYH4K7Q', attempt: 1, maxAttempts: 5, expiresAt: now + minutes(3) };
      fleet.patch(name, { state: 'code', pairing, qr: null });
      return { pairing };
    },
    code: ({ name }: { name: string }) => ({ qr: row(fleet, name).qr, pairing: null, row: row(fleet, name) }),
    link: ({ name }: { name: string }) => ({
      url: `https://bots.example.com/link/abc-${name}`,
      code: 'abc',
      expiresAt: now + minutes(30),
    }),
    revokeLink: () => ({ revoked: true }),
    check: ({ name }: { name: string }) => ({
      row: row(fleet, name),
      words: ['worker answers in 4 ms', 'page answers in 12 ms', 'socket CONNECTED, stream MAIN'],
    }),
    setConfig: ({ name, key, value }: { name: string; key: string; value: unknown }) => {
      const config = structuredClone(configOf(name)) as unknown as Record<string, Record<string, unknown>>;
      const [group, field] = key.split('.');
      const part = group === 'ai_config' ? 'ai' : group === 'timing_config' ? 'timing' : group;
      if (part !== undefined && field !== undefined && config[part] !== undefined) config[part][field] = value;
      configs.set(name, config as unknown as SessionConfig);
      return { details: details(name) };
    },
    prompt: ({ text }: { text: string }) => ({
      version: { version: 4, text, author: 'you', createdAt: now, isCurrent: true },
    }),
    promptHistory: () => ({
      versions: [
        {
          version: 3,
          text: 'You are the bakery. Be kind.',
          author: 'you',
          createdAt: now - hours(30),
          isCurrent: true,
        },
        { version: 2, text: 'You are the bakery.', author: 'you', createdAt: now - hours(60), isCurrent: false },
      ],
    }),
    promptRollback: ({ version }: { version: number }) => ({
      version: { version: version + 2, text: 'You are the bakery.', author: 'you', createdAt: now, isCurrent: true },
    }),
    pause: ({ name, chat }: { name: string; chat?: string }) => {
      if (chat === undefined) fleet.patch(name, { replies: 'paused' });
      return { row: row(fleet, name) };
    },
    resume: ({ name, chat }: { name: string; chat?: string }) => {
      if (chat === undefined) fleet.patch(name, { replies: 'on' });
      return { row: row(fleet, name) };
    },
    watch: ({ name, on }: { name: string; on: boolean }) => {
      fleet.patch(name, { replies: on ? 'draft' : 'on' });
      return { row: row(fleet, name) };
    },
    drafts: ({ name }: { name?: string }) => ({ drafts: exampleDrafts(name ?? 'loja-centro') }),
    draft: () => ({ draft: null }),
    send: () => ({ outboxId: 1, status: 'sent', ack: 1 }),
    chats: ({ name }: { name?: string }) => ({ chats: exampleChats(name ?? 'loja-centro') }),
    messages: () => ({ messages: exampleMessages() }),
    why: ({ name }: { name: string }) => ({ turns: [exampleTurn(name)] }),
    events: ({ name }: { name?: string }) => ({
      events: Array.from({ length: 30 }, (_, index) =>
        fleetEvent(name ?? 'loja-centro', now - minutes(index), `event ${index}`, {
          level: index % 7 === 3 ? 'error' : index % 5 === 2 ? 'warn' : 'info',
        }),
      ),
    }),
    incidents: () => ({ incidents: [exampleIncident(), ...pastIncidents()] }),
    logs: ({ name, cursor }: { name: string | null; cursor?: string }) => ({
      lines: cursor === undefined ? logLines(name) : [],
      cursor: '60',
    }),
    logLevel: ({ level }: { level: string }) => ({ level }),
    masterStop: () => ({ stopping: true }),
  });
};
