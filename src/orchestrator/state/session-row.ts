import type { SessionResources, SessionRow, WaitingCustomers } from '../../protocol/fleet.ts';
import type { CanaryStanding } from '../../session/canary.ts';
import { plainText } from '../../session/plain-text.ts';
import type { ProbeStanding } from '../../session/probe.ts';
import type { AiProviderName } from '../../session/session-config.ts';
import type { StoreFaultCode } from '../../session/store-trouble.ts';
import type { Bytes } from '../../session/units.ts';
import { isRunElsewhere, judge } from '../../session/verdict.ts';
import type { SessionActivity, SessionNormal } from '../../store/activity-queries.ts';
import type { ManagedSession } from './managed-session.ts';

/** What a row says of the past; kept by the history keeper. */
export type RowHistory = Required<Pick<SessionRow, 'messagesTrend' | 'served' | 'answerMs'>>;

const noHistory: RowHistory = { messagesTrend: null, served: null, answerMs: null };

/** What a row is made of besides the session itself. */
export interface RowSources {
  readonly history?: RowHistory | null;
  /** Of the health policy. */
  readonly memorySoftBytes?: Bytes | null;
  readonly activity: SessionActivity | null;
  readonly normal: SessionNormal | null;
  /** Null: nobody asks it. */
  readonly probe?: ProbeStanding | null;
  /** Null: nothing is tried. */
  readonly canary?: CanaryStanding | null;
  readonly resources: SessionResources | null;
  readonly defaultModel: (provider: AiProviderName) => string;
  /** The server that has it, when that is another one. */
  readonly node?: string | null;
  /** What is wrong with the store of the whole fleet. */
  readonly storeFault?: StoreFaultCode | null;
  readonly now: number;
}

const hourMs = 3_600_000;
/** We cannot see who writes while WhatsApp does not reach us: the session's own normal, times the gap, is what there is to say. */
const isBlind = (session: ManagedSession): boolean =>
  session.stored.firstLinkedAt !== null &&
  (session.state === 'offline' ||
    session.state === 'logged_out' ||
    session.state === 'failed' ||
    // On another server its customers are seen.
    (session.state === 'held' && !isRunElsewhere(session.reasonCode)) ||
    session.state === 'waiting');

const waitingOf = (session: ManagedSession, sources: RowSources): WaitingCustomers => {
  const { activity, normal, now } = sources;
  const late = activity?.lateChats ?? 0;
  if (!isBlind(session)) return { chats: late, oldestSince: activity?.lateSince ?? null, estimated: false };
  const gapHours = Math.max(0, now - session.since) / hourMs;
  const guessed = Math.round((normal?.visitsPerHour ?? 0) * gapHours);
  return { chats: Math.max(late, guessed), oldestSince: activity?.lateSince ?? session.since, estimated: true };
};

export const rowOf = (session: ManagedSession, sources: RowSources): SessionRow => {
  const { stored, worker } = session;
  const { activity } = sources;
  const { ai } = stored.config;
  const waiting = waitingOf(session, sources);
  const judged = judge({
    state: session.state,
    reasonCode: session.reasonCode,
    replies: stored.replies,
    aiRefused: session.ai.status === 'bad',
    aiCode: session.ai.code,
    aiReason: session.ai.reason,
    overdueChats: activity?.overdueChats ?? 0,
    silentLately: activity?.silence.lately ?? 0,
    silentCode: activity?.silence.newestCode ?? null,
    silentReason: activity?.silence.newestReason ?? null,
    restriction: activity?.restriction ?? null,
    asksForPerson: activity?.asksForPerson ?? 0,
    drafts: activity?.drafts ?? 0,
    proposals: activity?.proposals ?? 0,
    deaf: session.deaf,
    probe: sources.probe ?? null,
    canary: sources.canary ?? null,
    storeFault: sources.storeFault ?? session.storeFault,
  });

  return {
    id: stored.id,
    name: stored.name,
    label: plainText(stored.label),
    engine: stored.engine,
    state: session.state,
    desiredState: stored.desiredState,
    verdict: judged.verdict,
    since: session.since,
    reasonCode: judged.reasonCode ?? session.reasonCode,
    reason: judged.reason ?? session.reason,
    expectedPhone: stored.expectedPhone,
    phone: session.phone ?? stored.phone,
    provider: ai.provider,
    model: ai.model ?? sources.defaultModel(ai.provider),
    replies: stored.replies,
    failover: stored.failover,
    ai: session.ai,
    pid: worker?.pid ?? null,
    workerVersion: worker === null ? null : (session.vitals?.version ?? null),
    port: worker === null ? null : session.port,
    startedAt: worker?.startedAt ?? null,
    resources: sources.resources,
    restarts: stored.restarts,
    nextTryAt: session.nextTryAt,
    attempt: session.nextTryAt === null || session.attempt === 0 ? null : session.attempt,
    receivedLastHour: activity?.receivedLastHour ?? 0,
    sentLastHour: activity?.sentLastHour ?? 0,
    ...(sources.history ?? noHistory),
    memorySoftBytes: sources.memorySoftBytes ?? null,
    lastMessageAt: activity?.lastMessageAt ?? null,
    waiting,
    silent: {
      chats: activity?.silence.chats ?? 0,
      today: activity?.silence.today ?? 0,
      oldestSince: activity?.silence.oldestSince ?? null,
    },
    probe: sources.probe ?? null,
    canary: sources.canary ?? null,
    asksForPerson: activity?.asksForPerson ?? 0,
    restriction: activity?.restriction ?? null,
    heldMessages: activity?.heldMessages ?? 0,
    opensAt: activity?.opensAt ?? null,
    pausedChats: activity?.pausedChats ?? 0,
    pausedBy: activity?.pausedBy ?? null,
    drafts: activity?.drafts ?? 0,
    proposals: activity?.proposals ?? 0,
    troubleMessages: activity?.troubleMessages ?? 0,
    costTodayUsd: activity?.costTodayUsd ?? 0,
    qr: session.qr,
    pairing: session.pairing,
    pending: session.pending,
    incidentId: session.incidentId,
    node: sources.node ?? null,
    revision: stored.revision,
    createdAt: stored.createdAt,
  };
};

/** `after` with every part that equals the same part of `before` replaced by it, so that what did not change keeps its identity. */
export const keepIdentity = <T>(before: T, after: T): T => {
  if (Object.is(before, after)) return before;
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return after;
  if (Array.isArray(before) !== Array.isArray(after)) return after;
  if (Array.isArray(before) && Array.isArray(after)) {
    const kept = after.map((value, index) => (index < before.length ? keepIdentity(before[index], value) : value));
    const isSame = kept.length === before.length && kept.every((value, index) => Object.is(value, before[index]));
    return (isSame ? before : kept) as T;
  }
  const old = before as Record<string, unknown>;
  const fresh = after as Record<string, unknown>;
  const kept = Object.fromEntries(Object.entries(fresh).map(([key, value]) => [key, keepIdentity(old[key], value)]));
  const keys = Object.keys(kept);
  const isSame = keys.length === Object.keys(old).length && keys.every((key) => Object.is(kept[key], old[key]));
  return (isSame ? before : kept) as T;
};
