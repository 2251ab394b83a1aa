import { Counter, Gauge, type Registry } from 'prom-client';

/** Every metric of the fleet with its name, help and labels, registered. Dashboards ask for them by name (deployment/): none is renamed. */

const gaugesIn =
  (registry: Registry) =>
  <L extends string = never>(name: string, help: string, ...labelNames: L[]): Gauge<L> =>
    new Gauge({ name: `zapfleet_${name}`, help, labelNames, registers: [registry] });

const countersIn =
  (registry: Registry) =>
  <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name: `zapfleet_${name}`, help, labelNames, registers: [registry] });

/** Of the whole fleet and its machine. */
export const fleetMetrics = (registry: Registry) => {
  const gauge = gaugesIn(registry);
  return {
    sessions: gauge('sessions', 'Sessions by state', 'state'),
    byVerdict: gauge('sessions_by_verdict', 'Sessions by what an operator is told', 'verdict'),
    messageRate: gauge('messages_per_minute', 'Messages of the whole fleet', 'direction'),
    incidents: gauge('incidents_open', 'Incidents that last'),
    banners: gauge('banners', 'Warnings on every screen', 'code', 'level'),
    maxSessions: gauge('max_sessions', 'How many may run at once (MAX_SESSIONS)'),
    health: gauge('health_ok', '1 while a part of the fleet is well or switched off', 'part'),
    replicaWaiting: gauge('replica_waiting_rows', 'Rows that Supabase does not have yet'),
    replicaLag: gauge('replica_lag_seconds', 'Seconds since the replica was last reached, 0 while it is'),
    machineMemory: gauge('machine_memory_bytes', 'Memory of the machine or container', 'kind'),
    machineDisk: gauge('machine_disk_bytes', 'Disk under FLEET_HOME', 'kind'),
    machineCpu: gauge('machine_cpu_percent', 'CPU of all cores together'),
    budget: gauge('ai_cost_today_usd', 'AI cost of the fleet today'),
    build: gauge('build_info', 'Always 1; the version', 'version'),
  };
};
export type FleetMetrics = ReturnType<typeof fleetMetrics>;

/** One value for each session that is there now. */
export const sessionMetrics = (registry: Registry) => {
  const gauge = gaugesIn(registry);
  return {
    info: gauge(
      'session_info',
      'Always 1; state, verdict and node of a session',
      'session',
      'state',
      'verdict',
      'node',
    ),
    since: gauge('session_state_seconds', 'Seconds in the present state', 'session'),
    cpu: gauge('session_cpu_percent', 'CPU of the whole process tree, percent of one core', 'session'),
    memory: gauge('session_memory_bytes', 'Memory of the whole process tree, PSS where the kernel tells it', 'session'),
    processes: gauge('session_processes', 'Processes of the tree', 'session'),
    orphans: gauge('session_orphan_processes', 'Processes of the profile outside its tree', 'session'),
    restarts: gauge('session_restarts', 'Restarts by the master', 'session'),
    waiting: gauge('session_waiting_chats', 'Chats that wait longer than they should', 'session'),
    oldest: gauge('session_waiting_oldest_seconds', 'Age of the oldest of them', 'session'),
    silent: gauge('silent_chats', 'Customers left in silence now: their messages ended without an answer', 'session'),
    silentToday: gauge('silent_today', 'Customers left in silence today, those answered later among them', 'session'),
    silentOldest: gauge('silent_oldest_seconds', 'How long the oldest of those left in silence waits', 'session'),
    asksForPerson: gauge('asks_for_person_chats', 'Customers who ask for a person', 'session'),
    restriction: gauge('restriction', '1 while WhatsApp refuses sends: to new people, or to all', 'session', 'scope'),
    refused: gauge('restriction_refused_messages', 'Messages that it refused since then', 'session'),
    probeOk: gauge(
      'probe_ok',
      '1 when the last question of its mystery customer was answered, 0 when it was not',
      'session',
    ),
    probeSeconds: gauge('probe_seconds', 'How long the last answer to it took', 'session'),
    probeAge: gauge('probe_proved_seconds', 'Seconds since it was last answered', 'session'),
    canaryState: gauge(
      'canary_running',
      '1 while a canary runs, 0 while one that has ended waits for a person',
      'session',
    ),
    canaryTurns: gauge('canary_turns', 'Turns of a canary that ended, by side and how', 'session', 'arm', 'outcome'),
    canarySeconds: gauge('canary_answer_seconds', 'Half of its answers took longer, by side', 'session', 'arm'),
    canaryCost: gauge('canary_ai_cost_usd', 'What its turns cost, by side', 'session', 'arm'),
    drafts: gauge('session_drafts', 'Answers that wait for approval', 'session'),
    held: gauge('session_held_messages', 'Messages held until opening hours', 'session'),
    received: gauge('session_received_last_hour', 'Messages received in the last hour', 'session'),
    sent: gauge('session_sent_last_hour', 'Messages sent in the last hour', 'session'),
    trouble: gauge('session_trouble_messages', 'Messages that ended unanswered or unknown', 'session'),
    costToday: gauge('session_ai_cost_today_usd', 'AI cost today', 'session'),
    aiOk: gauge('session_ai_ok', '1 while the AI answers or is switched off', 'session'),
  };
};
export type SessionMetrics = ReturnType<typeof sessionMetrics>;

/** What only grows while a session exists. */
export const totalMetrics = (registry: Registry) => {
  const counter = countersIn(registry);
  return {
    messages: counter('session_messages_total', 'Messages since the session exists', 'session', 'direction'),
    tokens: counter('session_ai_tokens_total', 'AI tokens', 'session', 'kind'),
    cost: counter('session_ai_cost_usd_total', 'AI cost', 'session'),
    aiErrors: counter('session_ai_errors_total', 'Failed AI calls', 'session'),
  };
};
export type TotalMetrics = ReturnType<typeof totalMetrics>;
