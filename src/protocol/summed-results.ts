import type { FleetResults } from './fleet-api.ts';

/** Answers of several nodes, or of several sessions, as one. */

export const sumUsage = (results: readonly FleetResults['usage'][]): FleetResults['usage'] => {
  const days = new Map<string, FleetResults['usage']['days'][number]>();
  for (const day of results.flatMap((result) => result.days)) {
    const before = days.get(day.day);
    days.set(
      day.day,
      before === undefined
        ? day
        : {
            day: day.day,
            calls: before.calls + day.calls,
            inputTokens: before.inputTokens + day.inputTokens,
            outputTokens: before.outputTokens + day.outputTokens,
            costUsd: before.costUsd + day.costUsd,
          },
    );
  }
  return { days: [...days.values()].sort((a, b) => (a.day < b.day ? 1 : -1)) };
};

export const sumShares = (results: readonly FleetResults['usageBy'][]): FleetResults['usageBy'] => {
  const shares = new Map<string, FleetResults['usageBy']['shares'][number]>();
  for (const share of results.flatMap((result) => result.shares)) {
    const before = shares.get(share.of);
    shares.set(
      share.of,
      before === undefined
        ? share
        : {
            of: share.of,
            calls: before.calls + share.calls,
            inputTokens: before.inputTokens + share.inputTokens,
            outputTokens: before.outputTokens + share.outputTokens,
            costUsd: before.costUsd + share.costUsd,
          },
    );
  }
  return { shares: [...shares.values()].sort((a, b) => b.costUsd - a.costUsd) };
};

export const sumHeat = (results: readonly FleetResults['heat'][]): FleetResults['heat'] => ({
  cells: (results[0]?.cells ?? []).map((row, day) =>
    row.map((_, hour) => results.reduce((sum, { cells }) => sum + (cells[day]?.[hour] ?? 0), 0)),
  ),
  measuredDays: Math.max(0, ...results.map(({ measuredDays }) => measuredDays)),
});

export const sumHistogram = (results: readonly FleetResults['answerHistogram'][]): FleetResults['answerHistogram'] => {
  const at = (place: 0 | 1 | 2 | 3 | 4): number => results.reduce((sum, { counts }) => sum + counts[place], 0);
  const slowest = results.flatMap((result) => result.slowest ?? []).sort((a, b) => b.ms - a.ms)[0] ?? null;
  return { counts: [at(0), at(1), at(2), at(3), at(4)], slowest };
};

const mean = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
};

export const meanShare = (results: readonly FleetResults['connectedShare'][]): FleetResults['connectedShare'] => {
  const length = Math.max(0, ...results.map(({ hours }) => hours.length));
  const hours = Array.from({ length }, (_, at) =>
    mean(results.map((result) => result.hours[result.hours.length - length + at] ?? null)),
  );
  return { hours, share: mean(results.map(({ share }) => share)) };
};

/** What was said last, at most so many. */
export const newest = <T>(lists: readonly (readonly T[])[], at: (each: T) => number, limit: number): readonly T[] =>
  lists
    .flat()
    .sort((a, b) => at(b) - at(a))
    .slice(0, limit);
