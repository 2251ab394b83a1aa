import { hasWorker } from '../../session/session-state.ts';
import type { Bytes, EpochMs, Milliseconds } from '../../session/units.ts';
import { qrIdleReason } from '../../session/verdict.ts';
import { strangeSilenceMs } from './deafness.ts';
import type { Evidence, HealthAction, HealthCause, HealthDecision, SessionObservation } from './observation.ts';
import type { SessionPolicy } from './policies.ts';

/** One rule for each thing that can be wrong with a running session. Each looks at its own facts only and brings its evidence. */

/** Reasons that no restart mends (codes of FleetError): a person has to do something first. */
const hopeless: ReadonlySet<string> = new Set(['browser-missing']);

const MB = (bytes: Bytes): string => `${Math.round(bytes / 1024 ** 2)} MB`;
const span = (ms: Milliseconds): string => (ms < 120_000 ? `${Math.round(ms / 1000)}s` : `${Math.round(ms / 60_000)}m`);
/** Never negative: a clock that went back starts every wait anew instead of ending it. */
export const elapsed = (since: EpochMs, now: EpochMs): Milliseconds => Math.max(0, now - since);

export type Rule = (o: SessionObservation, p: SessionPolicy, now: EpochMs) => HealthDecision | null;

export const decision = (
  action: HealthAction,
  cause: HealthCause,
  text: string,
  evidence: Evidence,
): HealthDecision => ({
  action,
  cause,
  text,
  evidence,
});

/** Waits for a quiet moment, but not for ever: after `impatience` windows it is due with conversations in flight, too. */
const isDue = (o: SessionObservation, p: SessionPolicy, heldMs: Milliseconds, windowMs: Milliseconds): boolean =>
  heldMs >= windowMs * p.impatience || (heldMs >= windowMs && o.inFlight === 0);

const workerDied: Rule = (o) => {
  if (o.workerAlive || !hasWorker(o.state)) return null;
  const evidence = { state: o.state, reasonCode: o.reasonCode, startedAt: o.startedAt };
  if (o.reasonCode !== null && hopeless.has(o.reasonCode))
    return decision('fail', 'browser-missing', 'no browser to start; run: zap-fleet doctor', evidence);
  return decision('restart', 'worker-died', `worker died while ${o.state}`, evidence);
};

const heartbeat: Rule = (o, p, now) => {
  const last = o.lastHeartbeatAt ?? o.startedAt;
  if (last === null) return null;
  const silentMs = elapsed(last, now);
  if (silentMs < p.heartbeatLateMs) return null;
  const evidence = { silentMs, limitMs: p.heartbeatLateMs, healthProbe: o.healthProbe };
  if (o.healthProbe === 'dead')
    return decision('restart', 'worker-hung', `no heartbeat for ${span(silentMs)} and /health is dead`, evidence);
  if (o.healthProbe === 'ok')
    return decision(
      'alert',
      'bus-ill',
      `no heartbeat for ${span(silentMs)}, but /health answers: PM2's daemon is ill, not this session`,
      evidence,
    );
  return decision('none', 'heartbeat-late', `no heartbeat for ${span(silentMs)}; asking /health`, evidence);
};

const memoryHard: Rule = (o, p) => {
  if (o.memoryBytes === null || o.memoryBytes < p.memoryHardBytes) return null;
  const text = `${MB(o.memoryBytes)} is above the hard limit of ${MB(p.memoryHardBytes)}`;
  return decision('restart', 'memory-hard', text, {
    memoryBytes: o.memoryBytes,
    limitBytes: p.memoryHardBytes,
    inFlight: o.inFlight,
  });
};

const startDeadline: Rule = (o, p, now) => {
  const heldMs = elapsed(o.since, now);
  if (o.state === 'starting' && heldMs >= p.startDeadlineMs)
    return decision('restart', 'start-deadline', `still starting after ${span(heldMs)}`, {
      heldMs,
      limitMs: p.startDeadlineMs,
    });
  if (o.state === 'syncing' && heldMs >= p.syncDeadlineMs)
    return decision('rebuild-browser', 'sync-deadline', `still syncing after ${span(heldMs)}`, {
      heldMs,
      limitMs: p.syncDeadlineMs,
    });
  return null;
};

const nobodyScans: Rule = (o, p) => {
  if ((o.state !== 'qr' && o.state !== 'code') || o.codesShown < p.maxQrCodes) return null;
  const evidence = { codesShown: o.codesShown, limit: p.maxQrCodes, reasonCode: qrIdleReason };
  return decision('wait-for-person', 'nobody-scans', `${o.codesShown} codes shown and nobody scanned`, evidence);
};

const page: Rule = (o, p, now) => {
  if ((o.page !== 'crashed' && o.page !== 'hung') || o.pageSince === null) return null;
  const heldMs = elapsed(o.pageSince, now);
  if (heldMs < p.pageGraceMs) return null;
  const evidence = { page: o.page, heldMs, limitMs: p.pageGraceMs };
  return o.page === 'crashed'
    ? decision('rebuild-browser', 'page-crashed', `page crashed ${span(heldMs)} ago and did not come back`, evidence)
    : decision('rebuild-browser', 'page-hung', `page does not answer for ${span(heldMs)}`, evidence);
};

const offline: Rule = (o, p, now) => {
  if (o.state !== 'offline') return null;
  const heldMs = elapsed(o.since, now);
  if (heldMs < p.offlineRebuildMs) return null;
  return decision('rebuild-browser', 'offline-too-long', `offline for ${span(heldMs)}`, {
    heldMs,
    limitMs: p.offlineRebuildMs,
    reasonCode: o.reasonCode,
  });
};

const memorySoft: Rule = (o, p, now) => {
  if (o.memoryBytes === null || o.memoryBytes < p.memorySoftBytes || o.streaks.memorySoftSince === null) return null;
  const evidence = {
    memoryBytes: o.memoryBytes,
    limitBytes: p.memorySoftBytes,
    inFlight: o.inFlight,
    beyondMs: elapsed(o.streaks.memorySoftSince, now),
  };
  const text = `${MB(o.memoryBytes)} is above the soft limit of ${MB(p.memorySoftBytes)}`;
  if (o.startedAt !== null && elapsed(o.startedAt, now) < p.memorySettledMs)
    return decision('alert', 'memory-soft-too-low', `${text} soon after its start: a restart would not help`, evidence);
  if (o.inFlight > 0)
    return decision('none', 'memory-soft-waits', `${text}; ${o.inFlight} conversations are in flight`, evidence);
  return decision('restart', 'memory-soft', text, evidence);
};

const loopBlocked: Rule = (o, p, now) => {
  if (o.streaks.loopLagSince === null) return null;
  const heldMs = elapsed(o.streaks.loopLagSince, now);
  if (!isDue(o, p, heldMs, p.loopLagForMs)) return null;
  return decision('restart', 'loop-blocked', `worker's event loop is late by ${o.eventLoopLagMs ?? '?'} ms`, {
    eventLoopLagMs: o.eventLoopLagMs,
    limitMs: p.loopLagMs,
    heldMs,
    inFlight: o.inFlight,
  });
};

const cpuStuck: Rule = (o, p, now) => {
  // A start and a first sync are busy for good reason, and have deadlines of their own.
  if (o.streaks.cpuHighSince === null || o.state === 'starting' || o.state === 'syncing') return null;
  const heldMs = elapsed(o.streaks.cpuHighSince, now);
  if (!isDue(o, p, heldMs, p.cpuStuckMs)) return null;
  return decision('rebuild-browser', 'cpu-stuck', `CPU at ${Math.round(o.cpuPercent ?? 0)}% for ${span(heldMs)}`, {
    cpuPercent: o.cpuPercent,
    limitPercent: p.cpuStuckPercent,
    heldMs,
    inFlight: o.inFlight,
  });
};

/** How long the session has been silent beyond its own normal, ms; null when it has not, or nothing is known of it. */
export const silenceOf = (o: SessionObservation, p: SessionPolicy, now: EpochMs): Milliseconds | null => {
  const strangeMs = strangeSilenceMs(o.usualGapMs, p);
  if (o.state !== 'connected' || o.lastInboundAt === null || strangeMs === null) return null;
  // Silence counts from the connection: what came before is the worker's catch-up.
  const silentMs = elapsed(Math.max(o.lastInboundAt, o.since), now);
  return silentMs >= strangeMs ? silentMs : null;
};

const deaf: Rule = (o, p, now) => {
  if (o.state !== 'connected') return null;
  const silentMs = silenceOf(o, p, now);
  const evidence = {
    linkProbesFailed: o.linkProbesFailed,
    probeLimit: p.deafProbes,
    workerSaysDeaf: o.workerSaysDeaf,
    lastInboundAt: o.lastInboundAt,
    usualGapMs: o.usualGapMs,
    silentMs,
  };
  if (o.linkProbesFailed >= p.deafProbes)
    return decision('rebuild-browser', 'deaf', `connected, but ${o.linkProbesFailed} probes in a row failed`, evidence);
  if (o.workerSaysDeaf && silentMs !== null)
    return decision('rebuild-browser', 'deaf', `connected, but nothing arrives for ${span(silentMs)}`, evidence);
  if (silentMs !== null)
    return decision('alert', 'strangely-silent', `no message for ${span(silentMs)}, unusual for it`, evidence);
  return null;
};

const profileSize: Rule = (o, p) => {
  if (o.profileBytes === null || o.profileBytes < p.profileWarnBytes) return null;
  const evidence = {
    profileBytes: o.profileBytes,
    warnBytes: p.profileWarnBytes,
    pruneBytes: p.profilePruneBytes,
    inFlight: o.inFlight,
  };
  if (o.profileBytes >= p.profilePruneBytes && o.inFlight === 0 && o.state === 'connected')
    return decision(
      'restart',
      'profile-prune',
      `profile of ${MB(o.profileBytes)}: restarted to prune its caches`,
      evidence,
    );
  return decision('alert', 'profile-large', `profile has grown to ${MB(o.profileBytes)}`, evidence);
};

/** The most pressing first. */
export const sessionRules: readonly Rule[] = [
  workerDied,
  memoryHard,
  heartbeat,
  startDeadline,
  page,
  nobodyScans,
  offline,
  loopBlocked,
  cpuStuck,
  memorySoft,
  deaf,
  profileSize,
];
