import { type HomePaths, profileDir } from '../home/home-paths.ts';
import { roomFor } from '../orchestrator/health/admission.ts';
import { defaultPolicies } from '../orchestrator/health/policies.ts';
import type { MachineLoad } from '../orchestrator/reconcile/start-pace.ts';
import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import { createBeat } from '../pace/beat.ts';
import type { MachineInfo, SessionResources } from '../protocol/fleet.ts';
import { createMachineSampler, type MachineSample } from '../resources/machine.ts';
import { createTreeSampler, type TreeSample } from '../resources/tree-sampler.ts';
import type { Bytes, CpuPercent, Milliseconds } from '../session/units.ts';

/** What every session and the machine cost, once a second, by the master alone. */
export interface ResourceLoop {
  machine(): MachineLoad | null;
  memoryOf(sessionId: string): Bytes | null;
  sampleOf(sessionId: string): TreeSample | null;
  /** 288 means of five minutes, oldest first; null: nothing was measured. */
  cpuDayOf(sessionId: string): readonly (CpuPercent | null)[];
  begin(): void;
  close(): Promise<void>;
}

const sampleEvery: Milliseconds = 1000;
/** A look that takes longer, on a machine that is short of everything, is told and not waited for. */
const sampleWithin: Milliseconds = 30_000;
/** Finer steps than a person reads would only make every row new in every second. */
const memoryStep: Bytes = 100_000;
const tenths = (percent: CpuPercent): CpuPercent => Math.round(percent * 10) / 10;
const inSteps = (bytes: Bytes): Bytes => Math.round(bytes / memoryStep) * memoryStep;

const toResources = (sample: TreeSample): SessionResources | null => {
  const processes = sample.processes.length + sample.orphans.length;
  if (processes === 0 && sample.memoryTrend.every((bucket) => bucket === null)) return null;
  return {
    cpuPercent: tenths(sample.cpuPercent),
    memoryBytes: inSteps(sample.pssBytes ?? sample.rssBytes),
    memoryIsPss: sample.pssBytes !== null,
    rssBytes: inSteps(sample.rssBytes),
    processes,
    orphans: sample.orphans.length,
    memoryTrend: sample.memoryTrend.map((bucket) => (bucket === null ? null : inSteps(bucket))),
  };
};

const toMachine = (sample: MachineSample, room: { sessions: number; isMeasured: boolean }): MachineInfo => ({
  memoryTotal: sample.memoryTotal,
  memoryUsed: inSteps(sample.memoryUsed),
  cpuPercent: Math.round(sample.cpuPercent),
  cores: sample.cores,
  diskTotal: sample.diskTotal,
  diskUsed: inSteps(sample.diskUsed),
  diskFullInDays: sample.diskFullInDays,
  roomFor: room.sessions,
  roomIsMeasured: room.isMeasured,
});

export const createResourceLoop = (options: {
  readonly paths: HomePaths;
  readonly sessions: () => readonly ManagedSession[];
  /** MAX_SESSIONS: there is no room for more, however much memory is free. */
  readonly maxSessions: number;
  readonly publish: (resources: ReadonlyMap<string, SessionResources>, machine: MachineInfo) => void;
  readonly onProblem: (error: unknown) => void;
  readonly now: () => number;
}): ResourceLoop => {
  const trees = createTreeSampler();
  const machines = createMachineSampler({ diskPath: options.paths.data });
  let samples: ReadonlyMap<string, TreeSample> = new Map();
  let machine: MachineSample | null = null;

  const memoryOf = (id: string): Bytes | null => {
    const sample = samples.get(id);
    if (sample === undefined || sample.processes.length === 0) return null;
    return sample.pssBytes ?? sample.rssBytes;
  };

  const look = async (): Promise<void> => {
    const sessions = options.sessions();
    samples = await trees.sample(
      sessions.map(({ stored, worker }) => ({
        key: stored.id,
        pid: worker?.pid ?? null,
        profileDir: profileDir(options.paths, stored.name),
      })),
    );
    machine = await machines.sample();
    const running = sessions
      .filter((session) => session.worker !== null)
      .map((session) => ({
        // A simulated session has no browser: what it takes says nothing of what the next one will.
        memoryBytes: session.stored.engine === 'simulated' ? null : memoryOf(session.stored.id),
        isStarting: session.state === 'starting' || session.state === 'qr' || session.state === 'code',
        upMs: Math.max(0, options.now() - (session.worker?.startedAt ?? options.now())),
      }));
    const resources = new Map<string, SessionResources>();
    for (const [id, sample] of samples) {
      const seen = toResources(sample);
      if (seen !== null) resources.set(id, seen);
    }
    const room = roomFor(machine, running, defaultPolicies.admission);
    const places = Math.max(0, options.maxSessions - running.length);
    options.publish(resources, toMachine(machine, { ...room, sessions: Math.min(room.sessions, places) }));
  };

  const beat = createBeat({
    look,
    everyMs: sampleEvery,
    firstMs: 0,
    withinMs: sampleWithin,
    onProblem: options.onProblem,
    unref: true,
  });

  return {
    machine: () => machine,
    memoryOf,
    sampleOf: (id) => samples.get(id) ?? null,
    cpuDayOf: (id) => trees.cpuDay(id).map((mean) => (mean === null ? null : tenths(mean))),
    begin: () => beat.begin(),
    close: async () => {
      await beat.close();
      trees.close();
    },
  };
};
