import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Fleet } from '../protocol/door.ts';
import { sessionStates } from '../session/session-state.ts';
import type { EpochMs } from '../session/units.ts';
import { verdicts } from '../session/verdict.ts';
import type { SessionTotals } from '../store/session-totals.ts';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  close(): void;
}

/** Prometheus metrics, read from the newest snapshot when they are asked for. */
export const createMetrics = (options: {
  readonly fleet: Fleet;
  readonly totals?: (() => readonly SessionTotals[]) | undefined;
  readonly now: () => EpochMs;
}): Metrics => {
  const { fleet, now } = options;
  const registry = new Registry();
  // Event-loop lag, heap, descriptors of the master itself.
  collectDefaultMetrics({ register: registry, prefix: 'zapfleet_master_' });
  const gauge = <L extends string = never>(name: string, help: string, ...labelNames: L[]): Gauge<L> =>
    new Gauge({ name: `zapfleet_${name}`, help, labelNames, registers: [registry] });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name: `zapfleet_${name}`, help, labelNames, registers: [registry] });

  const sessions = gauge('sessions', 'Sessions by state', 'state');
  const byVerdict = gauge('sessions_by_verdict', 'Sessions by what an operator is told', 'verdict');
  const info = gauge(
    'session_info',
    'Always 1; state, verdict and node of a session',
    'session',
    'state',
    'verdict',
    'node',
  );
  const since = gauge('session_state_seconds', 'Seconds in the present state', 'session');
  const cpu = gauge('session_cpu_percent', 'CPU of the whole process tree, percent of one core', 'session');
  const memory = gauge(
    'session_memory_bytes',
    'Memory of the whole process tree, PSS where the kernel tells it',
    'session',
  );
  const processes = gauge('session_processes', 'Processes of the tree', 'session');
  const orphans = gauge('session_orphan_processes', 'Processes of the profile outside its tree', 'session');
  const restarts = gauge('session_restarts', 'Restarts by the master', 'session');
  const waiting = gauge('session_waiting_chats', 'Chats that wait longer than they should', 'session');
  const oldest = gauge('session_waiting_oldest_seconds', 'Age of the oldest of them', 'session');
  const held = gauge('session_held_messages', 'Messages held until opening hours', 'session');
  const received = gauge('session_received_last_hour', 'Messages received in the last hour', 'session');
  const sent = gauge('session_sent_last_hour', 'Messages sent in the last hour', 'session');
  const trouble = gauge('session_trouble_messages', 'Messages that ended unanswered or unknown', 'session');
  const costToday = gauge('session_ai_cost_today_usd', 'AI cost today', 'session');
  const aiOk = gauge('session_ai_ok', '1 while the AI answers or is switched off', 'session');
  const messageRate = gauge('messages_per_minute', 'Messages of the whole fleet', 'direction');
  const incidents = gauge('incidents_open', 'Incidents that last');
  const banners = gauge('banners', 'Warnings on every screen', 'code', 'level');
  const maxSessions = gauge('max_sessions', 'How many may run at once (MAX_SESSIONS)');
  const health = gauge('health_ok', '1 while a part of the fleet is well or switched off', 'part');
  const replicaWaiting = gauge('replica_waiting_rows', 'Rows that Supabase does not have yet');
  const replicaLag = gauge('replica_lag_seconds', 'Seconds since the replica was last reached, 0 while it is');
  const machineMemory = gauge('machine_memory_bytes', 'Memory of the machine or container', 'kind');
  const machineDisk = gauge('machine_disk_bytes', 'Disk under FLEET_HOME', 'kind');
  const machineCpu = gauge('machine_cpu_percent', 'CPU of all cores together');
  const budget = gauge('ai_cost_today_usd', 'AI cost of the fleet today');
  const build = gauge('build_info', 'Always 1; the version', 'version');
  const messages = counter('session_messages_total', 'Messages since the session exists', 'session', 'direction');
  const tokens = counter('session_ai_tokens_total', 'AI tokens', 'session', 'kind');
  const cost = counter('session_ai_cost_usd_total', 'AI cost', 'session');
  const aiErrors = counter('session_ai_errors_total', 'Failed AI calls', 'session');
  const perSession = [info, since, cpu, memory, processes, orphans, restarts, waiting, oldest, held, received, sent];
  const rebuilt = [...perSession, trouble, costToday, aiOk, banners, messages, tokens, cost, aiErrors];

  const collect = (): void => {
    const snapshot = fleet.getSnapshot();
    const at = now();
    const age = (from: EpochMs | null): number => (from === null ? 0 : Math.max(0, (at - from) / 1000));
    for (const metric of rebuilt) metric.reset();
    for (const state of sessionStates)
      sessions.set({ state }, snapshot.sessions.filter((row) => row.state === state).length);
    for (const verdict of verdicts)
      byVerdict.set({ verdict }, snapshot.sessions.filter((row) => row.verdict === verdict).length);
    for (const row of snapshot.sessions) {
      const label = { session: row.name };
      info.set({ ...label, state: row.state, verdict: row.verdict, node: row.node ?? '' }, 1);
      since.set(label, age(row.since));
      cpu.set(label, row.resources?.cpuPercent ?? 0);
      memory.set(label, row.resources?.memoryBytes ?? 0);
      processes.set(label, row.resources?.processes ?? 0);
      orphans.set(label, row.resources?.orphans ?? 0);
      restarts.set(label, row.restarts);
      waiting.set(label, row.waiting.chats);
      oldest.set(label, age(row.waiting.oldestSince));
      held.set(label, row.heldMessages);
      received.set(label, row.receivedLastHour);
      sent.set(label, row.sentLastHour);
      trouble.set(label, row.troubleMessages);
      costToday.set(label, row.costTodayUsd);
      aiOk.set(label, row.ai.status === 'bad' ? 0 : 1);
    }
    const { fleet: whole } = snapshot;
    messageRate.set({ direction: 'in' }, whole.messagesPerMinute.in);
    messageRate.set({ direction: 'out' }, whole.messagesPerMinute.out);
    incidents.set(snapshot.incidents.filter((incident) => incident.endedAt === null).length);
    for (const banner of snapshot.banners) banners.inc({ code: banner.code, level: banner.level });
    maxSessions.set(whole.maxSessions);
    for (const part of ['store', 'ai', 'alerts'] as const)
      health.set({ part }, whole.health[part].status === 'bad' ? 0 : 1);
    const { replica } = whole.health;
    health.set({ part: 'replica' }, replica === null || replica.status === 'ok' ? 1 : 0);
    replicaWaiting.set(replica?.waitingRows ?? 0);
    replicaLag.set(replica === null || replica.status === 'ok' ? 0 : age(replica.since));
    const { machine } = whole;
    if (machine !== null) {
      machineMemory.set({ kind: 'total' }, machine.memoryTotal);
      machineMemory.set({ kind: 'used' }, machine.memoryUsed);
      machineDisk.set({ kind: 'total' }, machine.diskTotal);
      machineDisk.set({ kind: 'used' }, machine.diskUsed);
      machineCpu.set(machine.cpuPercent);
    }
    budget.set(whole.aiToday.costUsd);
    build.set({ version: whole.version }, 1);
    for (const total of options.totals?.() ?? []) {
      const { session } = total;
      messages.inc({ session, direction: 'in' }, total.received);
      messages.inc({ session, direction: 'out' }, total.sent);
      tokens.inc({ session, kind: 'input' }, total.inputTokens);
      tokens.inc({ session, kind: 'output' }, total.outputTokens);
      cost.inc({ session }, total.costUsd);
      aiErrors.inc({ session }, total.aiErrors);
    }
  };

  return {
    contentType: registry.contentType,
    text: () => {
      collect();
      return registry.metrics();
    },
    close: () => registry.clear(),
  };
};
