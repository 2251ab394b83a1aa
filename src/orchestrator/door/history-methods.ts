import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  AnswerHistogram,
  ConnectedShare,
  DailyBudget,
  Heat,
  MemoryHistory,
  SessionToday,
  UsageShare,
} from '../../protocol/history.ts';
import { clockHour, lastClockHours, quarterMs, weekHourIn } from '../../session/clock-hours.ts';
import type { CpuPercent, EpochMs, Milliseconds } from '../../session/units.ts';
import { dayStartIn } from '../../store/day-start.ts';
import type { AnswerWait } from '../../store/history/answer-waits.ts';
import type { MemoryQuarter } from '../../store/history/history-reads.ts';
import { microPerUsd } from '../../store/usage-store.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';
import { sessionIdOf } from './session-id-of.ts';

/** The methods of the door that tell of the past in figures. */

const minuteMs: Milliseconds = 60_000;
const hourMs: Milliseconds = 3_600_000;
const dayMs: Milliseconds = 86_400_000;
const weekDays = 7;
const usageDays = 30;
const memoryQuarters = 96;
/** Longer than this a leak is the same leak. */
const slopeOver: Milliseconds = 6 * hourMs;
/** A line through fewer points says nothing. */
const fewestPoints = 4;
/** The upper ends of all bars but the last. */
const answerBars: readonly Milliseconds[] = [10_000, 30_000, 60_000, 300_000];

type Parts = Pick<FleetParts, 'store' | 'book' | 'now'> & {
  readonly timeZone: string;
  /** Of a session's id; missing: nobody measures. */
  readonly cpuDayOf?: (id: string) => readonly (CpuPercent | null)[];
};

const idsOf = (parts: Parts, name: string | undefined): readonly string[] =>
  name === undefined ? parts.book.all().map(({ stored }) => stored.id) : [sessionIdOf(parts, name)];

/** Fewer days are no habit. */
const fewestUsual = 2;

const readHeat = (parts: Parts, name: string | undefined): Heat => {
  const { store, timeZone } = parts;
  const now = parts.now();
  const [from = 0] = lastClockHours(timeZone, now, weekDays * 24);
  const hourNow = weekHourIn(timeZone, now).hour;
  const sameHour: number[] = [];
  const cells = Array.from({ length: weekDays }, () => Array.from({ length: 24 }, () => 0));
  const measured = new Set<number>();

  for (const { hour, received, isKnown } of store.history.messagesByHour(idsOf(parts, name), from)) {
    const { day, hour: ofDay } = weekHourIn(timeZone, hour * minuteMs);
    const row = cells[day];
    if (row !== undefined) row[ofDay] = (row[ofDay] ?? 0) + received;
    if (isKnown !== 1) continue;
    measured.add(day);
    // The hour that is running has not had all of its messages yet.
    if (ofDay === hourNow && hour !== clockHour(timeZone, now)) sameHour.push(received);
  }
  const total = sameHour.reduce((sum, received) => sum + received, 0);
  const usualNow = sameHour.length < fewestUsual ? null : Math.round(total / sameHour.length);
  return { cells, measuredDays: measured.size, usualNow };
};

/** Slope of the line that lies nearest to the points, per hour. */
const slopeOf = (points: readonly MemoryQuarter[]): number | null => {
  if (points.length < fewestPoints) return null;

  const hours = points.map(({ quarter }) => (quarter * quarterMs) / hourMs);
  const meanHour = hours.reduce((sum, hour) => sum + hour, 0) / points.length;
  const meanBytes = points.reduce((sum, { bytes }) => sum + bytes, 0) / points.length;
  let above = 0;
  let below = 0;
  for (const [index, { bytes }] of points.entries()) {
    const apart = (hours[index] ?? 0) - meanHour;
    above += apart * (bytes - meanBytes);
    below += apart * apart;
  }
  return below === 0 ? null : Math.round(above / below);
};

const readMemory = (parts: Parts, name: string): MemoryHistory => {
  const now = parts.now();
  const newest = Math.floor(now / quarterMs);
  const id = sessionIdOf(parts, name);
  const rows = parts.store.history.memoryOf(id, newest - memoryQuarters + 1);
  const byQuarter = new Map(rows.map(({ quarter, bytes }) => [quarter, bytes]));

  const startedAt = parts.book.byName(name)?.worker?.startedAt ?? null;
  // The quarter in which it started holds what it was before, too.
  const since = Math.max(startedAt === null ? 0 : Math.floor(startedAt / quarterMs) + 1, (now - slopeOver) / quarterMs);
  return {
    buckets: Array.from({ length: memoryQuarters }, (_, n) => byQuarter.get(newest - memoryQuarters + 1 + n) ?? null),
    slopeBytesPerHour: startedAt === null ? null : slopeOf(rows.filter(({ quarter }) => quarter >= since)),
    ...(parts.cpuDayOf === undefined ? {} : { cpu: parts.cpuDayOf(id) }),
  };
};

const readAnswers = async (parts: Parts, name: string | undefined): Promise<AnswerHistogram> => {
  const { store, timeZone, now } = parts;
  const dayStart = dayStartIn(timeZone, now());
  const counts: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  let slowest: AnswerWait | null = null;

  for (const id of idsOf(parts, name)) {
    for (const answer of store.history.answersOf(id, dayStart)) {
      const bar = answerBars.findIndex((end) => answer.ms < end);
      const index = (bar === -1 ? answerBars.length : bar) as 0 | 1 | 2 | 3 | 4;
      counts[index] += 1;
      if (slowest === null || answer.ms > slowest.ms) slowest = answer;
    }
    // A fleet's day is some ten thousand answers: the loop is free between two sessions.
    await nextTurn();
  }
  return {
    counts,
    slowest:
      slowest === null ? null : { ms: slowest.ms, chat: store.history.whoIs(slowest.conversationId), at: slowest.at },
  };
};

const readToday = (parts: Parts, name: string): SessionToday => {
  const { store, timeZone, now } = parts;
  const id = sessionIdOf(parts, name);
  const dayStart = dayStartIn(timeZone, now());
  const perHour = Array.from({ length: 24 }, () => 0);
  let sent = 0;
  for (const each of store.history.hoursOf([id], clockHour(timeZone, dayStart))) {
    const { hour } = weekHourIn(timeZone, each.hour * minuteMs);
    perHour[hour] = (perHour[hour] ?? 0) + each.received;
    sent += each.sent;
  }

  return {
    received: perHour.reduce((sum, count) => sum + count, 0),
    sent,
    customers: store.history.customersSince(id, dayStart),
    perHour,
  };
};

const readConnected = (parts: Parts, name: string | undefined, days: number): ConnectedShare => {
  const { store, timeZone, now } = parts;
  const hours = lastClockHours(timeZone, now(), days * 24);
  const byHour = new Map(
    store.history.connectedByHour(idsOf(parts, name), hours[0] ?? 0).map((each) => [each.hour, each]),
  );
  let connected = 0;
  let wanted = 0;
  const shares = hours.map((hour): number | null => {
    const each = byHour.get(hour);
    if (each === undefined || each.wanted <= 0) return null;
    const up = Math.min(each.connected, each.wanted);
    connected += up;
    wanted += each.wanted;
    return up / each.wanted;
  });

  return { hours: shares, share: wanted === 0 ? null : connected / wanted };
};

const readUsage = ({ store, book, now }: Parts, by: 'session' | 'model', days: number): readonly UsageShare[] => {
  const fromDay = new Date(now() - days * dayMs).toISOString().slice(0, 10);
  const nameOf = (id: string): string => book.byId(id)?.stored.name ?? store.conversations.nameOfSession(id) ?? id;

  return store.usage.shares(by, fromDay).map(({ of, costMicroUsd, ...sums }) => ({
    of: by === 'session' ? nameOf(of) : of,
    ...sums,
    costUsd: costMicroUsd / microPerUsd,
  }));
};

const readBudgets = ({ book }: Parts): readonly DailyBudget[] =>
  book.all().flatMap(({ stored }) => {
    const usd = stored.config.ai.dailyBudgetUsd;
    return usd === null ? [] : [{ name: stored.name, usd }];
  });

/** The week of a whole fleet is some ten thousand rows: read once in five minutes, and asked by every screen that draws it. */
const createHeat = (parts: Parts): ((name: string | undefined) => Heat) => {
  const keptFor: Milliseconds = 5 * minuteMs;
  let fleets: { readonly at: EpochMs; readonly heat: Heat } | null = null;

  return (name) => {
    if (name !== undefined) return readHeat(parts, name);

    const at = parts.now();
    if (fleets === null || at - fleets.at > keptFor || at < fleets.at)
      fleets = { at, heat: readHeat(parts, undefined) };
    return fleets.heat;
  };
};

export const createHistoryMethods = (
  parts: Parts,
): MethodsOf<'usageBy' | 'budgets' | 'heat' | 'memoryHistory' | 'answerHistogram' | 'today' | 'connectedShare'> => {
  const heat = createHeat(parts);

  return {
    usageBy: ({ by, days }) => ({ shares: readUsage(parts, by, days ?? usageDays) }),
    budgets: () => ({ budgets: readBudgets(parts) }),
    heat: ({ name }) => heat(name),
    memoryHistory: ({ name }) => readMemory(parts, name),
    answerHistogram: ({ name }) => readAnswers(parts, name),
    today: ({ name }) => readToday(parts, name),
    connectedShare: ({ name, days }) => readConnected(parts, name, days ?? weekDays),
  };
};
