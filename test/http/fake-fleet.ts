import type { Fleet } from '../../src/protocol/door.ts';
import type { FleetSnapshot, SessionRow } from '../../src/protocol/fleet.ts';
import type { FleetApi, FleetMethod } from '../../src/protocol/fleet-api.ts';
import { fleetRequests } from '../../src/protocol/fleet-api.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import { defaultConfig } from '../../src/session/session-config.ts';
import { parseSessionName } from '../../src/session/session-name.ts';

/** A WhatsApp-like QR payload; a secret that must appear nowhere but in the QR itself. */
export const qrPayload = '2@k9Jx0aVwQz7sR4tY,bN3mP8uLcD5eF6gH1iJ2kK=,oP4qR5sT6uV7wX8yZ9==,aB1cD2eF=,1';
const start = 1_795_358_400_000;

export const fakeRow = (name: string, more: Partial<SessionRow> = {}): SessionRow => ({
  id: `id-${name}`,
  name: parseSessionName(name),
  label: `Label of ${name}`,
  engine: 'simulated',
  state: 'connected',
  desiredState: 'running',
  verdict: 'connected',
  since: start,
  reasonCode: null,
  reason: null,
  expectedPhone: null,
  phone: '5511987654321',
  provider: 'echo',
  model: '',
  replies: 'on',
  ai: { status: 'ok', code: null, reason: null },
  pid: 123,
  port: 3001,
  startedAt: start,
  resources: {
    cpuPercent: 4,
    memoryBytes: 200_000_000,
    memoryIsPss: true,
    rssBytes: 300_000_000,
    processes: 6,
    orphans: 0,
    memoryTrend: [],
  },
  restarts: 2,
  nextTryAt: null,
  receivedLastHour: 14,
  sentLastHour: 13,
  lastMessageAt: start,
  waiting: { chats: 0, oldestSince: null, estimated: false },
  silent: { chats: 0, today: 0, oldestSince: null },
  asksForPerson: 0,
  restriction: null,
  heldMessages: 0,
  opensAt: null,
  pausedChats: 0,
  drafts: 0,
  troubleMessages: 0,
  costTodayUsd: 0.25,
  qr: null,
  pairing: null,
  pending: null,
  incidentId: null,
  node: null,
  revision: 1,
  createdAt: start,
  ...more,
});

export const scanRow = (name: string, more: Partial<SessionRow> = {}): SessionRow =>
  fakeRow(name, {
    state: 'qr',
    verdict: 'scan_qr',
    phone: null,
    qr: { payload: qrPayload, attempt: 1, maxAttempts: 12, expiresAt: Date.now() + 20_000 },
    ...more,
  });

type Handler = (params: Record<string, unknown>) => unknown;

export interface FakeFleet extends Fleet {
  readonly calls: { method: string; params: Record<string, unknown> }[];
  readonly listeners: number;
  set(...rows: SessionRow[]): void;
  update(change: Partial<FleetSnapshot>): void;
  on(method: FleetMethod, handler: Handler): void;
}

const health = { status: 'ok', reason: null } as const;

/** A fleet in memory behind the real door's interface: parameters are checked as the master checks them. */
export const createFakeFleet = (...rows: SessionRow[]): FakeFleet => {
  const listeners = new Set<() => void>();
  let snapshot: FleetSnapshot = {
    sequence: 1,
    fleet: {
      fleetId: 'f',
      version: '1.0.0',
      host: 'vps-sp1',
      demo: false,
      home: '/tmp/x',
      masterPid: 1,
      startedAt: start,
      settingsFingerprint: 'x',
      maxSessions: 10,
      publicUrl: null,
      apiUrl: null,
      machine: null,
      health: { store: health, ai: health, alerts: { status: 'off', reason: null }, replica: null },
      messagesPerMinute: { in: 38, out: 31 },
      aiToday: { costUsd: 1.84, budgetUsd: 5 },
    },
    sessions: rows,
    incidents: [],
    banners: [],
    jobs: [],
    events: [],
  };
  const calls: FakeFleet['calls'] = [];
  const handlers = new Map<string, Handler>();
  const update = (change: Partial<FleetSnapshot>): void => {
    snapshot = { ...snapshot, ...change, sequence: snapshot.sequence + 1 };
    for (const listener of [...listeners]) listener();
  };
  const rowOf = (name: unknown): SessionRow => {
    const row = snapshot.sessions.find((session) => session.name === name);
    if (row === undefined) throw new FleetError('no-such-session', `no session ${String(name)}. See: zap-fleet ls`);
    return row;
  };
  const usual: Record<string, Handler> = {
    create: ({ name }) => {
      if (snapshot.sessions.some((row) => row.name === name)) throw new FleetError('already-exists', 'taken');
      const row = fakeRow(String(name), { state: 'stopped', verdict: 'stopped' });
      update({ sessions: [...snapshot.sessions, row] });
      return { row };
    },
    session: ({ name }) => ({ row: rowOf(name), config: defaultConfig(), instructions: null, hasOwnAiKey: false }),
    code: ({ name }) => ({ qr: rowOf(name).qr, pairing: rowOf(name).pairing, row: rowOf(name) }),
  };
  return {
    calls,
    get listeners() {
      return listeners.size;
    },
    getSnapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    request: async <M extends FleetMethod>(method: M, params: FleetApi[M]['params']) => {
      const parsed = fleetRequests[method].parse(params) as Record<string, unknown>;
      calls.push({ method, params: parsed });
      if (typeof parsed['name'] === 'string' && method !== 'create') rowOf(parsed['name']);
      const handler = handlers.get(method) ?? usual[method] ?? (({ name }) => ({ row: rowOf(name) }));
      return handler(parsed) as FleetApi[M]['result'];
    },
    connection: () => ({ state: 'open' }),
    close: async () => listeners.clear(),
    set: (...next) => {
      const named = new Map(next.map((row) => [row.id, row]));
      update({ sessions: snapshot.sessions.map((row) => named.get(row.id) ?? row) });
    },
    update,
    on: (method, handler) => handlers.set(method, handler),
  };
};
