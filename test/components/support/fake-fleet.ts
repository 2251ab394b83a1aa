import type { DoorConnection, Fleet } from '../../../src/protocol/door.ts';
import type { FleetInfo, FleetSnapshot, SessionRow } from '../../../src/protocol/fleet.ts';
import type { FleetApi, FleetMethod } from '../../../src/protocol/fleet-api.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import type { FleetEvent } from '../../../src/session/records.ts';
import type { SessionName } from '../../../src/session/session-name.ts';
import { verdictOf } from '../../../src/session/verdict.ts';

/** A fleet in memory with the door's real interface: a test says what it shows, how it answers, and sees what was asked. */

/** Sunday 22 November 2026, 14:41 in São Paulo. */
export const now = Date.UTC(2026, 10, 22, 17, 41, 0);
export const timeZone = 'America/Sao_Paulo';
export const seconds = (n: number): number => n * 1000;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
export const days = (n: number): number => n * 86_400_000;
const mega = 2 ** 20;
const giga = 2 ** 30;

const ramp = ' .:-=+*#';
/** Memory buckets that the trend column shows as `text`. */
export const trendOf = (text: string): readonly (number | null)[] =>
  [...text].map((mark) => (mark === ' ' ? null : Math.round((ramp.indexOf(mark) / 7) * 400 * mega)));

export const sessionRow = (name: string, patch: Partial<SessionRow> = {}): SessionRow => {
  const row: SessionRow = {
    id: `id-${name}`,
    name: name as SessionName,
    label: '',
    engine: 'wppconnect',
    state: 'connected',
    desiredState: 'running',
    verdict: 'connected',
    since: now - days(6),
    reasonCode: null,
    reason: null,
    expectedPhone: null,
    phone: '5511987654321',
    provider: 'openai',
    model: 'gpt-5.6-luna',
    replies: 'on',
    ai: { status: 'ok', code: null, reason: null },
    pid: 4242,
    port: 3004,
    startedAt: now - days(6),
    resources: null,
    restarts: 0,
    nextTryAt: null,
    receivedLastHour: 0,
    sentLastHour: 0,
    lastMessageAt: null,
    waiting: { chats: 0, oldestSince: null, estimated: false },
    silent: { chats: 0, today: 0, oldestSince: null },
    asksForPerson: 0,
    restriction: null,
    heldMessages: 0,
    opensAt: null,
    pausedChats: 0,
    drafts: 0,
    troubleMessages: 0,
    costTodayUsd: 0,
    qr: null,
    pairing: null,
    pending: null,
    incidentId: null,
    node: null,
    revision: 1,
    createdAt: now - days(60),
    ...patch,
  };
  const verdict =
    patch.verdict ??
    verdictOf({
      state: row.state,
      reasonCode: row.reasonCode,
      replies: row.replies,
      aiRefused: row.ai.status === 'bad',
      aiCode: row.ai.code,
      aiReason: row.ai.reason,
      overdueChats: row.waiting.chats,
      silentLately: row.silent.chats,
      silentCode: row.reasonCode,
      silentReason: row.reason,
      restriction: row.restriction,
      asksForPerson: row.asksForPerson,
      drafts: row.drafts,
      deaf: false,
      storeFault: null,
    });
  return { ...row, verdict };
};

const running = (cpu: number, memory: number, trend: string) => ({
  resources: {
    cpuPercent: cpu,
    memoryBytes: memory * mega,
    memoryIsPss: true,
    rssBytes: memory * 3 * mega,
    processes: 8,
    orphans: 0,
    memoryTrend: trendOf(trend),
  },
});

export const fleetInfo = (patch: Partial<FleetInfo> = {}): FleetInfo => ({
  fleetId: 'fleet-1',
  version: '1.0.3',
  host: 'vps-sp1',
  demo: false,
  home: '/home/zap/.zap-fleet',
  masterPid: 1000,
  startedAt: now - days(41),
  settingsFingerprint: 'abc',
  maxSessions: 20,
  publicUrl: 'https://bots.example.com',
  apiUrl: 'http://127.0.0.1:3000',
  machine: {
    memoryTotal: 4 * giga,
    memoryUsed: 2.9 * giga,
    cpuPercent: 34,
    cores: 2,
    diskTotal: 100 * giga,
    diskUsed: 71 * giga,
    diskFullInDays: 19,
    roomFor: 2,
    roomIsMeasured: true,
  },
  health: {
    store: { status: 'ok', reason: null },
    ai: { status: 'bad', reason: 'insufficient_quota' },
    alerts: { status: 'ok', reason: null },
    replica: null,
  },
  messagesPerMinute: { in: 38, out: 31 },
  aiToday: { costUsd: 1.84, budgetUsd: 5 },
  ...patch,
});

/** A payload as long as WhatsApp's (version 10, 57x57 modules). Not a real one. */
export const qrPayload = `2@${'Tk9UIEEgUkVBTCBRUiBDT0RFIGF0IGFsbA'.repeat(4)}NOTREAL12${''},${'x'.repeat(44)},${'y'.repeat(44)},1`;

/** The twelve sessions that the drawn screens show. */
export const exampleSessions = (): readonly SessionRow[] =>
  [
    sessionRow('padaria-joao', {
      label: 'Padaria do João',
      state: 'logged_out',
      since: now - minutes(27),
      reason: 'unlinked on the phone',
      expectedPhone: '5511988887777',
      phone: null,
      waiting: { chats: 9, oldestSince: now - minutes(27), estimated: true },
    }),
    sessionRow('otica-visao', {
      since: now - minutes(9),
      ai: { status: 'bad', code: 'quota', reason: 'OpenAI 429: quota spent, not retried' },
      waiting: { chats: 4, oldestSince: now - minutes(9), estimated: false },
    }),
    sessionRow('pet-shop-rex', {
      state: 'failed',
      reason: '6 crashes in 10m: page out of memory',
      since: now - minutes(12),
      waiting: { chats: 1, oldestSince: now - minutes(12), estimated: true },
    }),
    sessionRow('studio-bela', {
      label: 'Studio Bela',
      state: 'qr',
      since: now - minutes(2),
      phone: null,
      expectedPhone: '5511987654321',
      qr: { payload: qrPayload, attempt: 4, maxAttempts: 12, expiresAt: now + seconds(14) },
      ...running(2, 52, '......::'),
      replies: 'draft',
    }),
    sessionRow('clinica-sorriso', {
      state: 'offline',
      since: now - seconds(40),
      reason: 'no network in the page',
      nextTryAt: now + seconds(8),
      attempt: 3,
      waiting: { chats: 1, oldestSince: now - seconds(40), estimated: true },
    }),
    sessionRow('advocacia-lima', {
      lastMessageAt: now - minutes(2),
      receivedLastHour: 14,
      sentLastHour: 13,
      ...running(1, 188, '..::----'),
    }),
    sessionRow('barbearia-do-ze', {
      phone: '5521998761234',
      lastMessageAt: now - seconds(50),
      receivedLastHour: 31,
      sentLastHour: 29,
      ...running(4, 212, '..::--=='),
    }),
    sessionRow('floricultura-iris', {
      since: now - days(2),
      opensAt: now + hours(17) + minutes(19),
      heldMessages: 2,
      lastMessageAt: now - hours(3),
      restarts: 1,
      ...running(1, 176, '........'),
    }),
    sessionRow('loja-centro', {
      since: now - days(41),
      phone: '5511977778888',
      provider: 'gemini',
      model: 'gemini-flash-lit',
      lastMessageAt: now - seconds(9),
      receivedLastHour: 66,
      sentLastHour: 61,
      ...running(6, 241, '--==++**'),
    }),
    sessionRow('moda-ana', {
      since: now - hours(19),
      phone: '5531988882222',
      lastMessageAt: now - minutes(11),
      receivedLastHour: 9,
      sentLastHour: 9,
      restarts: 2,
      ...running(1, 190, '::::::::'),
    }),
    sessionRow('pizzaria-roma', {
      pausedChats: 1,
      pausedBy: 'owner',
      lastMessageAt: now - minutes(1),
      receivedLastHour: 22,
      sentLastHour: 21,
      ...running(2, 204, '..::::--'),
    }),
    sessionRow('escola-sol', {
      state: 'stopped',
      desiredState: 'stopped',
      since: now - days(12),
      reason: 'stopped by you',
      phone: null,
      pid: null,
      port: null,
      startedAt: null,
    }),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));

let nextEvent = 1;
export const fleetEvent = (
  sessionName: string | null,
  at: number,
  text: string,
  patch: Partial<FleetEvent> = {},
): FleetEvent => ({
  id: nextEvent++,
  at,
  level: 'info',
  sessionName,
  kind: 'note',
  text,
  evidence: null,
  actor: 'master',
  ...patch,
});

export const exampleSnapshot = (): FleetSnapshot => ({
  sequence: 1,
  fleet: fleetInfo(),
  sessions: exampleSessions(),
  incidents: [],
  banners: [],
  jobs: [],
  events: [
    fleetEvent('clinica-sorriso', now - minutes(1), 'offline: ERR_INTERNET_DISCONNECTED; page reloaded'),
    fleetEvent('otica-visao', now - minutes(9), 'OpenAI refused: insufficient_quota; 4 chats wait in the inbox'),
  ],
});

type Answers = {
  [M in FleetMethod]?: (params: FleetApi[M]['params']) => FleetApi[M]['result'] | Promise<FleetApi[M]['result']>;
};

export interface FakeFleet extends Fleet {
  /** Everything that was asked, oldest first. */
  readonly asked: { readonly method: FleetMethod; readonly params: Readonly<Record<string, unknown>> }[];
  readonly answers: Answers;
  update(change: (snapshot: FleetSnapshot) => Partial<FleetSnapshot>): void;
  patch(name: string, patch: Partial<SessionRow>): void;
  lose(since: number, more?: { readonly elsewhere?: true }): void;
  find(): void;
  listeners(): number;
}

export const fakeFleet = (first: FleetSnapshot = exampleSnapshot()): FakeFleet => {
  let snapshot = first;
  let connection: DoorConnection = { state: 'open' };
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const fleet: FakeFleet = {
    asked: [],
    answers: {},
    getSnapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    request: async (method, params) => {
      fleet.asked.push({ method, params: params as Readonly<Record<string, unknown>> });
      const answer = fleet.answers[method];
      if (answer === undefined) throw new FleetError('failed', `the test does not answer ${method}`);
      return answer(params);
    },
    connection: () => connection,
    close: async () => listeners.clear(),
    update: (change) => {
      snapshot = { ...snapshot, sequence: snapshot.sequence + 1, ...change(snapshot) };
      tell();
    },
    patch: (name, patch) =>
      fleet.update((before) => ({
        sessions: before.sessions.map((row) =>
          row.name === name ? sessionRow(name, { ...row, verdict: undefined, ...patch } as Partial<SessionRow>) : row,
        ),
      })),
    lose: (since, more) => {
      connection = { state: 'lost', since, reason: 'socket closed', ...more };
      tell();
    },
    find: () => {
      connection = { state: 'open' };
      tell();
    },
    listeners: () => listeners.size,
  };
  return fleet;
};
