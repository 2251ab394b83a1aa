import type { FleetInfo, FleetTrends, Light, MachineInfo } from '../../protocol/fleet.ts';
import type { ReplicaStatus } from '../../session/records.ts';
import type { NodePart } from './node-part.ts';

/** What the nodes are together: sums of what is counted, the worst of what can be ill. */

interface Heard {
  readonly name: string;
  readonly fleet: FleetInfo;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** A sum of what is known; null when nothing is. */
const sumOfKnown = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : sum(known);
};

const severity: Readonly<Record<Light['status'], number>> = { bad: 3, warn: 2, ok: 1, off: 0 };

/** The worst, with whose it is. */
const worstLight = <T extends Light>(lights: readonly { readonly name: string; readonly light: T }[]): T | null => {
  const [worst] = lights.toSorted((a, b) => severity[b.light.status] - severity[a.light.status]);
  if (worst === undefined) return null;
  const { name, light } = worst;
  return light.reason === null || lights.length === 1 ? light : { ...light, reason: `${name}: ${light.reason}` };
};

const replicaSeverity: Readonly<Record<ReplicaStatus['status'], number>> = { refused: 2, away: 1, ok: 0 };
const worstReplica = (nodes: readonly Heard[]): ReplicaStatus | null => {
  const known = nodes.flatMap(({ fleet }) => fleet.health.replica ?? []);
  return known.toSorted((a, b) => replicaSeverity[b.status] - replicaSeverity[a.status])[0] ?? null;
};

const mergedMachine = (nodes: readonly Heard[]): MachineInfo | null => {
  const machines = nodes.flatMap(({ fleet }) => fleet.machine ?? []);
  if (machines.length === 0) return null;
  const cores = sum(machines.map((machine) => machine.cores));
  const full = machines.flatMap(({ diskFullInDays }) => diskFullInDays ?? []);
  return {
    memoryTotal: sum(machines.map(({ memoryTotal }) => memoryTotal)),
    memoryUsed: sum(machines.map(({ memoryUsed }) => memoryUsed)),
    cpuPercent: sum(machines.map((machine) => machine.cpuPercent * machine.cores)) / Math.max(1, cores),
    cores,
    diskTotal: sum(machines.map(({ diskTotal }) => diskTotal)),
    diskUsed: sum(machines.map(({ diskUsed }) => diskUsed)),
    // The first that is full is what a person must know.
    diskFullInDays: full.length === 0 ? null : Math.min(...full),
    roomFor: sumOfKnown(machines.map(({ roomFor }) => roomFor)),
    roomIsMeasured: machines.every(({ roomIsMeasured }) => roomIsMeasured),
  };
};

/** Everything that is one's own (address, process, settings) is the first node's. Null: nobody was heard yet. */
export const mergedInfo = (parts: readonly NodePart[]): FleetInfo | null => {
  const nodes = parts.flatMap(({ name, snapshot }): Heard[] =>
    snapshot === null ? [] : [{ name, fleet: snapshot.fleet }],
  );
  const [first] = nodes;
  if (first === undefined) return null;
  if (nodes.length === 1) return first.fleet;

  // What a token may do is told of each node by itself.
  const { access: _, ...fleet } = first.fleet;
  const lights = <K extends 'store' | 'ai' | 'alerts'>(which: K) =>
    nodes.map(({ name, fleet: { health } }) => ({ name, light: health[which] }));
  return {
    ...fleet,
    demo: nodes.every(({ fleet: { demo } }) => demo),
    maxSessions: sum(nodes.map(({ fleet: { maxSessions } }) => maxSessions)),
    machine: mergedMachine(nodes),
    health: {
      store: worstLight(lights('store')) ?? fleet.health.store,
      ai: worstLight(lights('ai')) ?? fleet.health.ai,
      alerts: worstLight(lights('alerts')) ?? fleet.health.alerts,
      replica: worstReplica(nodes),
    },
    messagesPerMinute: {
      in: sum(nodes.map(({ fleet: { messagesPerMinute } }) => messagesPerMinute.in)),
      out: sum(nodes.map(({ fleet: { messagesPerMinute } }) => messagesPerMinute.out)),
    },
    aiToday: {
      costUsd: sum(nodes.map(({ fleet: { aiToday } }) => aiToday.costUsd)),
      budgetUsd: sumOfKnown(nodes.map(({ fleet: { aiToday } }) => aiToday.budgetUsd)),
    },
  };
};

const added = (lists: readonly (readonly number[])[]): readonly number[] => {
  const length = Math.max(0, ...lists.map((list) => list.length));
  // Oldest first: the newest stand together.
  return Array.from({ length }, (_, at) => sum(lists.map((list) => list[list.length - length + at] ?? 0)));
};

const worstLetters = 'nli.- ';
const worstHours = (strips: readonly string[]): string => {
  const length = Math.max(0, ...strips.map((strip) => strip.length));
  const letterAt = (strip: string, at: number): string => strip[strip.length - length + at] ?? ' ';
  return Array.from({ length }, (_, at) => {
    const letters = strips.map((strip) => letterAt(strip, at));
    return [...worstLetters].find((letter) => letters.includes(letter)) ?? ' ';
  }).join('');
};

const slowest = (lists: readonly (readonly (number | null)[])[]): readonly (number | null)[] => {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, at) => {
    const known = lists.flatMap((list) => list[list.length - length + at] ?? []);
    return known.length === 0 ? null : Math.max(...known);
  });
};

/** A half of several halves cannot be had: how long answers took is the slowest node's. Undefined: no node tells of any. */
export const mergedTrends = (parts: readonly NodePart[]): FleetTrends | null | undefined => {
  const told = parts.flatMap(({ snapshot }) => (snapshot?.trends === undefined ? [] : [snapshot.trends]));
  if (told.length === 0) return undefined;
  const trends = told.filter((one) => one !== null);
  const [first] = trends;
  if (first === undefined) return null;
  if (trends.length === 1) return first;

  const now = trends.flatMap(({ answerNow }) => answerNow ?? []);
  return {
    messages: {
      received: added(trends.map(({ messages }) => messages.received)),
      sent: added(trends.map(({ messages }) => messages.sent)),
    },
    served24h: {
      inTime: sum(trends.map(({ served24h }) => served24h.inTime)),
      late: sum(trends.map(({ served24h }) => served24h.late)),
      not: sum(trends.map(({ served24h }) => served24h.not)),
    },
    servedHours: worstHours(trends.map(({ servedHours }) => servedHours)),
    answer: {
      half: slowest(trends.map(({ answer }) => answer.half)),
      most: slowest(trends.map(({ answer }) => answer.most)),
    },
    answerNow:
      now.length === 0
        ? null
        : { half: Math.max(...now.map(({ half }) => half)), most: Math.max(...now.map(({ most }) => most)) },
    messagesLastHour: {
      received: sum(trends.map(({ messagesLastHour }) => messagesLastHour.received)),
      sent: sum(trends.map(({ messagesLastHour }) => messagesLastHour.sent)),
    },
  };
};
