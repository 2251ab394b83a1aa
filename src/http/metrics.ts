import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Fleet } from '../protocol/door.ts';
import type { FleetSnapshot, SessionRow } from '../protocol/fleet.ts';
import { canaryArms } from '../session/canary.ts';
import { sessionStates } from '../session/session-state.ts';
import type { EpochMs } from '../session/units.ts';
import { verdicts } from '../session/verdict.ts';
import type { SessionTotals } from '../store/session-totals.ts';
import {
  type FleetMetrics,
  fleetMetrics,
  type SessionMetrics,
  sessionMetrics,
  type TotalMetrics,
  totalMetrics,
} from './metric-names.ts';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  close(): void;
}

/** Seconds from a moment to now; 0 for none. */
type Age = (from: EpochMs | null) => number;

/** Only what was asked has a value. */
const setProbe = (metrics: SessionMetrics, { name, probe }: SessionRow, age: Age): void => {
  if (probe == null) return;
  const label = { session: name };
  if (probe.lastOutcome !== null) metrics.probeOk.set(label, probe.lastOutcome === 'ok' ? 1 : 0);
  if (probe.answerMs !== null) metrics.probeSeconds.set(label, probe.answerMs / 1000);
  if (probe.provedAt !== null) metrics.probeAge.set(label, age(probe.provedAt));
};

/** Only where something is tried, or waits for a decision. */
const setCanary = (metrics: SessionMetrics, { name, canary }: SessionRow): void => {
  if (canary == null) return;
  metrics.canaryState.set({ session: name }, canary.state === 'running' ? 1 : 0);
  for (const arm of canaryArms) {
    const { turns, answered, drafted, silent, handedOver, owner, errors, medianMs, costUsd } = canary.figures[arm];
    const label = { session: name, arm };
    const counts = { all: turns, answered, drafted, silent, handed_over: handedOver, owner, errors };
    for (const [outcome, count] of Object.entries(counts)) metrics.canaryTurns.set({ ...label, outcome }, count);
    if (medianMs !== null) metrics.canarySeconds.set(label, medianMs / 1000);
    metrics.canaryCost.set(label, costUsd);
  }
};

const setSession = (metrics: SessionMetrics, row: SessionRow, age: Age): void => {
  const label = { session: row.name };
  metrics.info.set({ ...label, state: row.state, verdict: row.verdict, node: row.node ?? '' }, 1);
  metrics.since.set(label, age(row.since));

  metrics.cpu.set(label, row.resources?.cpuPercent ?? 0);
  metrics.memory.set(label, row.resources?.memoryBytes ?? 0);
  metrics.processes.set(label, row.resources?.processes ?? 0);
  metrics.orphans.set(label, row.resources?.orphans ?? 0);
  metrics.restarts.set(label, row.restarts);

  metrics.waiting.set(label, row.waiting.chats);
  metrics.oldest.set(label, age(row.waiting.oldestSince));
  metrics.silent.set(label, row.silent.chats);
  metrics.silentToday.set(label, row.silent.today);
  metrics.silentOldest.set(label, age(row.silent.oldestSince));
  metrics.asksForPerson.set(label, row.asksForPerson);
  for (const scope of ['new', 'all'] as const)
    metrics.restriction.set({ ...label, scope }, row.restriction?.scope === scope ? 1 : 0);
  metrics.refused.set(label, row.restriction?.refused ?? 0);
  setProbe(metrics, row, age);
  setCanary(metrics, row);
  metrics.drafts.set(label, row.drafts);
  metrics.held.set(label, row.heldMessages);
  metrics.received.set(label, row.receivedLastHour);
  metrics.sent.set(label, row.sentLastHour);
  metrics.trouble.set(label, row.troubleMessages);

  metrics.costToday.set(label, row.costTodayUsd);
  metrics.aiOk.set(label, row.ai.status === 'bad' ? 0 : 1);
};

const setFleet = (metrics: FleetMetrics, snapshot: FleetSnapshot): void => {
  const { fleet, sessions } = snapshot;
  for (const state of sessionStates)
    metrics.sessions.set({ state }, sessions.filter((row) => row.state === state).length);
  for (const verdict of verdicts)
    metrics.byVerdict.set({ verdict }, sessions.filter((row) => row.verdict === verdict).length);

  metrics.messageRate.set({ direction: 'in' }, fleet.messagesPerMinute.in);
  metrics.messageRate.set({ direction: 'out' }, fleet.messagesPerMinute.out);
  metrics.incidents.set(snapshot.incidents.filter((incident) => incident.endedAt === null).length);
  metrics.banners.reset();
  for (const banner of snapshot.banners) metrics.banners.inc({ code: banner.code, level: banner.level });
  metrics.maxSessions.set(fleet.maxSessions);
  metrics.budget.set(fleet.aiToday.costUsd);
  metrics.build.set({ version: fleet.version }, 1);
};

const setHealth = (metrics: FleetMetrics, { fleet }: FleetSnapshot, age: Age): void => {
  for (const part of ['store', 'ai', 'alerts'] as const)
    metrics.health.set({ part }, fleet.health[part].status === 'bad' ? 0 : 1);
  const { replica } = fleet.health;
  metrics.health.set({ part: 'replica' }, replica === null || replica.status === 'ok' ? 1 : 0);
  metrics.replicaWaiting.set(replica?.waitingRows ?? 0);
  metrics.replicaLag.set(replica === null || replica.status === 'ok' ? 0 : age(replica.since));

  const { machine } = fleet;
  if (machine === null) return;
  metrics.machineMemory.set({ kind: 'total' }, machine.memoryTotal);
  metrics.machineMemory.set({ kind: 'used' }, machine.memoryUsed);
  metrics.machineDisk.set({ kind: 'total' }, machine.diskTotal);
  metrics.machineDisk.set({ kind: 'used' }, machine.diskUsed);
  metrics.machineCpu.set(machine.cpuPercent);
};

const addTotals = (metrics: TotalMetrics, total: SessionTotals): void => {
  const { session } = total;
  metrics.messages.inc({ session, direction: 'in' }, total.received);
  metrics.messages.inc({ session, direction: 'out' }, total.sent);
  metrics.tokens.inc({ session, kind: 'input' }, total.inputTokens);
  metrics.tokens.inc({ session, kind: 'output' }, total.outputTokens);
  metrics.cost.inc({ session }, total.costUsd);
  metrics.aiErrors.inc({ session }, total.aiErrors);
};

/** Prometheus metrics, read from the newest snapshot when they are asked for. */
export const createMetrics = (options: {
  readonly fleet: Fleet;
  readonly totals?: (() => readonly SessionTotals[] | Promise<readonly SessionTotals[]>) | undefined;
  readonly now: () => EpochMs;
}): Metrics => {
  const registry = new Registry();
  // Event-loop lag, heap, descriptors of the master itself.
  collectDefaultMetrics({ register: registry, prefix: 'zapfleet_master_' });
  const whole = fleetMetrics(registry);
  const perSession = sessionMetrics(registry);
  const totals = totalMetrics(registry);

  const collect = (sums: readonly SessionTotals[]): void => {
    const snapshot = options.fleet.getSnapshot();
    const at = options.now();
    const age: Age = (from) => (from === null ? 0 : Math.max(0, (at - from) / 1000));

    setFleet(whole, snapshot);
    setHealth(whole, snapshot, age);

    // A session that is gone leaves no value behind.
    for (const metric of Object.values(perSession)) metric.reset();
    for (const row of snapshot.sessions) setSession(perSession, row, age);

    for (const metric of Object.values(totals)) metric.reset();
    for (const total of sums) addTotals(totals, total);
  };

  return {
    contentType: registry.contentType,
    text: async () => {
      collect((await options.totals?.()) ?? []);
      return registry.metrics();
    },
    close: () => registry.clear(),
  };
};
