import { z } from 'zod';
import type { BelongingsStanding } from '../session/belongings.ts';
import { engines } from '../session/engine.ts';
import type { DrainReport, GroupNode, MoveReport, StaysBehind } from '../session/group-node.ts';
import { maxInstructions } from '../session/instructions.ts';
import type { JobReport } from '../session/job.ts';
import type { LoginBundleStanding } from '../session/login-bundle.ts';
import type {
  AskingChat,
  BackupResult,
  BundleLine,
  ChatMessage,
  ChatRow,
  DraftRow,
  ErasedSession,
  FleetEvent,
  InstructionsVersion,
  LogPage,
  PurgeResult,
  SilentChat,
  StoredTotals,
  StoreTransfer,
  TurnRecord,
  UsageDay,
} from '../session/records.ts';
import { aiProviders } from '../session/session-config.ts';
import { type BrainResults, brainRequests } from './brain-requests.ts';
import { type FileResults, fileRequests } from './file-requests.ts';
import type { Incident, PairingCode, QrCode, SessionDetails, SessionRow, StoreStatus } from './fleet.ts';
import type {
  AnswerHistogram,
  ConnectedShare,
  DailyBudget,
  Heat,
  MemoryHistory,
  SessionToday,
  UsageShare,
} from './history.ts';
import { type HookResults, hookRequests } from './hook-requests.ts';
import { type KnowledgeResults, knowledgeRequests } from './knowledge-requests.ts';
import { type ProofResults, proofRequests } from './proof-requests.ts';
import { actor, chat, name, node, pin, text } from './request-fields.ts';
import { type TokenResults, tokenRequests } from './token-requests.ts';
import { type ToolResults, toolRequests } from './tool-requests.ts';
import type { TryState } from './try.ts';

/**
 * Every command and query of the door. Parameters are validated where they arrive (the master, the HTTP API); results are made by
 * ourselves and typed. Names of sessions are checked again by the master: a name travels as text.
 */

const tryId = z.string().min(1).max(64);

export const fleetRequests = {
  ...proofRequests,
  ...toolRequests,
  ...hookRequests,
  ...knowledgeRequests,
  ...tokenRequests,
  ...fileRequests,
  ...brainRequests,
  create: z.strictObject({
    name,
    label: z.string().max(200).optional(),
    phone: z.string().max(40).optional(),
    engine: z.enum(engines).optional(),
    ai: z.enum(aiProviders).optional(),
    prompt: z.string().max(maxInstructions).optional(),
    start: z.boolean().optional(),
    actor,
  }),
  /** Waits until the desired state is reached (`wait`, default true) or says why it cannot be. */
  /** `takeOver`: a person says that the server that has it is gone for good. */
  start: z.strictObject({ name, ...pin, wait: z.boolean().optional(), takeOver: z.boolean().optional(), actor }),
  stop: z.strictObject({ name, ...pin, wait: z.boolean().optional(), actor }),
  restart: z.strictObject({ name, ...pin, wait: z.boolean().optional(), actor }),
  logout: z.strictObject({ name, ...pin, actor }),
  reset: z.strictObject({ name, ...pin, actor }),
  /** `purge`: with all that was said in it; `backups`: out of the archives, too. Answers when it is done; a job of that kind is seen meanwhile. */
  delete: z.strictObject({ name, ...pin, purge: z.boolean().optional(), backups: z.boolean().optional(), actor }),
  session: z.strictObject({ name }),
  /** How many chats and messages of a session are stored. */
  totals: z.strictObject({ name }),
  /** What the AI cost per day, newest first, of one session or the fleet; the last 30 days by default. */
  usage: z.strictObject({ name: name.optional(), days: z.number().int().min(1).max(400).optional() }),
  /** What the AI of each session may cost a day, of those that have such a budget. */
  budgets: z.strictObject({}),
  /** What the AI cost in the last days (30), by session or by model, the dearest first. */
  usageBy: z.strictObject({ by: z.enum(['session', 'model']), days: z.number().int().min(1).max(400).optional() }),
  /** When customers write: messages of the last 7 days by weekday and hour of the fleet's clock, of one session or the fleet. */
  heat: z.strictObject({ name: name.optional() }),
  /** A session's memory over the last 24 hours. */
  memoryHistory: z.strictObject({ name }),
  /** How long today's answers took, of one session or the fleet. */
  answerHistogram: z.strictObject({ name: name.optional() }),
  /** What a session did since midnight of the fleet's clock. */
  today: z.strictObject({ name }),
  /** How much of each hour a session, or the fleet, was connected; 7 days by default. */
  connectedShare: z.strictObject({ name: name.optional(), days: z.number().int().min(1).max(31).optional() }),
  /** Begins a conversation with the session's AI, instructions and rhythm, without a phone and without its history. */
  tryStart: z.strictObject({ name }),
  /** Writes as the customer would. What is written within the quiet time is answered together. */
  trySay: z.strictObject({ tryId, text: z.string().min(1).max(10_000) }),
  /** Answers what was collected now. */
  tryAnswer: z.strictObject({ tryId }),
  /** How it stands; with `after` waits up to `within` ms until there is something newer than that revision. */
  tryState: z.strictObject({
    tryId,
    after: z.number().int().optional(),
    within: z.number().int().min(0).max(20_000).optional(),
  }),
  /** Ends it. One that nobody asks for two minutes ends by itself. */
  tryEnd: z.strictObject({ tryId }),
  /** Asks a session that waits for a person for fresh codes. */
  newCodes: z.strictObject({ name, actor }),
  pair: z.strictObject({ name, phone: z.string().max(40), actor }),
  /** Waits up to `within` ms for a QR or a pairing code; resolves with nulls when the session connected meanwhile. */
  code: z.strictObject({ name, within: z.number().int().min(0).max(120_000).optional() }),
  link: z.strictObject({ name, actor }),
  revokeLink: z.strictObject({ name, actor }),
  check: z.strictObject({ name }),
  /** `key` is a dotted path: `label`, `phone`, `ai_config.model`, `timing_config.quietMs`, `filters.allow`, `ai_key`, `replies`, `failover`. */
  setConfig: z.strictObject({ name, key: z.string().max(200), value: z.unknown(), actor }),
  prompt: z.strictObject({ name, text: z.string().max(maxInstructions), actor }),
  promptHistory: z.strictObject({ name }),
  promptRollback: z.strictObject({ name, version: z.number().int().min(1), actor }),
  pause: z.strictObject({
    name,
    chat: chat.optional(),
    minutes: z.number().int().min(1).max(100_000).optional(),
    actor,
  }),
  resume: z.strictObject({ name, chat: chat.optional(), actor }),
  /** Who was left in silence, and who asks for a person. */
  silences: z.strictObject({ name }),
  /** A person lets it be: this customer needs no answer. */
  dismissSilence: z.strictObject({ name, chat, actor }),
  /** Watch mode on or off. */
  watch: z.strictObject({ name, on: z.boolean(), actor }),
  drafts: z.strictObject({ name: name.optional() }),
  draft: z.strictObject({
    outboxId: z.number().int(),
    /**
     * `hold`: a person edits it now; for two minutes (said again meanwhile, longer) newer messages get a draft of their own instead of taking
     * its place. `release`: nobody edits it any more.
     */
    action: z.enum(['approve', 'edit', 'drop', 'hold', 'release']),
    text: text.optional(),
    actor,
  }),
  send: z.strictObject({ name, chat, text, actor }),
  chats: z.strictObject({
    name: name.optional(),
    limit: z.number().int().min(1).max(500).optional(),
    search: z.string().max(200).optional(),
  }),
  messages: z.strictObject({
    name,
    chat,
    limit: z.number().int().min(1).max(500).optional(),
    before: z.number().optional(),
  }),
  why: z.strictObject({ name, chat: chat.optional(), limit: z.number().int().min(1).max(50).optional() }),
  events: z.strictObject({
    name: name.optional(),
    limit: z.number().int().min(1).max(1000).optional(),
    before: z.number().int().optional(),
  }),
  incidents: z.strictObject({ limit: z.number().int().min(1).max(200).optional() }),
  logs: z.strictObject({
    /** Null: the fleet's own log. */
    name: name.nullable(),
    lines: z.number().int().min(0).max(5000).optional(),
    cursor: z.string().max(400).optional(),
  }),
  logLevel: z.strictObject({ name: name.nullable(), level: z.enum(['debug', 'info', 'warn', 'error']), actor }),
  /** A backup of the fleet or one session; a session that runs is stopped for the moment in which its login is copied. */
  backup: z.strictObject({ name: name.optional(), to: z.string().min(1).max(4000).optional(), actor }),
  /** Erases one customer of a session; `backups`: out of the archives, too. */
  purge: z.strictObject({ name, phone: z.string().min(1).max(200), backups: z.boolean().optional(), actor }),
  /** How a job of the master stands or ended: for whoever lost the master while he waited. */
  job: z.strictObject({ id: z.number().int() }),
  storeStatus: z.strictObject({}),
  /** Fills Supabase from this fleet, or this fleet from Supabase; run again, they go on where they were. */
  storePush: z.strictObject({ actor }),
  storePull: z.strictObject({ actor }),
  /** Takes in a session that Supabase offers, stopped. */
  storeAdopt: z.strictObject({ name, actor }),
  /** The bundles in Supabase Storage, of one session or of all. */
  bundles: z.strictObject({ name: name.optional() }),
  /** Takes a session's login there now, with its tools and files; one that runs is stopped for the moment in which the login is copied. */
  bundlePush: z.strictObject({ name, actor }),
  /** Makes the newest bundle the login of a session that is stopped; the one from before is kept until it has connected. */
  bundleFetch: z.strictObject({ name, actor }),
  /** The next start uses what is here. */
  bundleSkip: z.strictObject({ name, actor }),
  /** Puts back the tools and files that had to give way to what another server changed. */
  bundleUndo: z.strictObject({ name, actor }),
  bundleRemove: z.strictObject({ name, actor }),
  /** The servers of the group. */
  nodes: z.strictObject({}),
  /** Where a session can go, and what it would cost. */
  moveTargets: z.strictObject({ name }),
  /** Moves a session to another server; answers when it stands there, or why it stayed. `anyway`: although it asks for a QR there. */
  move: z.strictObject({ name, ...pin, node, anyway: z.boolean().optional(), actor }),
  /** Ends a move that has not come to the other server yet. */
  moveCancel: z.strictObject({ name, actor }),
  /**
   * `draining`: that server takes nothing by itself and moves its sessions to others. Of the one that is asked it answers when that has
   * ended (`wait`, default true), of another one at once. `anyway`: also those that ask for a QR elsewhere.
   */
  nodeDrain: z.strictObject({
    node,
    draining: z.boolean(),
    anyway: z.boolean().optional(),
    wait: z.boolean().optional(),
    actor,
  }),
  /** The token that the API takes now. */
  apiToken: z.strictObject({}),
  /** A new API token: the old one and every login in a browser end. */
  rotateToken: z.strictObject({ actor }),
  /** Ends the master. `sessions` also stops every worker, desired state untouched. */
  masterStop: z.strictObject({ sessions: z.boolean(), actor }),
  /** One test message to every alert channel. */
  alertTest: z.strictObject({ actor }),
} as const;

export type FleetMethod = keyof typeof fleetRequests;

export interface FleetResults
  extends ProofResults,
    ToolResults,
    HookResults,
    KnowledgeResults,
    TokenResults,
    FileResults,
    BrainResults {
  create: { row: SessionRow };
  start: { row: SessionRow };
  stop: { row: SessionRow };
  restart: { row: SessionRow };
  logout: { row: SessionRow; unlinked: boolean; reason: string | null };
  reset: { row: SessionRow };
  delete: { unlinked: boolean; archived: string | null; purgedMessages: number } & ErasedSession;
  session: SessionDetails;
  totals: StoredTotals;
  usage: { days: readonly UsageDay[] };
  budgets: { budgets: readonly DailyBudget[] };
  usageBy: { shares: readonly UsageShare[] };
  heat: Heat;
  memoryHistory: MemoryHistory;
  answerHistogram: AnswerHistogram;
  today: SessionToday;
  connectedShare: ConnectedShare;
  tryStart: TryState;
  trySay: TryState;
  tryAnswer: TryState;
  tryState: TryState;
  tryEnd: { ended: true };
  newCodes: { row: SessionRow };
  pair: { pairing: PairingCode };
  code: { qr: QrCode | null; pairing: PairingCode | null; row: SessionRow };
  /** `warning`: what the client will not be able to do with it, in words; null: nothing. */
  link: { url: string; code: string; expiresAt: number; warning?: string | null };
  revokeLink: { revoked: boolean };
  check: { row: SessionRow; words: readonly string[] };
  setConfig: { details: SessionDetails };
  prompt: { version: InstructionsVersion };
  promptHistory: { versions: readonly InstructionsVersion[] };
  promptRollback: { version: InstructionsVersion };
  pause: { row: SessionRow };
  resume: { row: SessionRow };
  silences: { silent: readonly SilentChat[]; asking: readonly AskingChat[] };
  dismissSilence: { row: SessionRow };
  watch: { row: SessionRow };
  drafts: { drafts: readonly DraftRow[] };
  draft: { draft: DraftRow | null };
  send: { outboxId: number; status: string; ack: number | null };
  chats: { chats: readonly ChatRow[] };
  messages: { messages: readonly ChatMessage[] };
  why: { turns: readonly TurnRecord[] };
  events: { events: readonly FleetEvent[] };
  incidents: { incidents: readonly Incident[] };
  logs: LogPage;
  logLevel: { level: string };
  backup: BackupResult;
  purge: PurgeResult;
  job: { job: JobReport | null };
  storeStatus: StoreStatus;
  storePush: StoreTransfer;
  storePull: StoreTransfer;
  storeAdopt: { row: SessionRow };
  /** `problem`: why logins do not travel; null: they do. `login`: how the one session stands. */
  bundles: {
    configured: boolean;
    problem: string | null;
    bundles: readonly BundleLine[];
    login: LoginBundleStanding | null;
    /** How its tools and files stand. Left out by older masters. */
    belongings?: BelongingsStanding | null;
  };
  bundlePush: { bytes: number };
  bundleFetch: { madeAt: number; epoch: number };
  bundleSkip: { skipped: boolean };
  bundleUndo: { undone: readonly string[] };
  bundleRemove: { removed: boolean };
  /** `problem`: why there is no group; null: there is one. */
  nodes: { problem: string | null; nodes: readonly GroupNode[] };
  /** `asksForQr`: its login does not travel, and why; null: it does, or there is none. */
  moveTargets: {
    from: string;
    targets: readonly { node: GroupNode; obstacle: string | null }[];
    asksForQr: string | null;
    /** What it would have to be given there anew. Left out by older masters. */
    stays?: StaysBehind;
    /** What goes along of its tools and files. Left out by older masters, where nothing did. */
    travels?: StaysBehind;
  };
  move: MoveReport;
  moveCancel: MoveReport;
  /** `drained`: how it ended; null: it goes on by itself. `sessions`: those that want to run there, before. */
  nodeDrain: { node: string; draining: boolean; here: boolean; sessions: number; drained: DrainReport | null };
  /** `from`: `FLEET_API_TOKEN`, or the file that holds it. */
  apiToken: { token: string; from: string };
  rotateToken: { rotated: true };
  masterStop: { stopping: true };
  alertTest: { channels: readonly { channel: string; ok: boolean; reason: string | null }[] };
}

export type FleetApi = { [M in FleetMethod]: { params: z.input<(typeof fleetRequests)[M]>; result: FleetResults[M] } };
