import { z } from 'zod';
import { storeFaultCodes } from '../session/store-trouble.ts';

/**
 * What a worker and the master say to each other: up over PM2's bus as `{type, data}` with types prefixed `zap:`, down over PM2's
 * sendDataToProcessId. A message of another version or shape is refused with a reason, never half understood.
 */

export const workerProtocolVersion = 1;

/** Who speaks. Nothing is mapped by PM2's id, which is reused: a report counts only with the start id that the master gave. */
const from = {
  v: z.literal(workerProtocolVersion),
  session: z.string().max(48),
  sessionId: z.string().max(64),
  startId: z.string().max(64),
  pid: z.number().int().positive(),
  at: z.number(),
};

const line = z.string().max(2000);
const linkStates = [
  'starting',
  'qr',
  'code',
  'syncing',
  'connected',
  'offline',
  'logged_out',
  'held',
  'banned',
  'broken',
  'waiting',
] as const;
/** A worker's view of its session; `waiting`: nobody scanned and the browser was closed; `broken`: it exits to be rebuilt. */
export type WorkerState = (typeof linkStates)[number];

const state = z.strictObject({
  state: z.enum(linkStates),
  since: z.number(),
  reasonCode: z.string().max(100).nullable(),
  reason: line.nullable(),
  phone: z.string().max(20).nullable(),
  lid: z.string().max(60).nullable(),
  pushName: z.string().max(200).nullable(),
  nextTryAt: z.number().nullable(),
});
const code = z.strictObject({
  /** `none` takes a shown code back. */
  kind: z.enum(['qr', 'code', 'none']),
  payload: z.string().max(2000),
  attempt: z.number().int(),
  maxAttempts: z.number().int(),
  expiresAt: z.number(),
});
/** Counts are the store's business; this only says that it is worth looking, and what the store does not hold. */
const activity = z.strictObject({
  ai: z.strictObject({
    status: z.enum(['ok', 'warn', 'bad', 'off']),
    code: line.nullable().default(null),
    reason: line.nullable(),
    until: z.number().exactOptional(),
  }),
  deaf: z.boolean(),
  /** What is wrong with the store as it met it: it takes nothing in until that is over. */
  store: z.enum(storeFaultCodes).nullable().default(null),
});
const vitals = z.strictObject({
  uptimeMs: z.number(),
  rssBytes: z.number(),
  eventLoopLagMs: z.number(),
  browserPid: z.number().int().nullable(),
  port: z.number().int().nullable(),
  version: z.string().max(40),
});

export const workerMessages = {
  'zap:state': z.strictObject({ ...from, ...state.shape }),
  'zap:qr': z.strictObject({ ...from, ...code.shape }),
  'zap:activity': z.strictObject({ ...from, ...activity.shape }),
  'zap:heartbeat': z.strictObject({ ...from, ...vitals.shape }),
  /** The whole of it, asked for by a late or restarted master. */
  'zap:report': z.strictObject({ ...from, state, code, activity, vitals }),
  /** The login was opened elsewhere: may it be taken back? Answered by a `fence` that confirms this id, or not at all. */
  'zap:conflict': z.strictObject({ ...from, id: z.string().max(64) }),
  /** Answer to a command. */
  'zap:result': z.strictObject({
    ...from,
    id: z.string().max(64),
    ok: z.boolean(),
    error: line.nullable(),
    words: z.array(line).max(50),
  }),
} as const;

export type WorkerMessageType = keyof typeof workerMessages;
export type WorkerMessage = {
  [T in WorkerMessageType]: { type: T; data: z.infer<(typeof workerMessages)[T]> };
}[WorkerMessageType];
export type WorkerData<T extends WorkerMessageType> = z.infer<(typeof workerMessages)[T]>;

export const workerCommandSchema = z.discriminatedUnion('command', [
  z.strictObject({ v: z.literal(workerProtocolVersion), id: z.string(), command: z.literal('report') }),
  z.strictObject({ v: z.literal(workerProtocolVersion), id: z.string(), command: z.literal('new-codes') }),
  z.strictObject({
    v: z.literal(workerProtocolVersion),
    id: z.string(),
    command: z.literal('pair'),
    phone: z.string(),
  }),
  /** Unlink the phone, then close and exit. */
  z.strictObject({ v: z.literal(workerProtocolVersion), id: z.string(), command: z.literal('logout') }),
  /** The store has something for this worker: changed configuration, an approved draft, a `send`. */
  z.strictObject({ v: z.literal(workerProtocolVersion), id: z.string(), command: z.literal('wake') }),
  /** Probe the link now. */
  z.strictObject({ v: z.literal(workerProtocolVersion), id: z.string(), command: z.literal('check') }),
  z.strictObject({
    v: z.literal(workerProtocolVersion),
    id: z.string(),
    command: z.literal('log-level'),
    level: z.enum(['debug', 'info', 'warn', 'error']),
  }),
  /** The store is at fault: take nothing in and send nothing; null: go on. */
  z.strictObject({
    v: z.literal(workerProtocolVersion),
    id: z.string(),
    command: z.literal('store-fault'),
    fault: z.enum(storeFaultCodes).nullable(),
  }),
  /** Until when it may run here (session/fence.ts), renewed again and again; null: nothing limits it. `confirms`: a `zap:conflict`. */
  z.strictObject({
    v: z.literal(workerProtocolVersion),
    id: z.string(),
    command: z.literal('fence'),
    fence: z.strictObject({ epoch: z.number(), wallUntil: z.number(), monotonicUntil: z.number() }).nullable(),
    confirms: z.string().max(64).nullable(),
  }),
  /** Finish what is in flight, close the browser and exit 0. */
  z.strictObject({ v: z.literal(workerProtocolVersion), id: z.string(), command: z.literal('drain') }),
]);
export type WorkerCommand = z.infer<typeof workerCommandSchema>;

/** Parses a message from the bus; null with a reason when it is not one of ours or of another version. */
export const parseWorkerMessage = (type: string, data: unknown): { message: WorkerMessage } | { problem: string } => {
  if (!Object.hasOwn(workerMessages, type)) return { problem: `unknown message ${JSON.stringify(type.slice(0, 60))}` };
  const known = type as WorkerMessageType;
  const result = workerMessages[known].safeParse(data);
  if (!result.success) {
    const issue = result.error.issues[0];
    return { problem: `${known}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'not valid'}` };
  }
  return { message: { type: known, data: result.data } as WorkerMessage };
};

/** What a worker is started with, in its environment (nothing secret): read and checked by the worker. */
export const workerEnvironmentSchema = z.object({
  ZAP_SESSION: z.string(),
  ZAP_SESSION_ID: z.string(),
  ZAP_START_ID: z.string(),
  ZAP_PORT: z.coerce.number().int().min(0).max(65_535),
  ZAP_DEMO: z.string().optional(),
  /** Until when it may run without a further word (session/fence.ts). */
  ZAP_FENCE: z.string().optional(),
  FLEET_HOME: z.string(),
});
