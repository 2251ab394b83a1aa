import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBeat } from '../../pace/beat.ts';
import type { FleetTrends, SessionRow } from '../../protocol/fleet.ts';
import { clockHour, hourMinutes, lastClockHours, quarterMs } from '../../session/clock-hours.ts';
import type { Bytes, EpochMs, Milliseconds } from '../../session/units.ts';
import { isRunElsewhere } from '../../session/verdict.ts';
import { slackMs } from '../../store/activity-queries.ts';
import type { AnswerWait } from '../../store/history/answer-waits.ts';
import type { SeenMinute } from '../../store/history/history-writes.ts';
import type { ServedCounts } from '../../store/history/served-customers.ts';
import type { Store } from '../../store/store.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';
import type { RowHistory } from '../state/session-row.ts';
import {
  answersOfLastHour,
  answerTimesOf,
  hourSums,
  type MinuteCount,
  rowTrendOf,
  servedOf,
  trendMinutes,
  trendQuarters,
  trendsOf,
} from './history-figures.ts';

/**
 * Keeps the past that the charts show: every half minute it reads what was said of late, session by session with the loop free between
 * them, writes it down in few rows, and publishes what rows and trends say. What it writes it counts anew each time from the messages
 * themselves, so a master that was away makes up for it.
 */
export interface HistoryKeeper {
  begin(): void;
  /** One look now; settles with it. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface HistoryKeeperOptions {
  readonly store: Store;
  readonly book: SessionBook;
  readonly timeZone: string;
  readonly rowOf: (session: ManagedSession) => SessionRow;
  readonly memoryOf: (sessionId: string) => Bytes | null;
  readonly publish: (rows: ReadonlyMap<string, RowHistory>, trends: FleetTrends) => void;
  readonly now: () => EpochMs;
  readonly onProblem: (error: unknown) => void;
}

const minuteMs: Milliseconds = 60_000;
const hourMs: Milliseconds = 3_600_000;
const dayMs: Milliseconds = 86_400_000;
const lookEvery: Milliseconds = 30_000;
/** A machine short of everything reads slowly; told then, and not waited for. */
const lookWithin: Milliseconds = 60_000;
/** An answer is due within a few minutes: after two more hours an hour stays as it is. */
const openHours = 2;
/** Turns that began so long ago may still end. */
const answersBack: Milliseconds = 90 * minuteMs;
/** What a master that was away makes up for: further back there is nothing by the minute. */
const catchUpAtMost: Milliseconds = 7 * dayMs;
const strip = 24;
/** Rows that are written in one transaction: a worker that writes waits no longer than for these. */
const sessionsAtOnce = 50;
/** Hours of customers that are read in one piece: a day of 80,000 messages held the loop for 108 ms. */
const hoursAtOnce = 3;

/** What was read of one session. */
interface Reading {
  readonly session: ManagedSession;
  readonly counts: readonly MinuteCount[];
  readonly served: readonly ServedCounts[];
  readonly answers: readonly AnswerWait[];
}

/** From where on a look reads. */
interface Span {
  readonly now: EpochMs;
  /** Minute at which the first hour begins that is counted anew. */
  readonly from: number;
  readonly hour: number;
  readonly answersSince: EpochMs;
}

const spanOf = ({ store, timeZone, now }: HistoryKeeperOptions, isFirst: boolean): Span => {
  const at = now();
  const hour = clockHour(timeZone, at);
  const usual = hour - openHours * hourMinutes;
  if (!isFirst) return { now: at, hour, from: usual, answersSince: at - answersBack };

  const newest = (store.history.newestHour() ?? hour) * minuteMs;
  const since = Math.max(at - catchUpAtMost, Math.min(newest, at - dayMs));
  return { now: at, hour, from: Math.min(usual, clockHour(timeZone, since)), answersSince: at - dayMs };
};

/** From hour to hour as they are counted anew; the loop is free between two pieces. */
const readServed = async (
  store: Store,
  { stored: { id, config } }: ManagedSession,
  { now, from, hour }: Span,
): Promise<readonly ServedCounts[]> => {
  const mayTake = config.timing.maxWaitMs + config.ai.timeoutMs + slackMs;
  const end = hour + hourMinutes;
  const step = hoursAtOnce * hourMinutes;
  const served: ServedCounts[] = [];
  for (let begun = Math.max(from, hour - strip * hourMinutes); begun < end; begun += step) {
    const until = Math.min(begun + step, end);
    served.push(...store.history.servedOf(id, { from: begun, until }, mayTake, now));
    await nextTurn();
  }
  return served;
};

const readSession = async (store: Store, session: ManagedSession, span: Span): Promise<Reading> => {
  const { id } = session.stored;
  const counts = store.history.minutesOf(id, Math.min(span.from, Math.floor(span.now / minuteMs) - trendMinutes));
  await nextTurn();
  const served = await readServed(store, session, span);
  return { session, counts, served, answers: store.history.answersOf(id, span.answersSince) };
};

/** Null: it is nobody's business here, another server has it. */
const seenOf = (session: ManagedSession, row: SessionRow): SeenMinute | null => {
  if (session.state === 'held' && isRunElsewhere(session.reasonCode)) return null;

  const isOff = session.stored.desiredState === 'stopped';
  return {
    isConnected: session.state === 'connected',
    isOff,
    isBlind: !isOff && row.waiting.estimated && row.waiting.chats > 0,
  };
};

/** Writes what changed since the last look, and nothing twice. */
const createWriting = ({ store, rowOf, memoryOf }: HistoryKeeperOptions) => {
  const { history } = store;
  const written = new Map<string, string>();
  let seenMinute = -1;

  const isNew = (key: string, value: object): boolean => {
    const text = JSON.stringify(value);
    if (written.get(key) === text) return false;
    written.set(key, text);
    return true;
  };
  const writeSession = ({ session, counts, served }: Reading, span: Span, isNewMinute: boolean): void => {
    const { id } = session.stored;
    for (const [hour, sums] of hourSums(counts, span.from))
      if (isNew(`${id} ${hour} messages`, sums)) history.setMessages(id, hour, sums);
    for (const each of served) if (isNew(`${id} ${each.hour} served`, each)) history.setServed(id, each);

    const seen = isNewMinute ? seenOf(session, rowOf(session)) : null;
    if (seen !== null) history.addSeen(id, span.hour, seen);
    const memory = memoryOf(id);
    if (memory !== null) history.addMemory(id, Math.floor(span.now / quarterMs), memory);
  };

  const writeQuarters = (answers: readonly AnswerWait[], { now, answersSince }: Span): void => {
    // The first one may have begun before what was read.
    const first = Math.ceil((answersSince + (answersBack - hourMs)) / quarterMs);
    const byQuarter = Map.groupBy(answers, ({ at }) => Math.floor(at / quarterMs));
    for (const [quarter, each] of byQuarter) {
      const times = answerTimesOf(each.map(({ ms }) => ms));
      if (quarter < first || quarter * quarterMs > now || times === null) continue;
      const row = { quarter, halfMs: times.half, mostMs: times.most, answers: each.length };
      if (isNew(`fleet ${quarter}`, row)) history.setFleetQuarter(row);
    }
  };

  return async (readings: readonly Reading[], span: Span): Promise<void> => {
    const minute = Math.floor(span.now / minuteMs);
    const isNewMinute = minute !== seenMinute;
    seenMinute = minute;
    // What it remembers is bounded by the hours that a look counts anew.
    if (written.size > readings.length * 20 + 1000) written.clear();

    for (let start = 0; start < readings.length; start += sessionsAtOnce) {
      store.database.slice(() => {
        for (const reading of readings.slice(start, start + sessionsAtOnce)) writeSession(reading, span, isNewMinute);
      });
      await nextTurn();
    }
    store.database.slice(() =>
      writeQuarters(
        readings.flatMap(({ answers }) => answers),
        span,
      ),
    );
  };
};

/** What the fleet did minute by minute. */
const sumCounts = (readings: readonly Reading[]): readonly MinuteCount[] => {
  const sums = new Map<number, MinuteCount>();
  for (const { minute, received, sent } of readings.flatMap(({ counts }) => counts)) {
    const sum = sums.get(minute);
    sums.set(minute, { minute, received: received + (sum?.received ?? 0), sent: sent + (sum?.sent ?? 0) });
  }
  return [...sums.values()];
};

const publishHistory = (options: HistoryKeeperOptions, readings: readonly Reading[], { now }: Span): void => {
  const { store, timeZone } = options;
  const hours = lastClockHours(timeZone, now, strip);
  const ids = readings.map(({ session }) => session.stored.id);
  const hourRows = store.history.hoursOf(ids, hours[0] ?? 0);
  const byId = Map.groupBy(hourRows, ({ sessionId }) => sessionId);

  const rows = new Map(
    readings.map(({ session: { stored }, counts, answers }): [string, RowHistory] => [
      stored.id,
      {
        messagesTrend: rowTrendOf(counts, stored.createdAt, now),
        served: servedOf(byId.get(stored.id) ?? [], hours),
        answerMs: answersOfLastHour(answers, now),
      },
    ]),
  );
  const trends = trendsOf({
    counts: sumCounts(readings),
    answers: readings.flatMap(({ answers }) => answers),
    quarters: store.history.fleetQuarters(Math.floor(now / quarterMs) - trendQuarters + 1),
    rows: hourRows,
    hours,
    now,
  });
  options.publish(rows, trends);
};

export const createHistoryKeeper = (options: HistoryKeeperOptions): HistoryKeeper => {
  const { store, book } = options;
  const write = createWriting(options);
  let isFirst = true;
  let closed = false;

  const look = async (): Promise<void> => {
    const span = spanOf(options, isFirst);
    const readings: Reading[] = [];
    for (const session of book.all()) {
      readings.push(await readSession(store, session, span));
      await nextTurn();
      if (closed) return;
    }

    await write(readings, span);
    isFirst = false;
    if (!closed) publishHistory(options, readings, span);
  };

  const beat = createBeat({
    look,
    everyMs: lookEvery,
    firstMs: 0,
    withinMs: lookWithin,
    onProblem: options.onProblem,
    unref: true,
  });

  return {
    begin: () => beat.begin(),
    look: () => beat.look(),
    close: () => {
      closed = true;
      return beat.close();
    },
  };
};
