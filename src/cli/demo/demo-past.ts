import { createSeededRandom, type SeededRandom } from '../../../workers/whatsapp/simulated/seeded-random.ts';
import { clockHour, hourMinutes, lastClockHours, quarterMs, weekHourIn } from '../../session/clock-hours.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';
import { dayIn } from '../../store/usage-store.ts';
import { createDemoChats } from './demo-chats.ts';
import { createDemoSessions, type DemoStanding, gaveUpFor, loggedOutFor, silentFor } from './demo-sessions.ts';
import { writeDemoStory } from './demo-story.ts';
import { busyAt, visitsBetween } from './demo-visits.ts';

/**
 * The past of a demo: a week of simulated customers, written into the demo's own store before its master starts, so that its first frame
 * shows what a fleet that ran for a while shows. From then on everything is what really happens.
 */

const minuteMs: Milliseconds = 60_000;
const hourMs: Milliseconds = 3_600_000;
const dayMs: Milliseconds = 86_400_000;
const weekHours = 7 * 24;
/** So long before now customers come as often as they will while the demo runs, whatever the hour. */
const livelyFor: Milliseconds = 2 * hourMs;
const costDays = 28;
const memoryQuarters = 96;

interface Past {
  readonly store: Store;
  readonly standing: DemoStanding;
  readonly random: SeededRandom;
  readonly timeZone: string;
  readonly now: EpochMs;
}

/** When a session's past ends: then it was unlinked, given up, or its AI stopped. */
const endOf = ({ standing: { demo }, now }: Past): EpochMs => {
  if (demo.stands === 'logged-out') return now - loggedOutFor;
  if (demo.stands === 'gave-up') return now - gaveUpFor;
  if (demo.stands === 'not-replying') return now - silentFor;
  return now;
};

const isOpenAt = ({ standing: { demo, session } }: Past, hour: number): boolean => {
  const [hours] = session.config.timing.openingHours ?? [];
  if (demo.stands !== 'closed' || hours === undefined) return true;
  return hour >= Number.parseInt(hours.from, 10) && hour < Number.parseInt(hours.to, 10);
};

/** Visits an hour, in a stretch that ends then. */
const perHourAt = (past: Past, at: EpochMs): number => {
  const { standing, timeZone, now } = past;
  const { demo } = standing;
  const { day, hour } = weekHourIn(timeZone, at);
  if (!isOpenAt(past, hour)) return 0;

  const isLively = now - at < livelyFor && demo.stands !== 'closed';
  const weekend = day >= 5 && demo.customers === 'office' ? 0.6 : 1;
  return isLively ? demo.visits : demo.visits * busyAt(demo.customers, hour) * weekend;
};

/** The last day, message by message. */
const writeLastDay = (past: Past): void => {
  const { store, standing, random, now } = past;
  const { demo } = standing;
  const chats = createDemoChats(store, standing, random, 'PAST');
  const until = endOf(past);
  for (let from = now - dayMs; from < until; from += hourMs / 2) {
    const end = Math.min(from + hourMs / 2, until);
    const span = { from, until: end, perHour: perHourAt(past, end - 1), customers: chats.customers.length };
    for (const visit of visitsBetween(random, demo, span)) {
      // Whoever is not answered by now waits for the bot that is about to start.
      const isOver = visit.waitMs === null || visit.at + visit.waitMs < until;
      if (isOver) chats.visit(visit);
    }
  }
};

/** The days before, in counts: by the hour for the week's picture, and by the minute around this hour for what is usual in it. */
const writeWeek = (past: Past): void => {
  const { store, standing, random, timeZone, now } = past;
  const { session, demo } = standing;
  if (demo.visits === 0) return;
  const thisHour = Math.floor(now / hourMs);
  const lastDay = clockHour(timeZone, now - dayMs);

  for (const hour of lastClockHours(timeZone, now, weekHours)) {
    if (hour >= lastDay) continue;
    const visits = perHourAt(past, hour * minuteMs) * (0.7 + random.next() * 0.6);
    const isUsual = (thisHour - hour / hourMinutes + 24 + 1) % 24 <= 2;
    const received = Math.round((isUsual ? demo.visits : visits) * 1.5);
    store.history.setMessages(session.id, hour, { received, sent: Math.round(received * 0.8) });
    if (isUsual) writeMinutes(store, session.id, hour, Math.round(demo.visits));
  }
};

const writeMinutes = (store: Store, sessionId: string, hour: number, visits: number): void => {
  for (let n = 0; n < visits; n += 1)
    store.database.run(
      `INSERT INTO activity_minutes (session_id, minute, received, visits, sent) VALUES (?,?,2,1,1)
       ON CONFLICT (session_id, minute) DO UPDATE SET received = received + 2, visits = visits + 1, sent = sent + 1`,
      sessionId,
      hour + Math.floor((n * hourMinutes) / visits),
    );
};

/** What a master saw of it, minute by minute, in the hours of the week. */
const writeSeen = (past: Past): void => {
  const { store, standing, timeZone, now, random } = past;
  const { session, demo } = standing;
  if (demo.stands === 'new') return;
  const until = demo.stands === 'not-replying' ? now : endOf(past);
  const isOff = demo.stands === 'stopped';

  for (const hour of lastClockHours(timeZone, now, weekHours)) {
    const seen = Math.max(0, Math.min(hourMinutes, Math.floor(now / minuteMs) - hour));
    const up = Math.max(0, Math.min(seen, Math.floor(until / minuteMs) - hour));
    const gap = random.between([1, 60]) === 1 ? Math.min(up, random.between([2, 9])) : 0;
    store.history.setSeen(session.id, hour, {
      seen,
      connected: isOff ? 0 : up - gap,
      off: isOff ? seen : 0,
      blind: isOff ? 0 : seen - up,
    });
  }
};

const writeMemory = ({ store, standing, random, now }: Past): void => {
  const { session, demo } = standing;
  if (demo.stands === 'new' || demo.stands === 'stopped') return;
  const newest = Math.floor(now / quarterMs);
  for (let n = 1; n < memoryQuarters; n += 1)
    store.history.addMemory(
      session.id,
      newest - memoryQuarters + n,
      Math.round((35 + demo.visits / 10 + n * 0.02 + random.next() * 3) * 1_000_000),
    );
};

/** Four weeks of what the AI cost; the day that passed the budget is in every picture. */
const writeCosts = ({ store, standing, random, timeZone, now }: Past): void => {
  const { session, demo } = standing;
  if (demo.visits === 0) return;
  for (let back = 0; back < costDays; back += 1) {
    const at = now - back * dayMs;
    const { hour } = weekHourIn(timeZone, now);
    const share = back === 0 ? Math.max(0.15, hour / 24) : 1;
    const peak = back === 9 ? 2.4 : 1;
    const calls = Math.round(demo.visits * 13 * (0.6 + random.next() * 0.6) * share * peak);
    store.usage.add(
      {
        sessionId: session.id,
        day: dayIn(timeZone, at),
        provider: demo.model.startsWith('gemini') ? 'gemini' : 'openai',
        model: demo.model,
        calls,
        inputTokens: calls * 1500,
        outputTokens: calls * 85,
        costMicroUsd: calls * (demo.model.startsWith('gemini') ? 900 : 2300),
      },
      at,
    );
  }
};

/** Fills an empty store with the demo's sessions and their past, in one transaction. */
export const writeDemoPast = (store: Store, timeZone: string, now: EpochMs): readonly DemoStanding[] =>
  store.database.slice(() => {
    const { hour } = weekHourIn(timeZone, now);
    const standings = createDemoSessions(store, { timeZone, hour, now });
    for (const standing of standings) {
      const past = { store, standing, random: createSeededRandom(standing.demo.seed * 7), timeZone, now };
      writeWeek(past);
      writeSeen(past);
      writeLastDay(past);
      writeMemory(past);
      writeCosts(past);
    }
    writeDemoStory(store, standings, now);
    return standings;
  });
