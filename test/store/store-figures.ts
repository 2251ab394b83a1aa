import type { EpochMs } from '../../src/session/units.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { createSessionTotals } from '../../src/store/session-totals.ts';
import type { Store } from '../../src/store/store.ts';
import { dayIn } from '../../src/store/usage-store.ts';

const hourMs = 3_600_000;

/**
 * Every figure that a store gives of a session to screens, limits, memory and bills, without row numbers: two stores in which the same
 * was said give the same. `totals`: begun before anything was stored.
 */
export const figuresOf = async (
  store: Store,
  session: StoredSession,
  totals: ReturnType<typeof createSessionTotals>,
  now: EpochMs,
): Promise<unknown> => {
  const { id } = session;
  const from = Math.floor((now - 24 * hourMs) / hourMs) * 60;
  const { timeZone } = session.config.timing;
  const exported = [...store.retention.export(id)].map(({ seq: _seq, id: _id, turn: _turn, ...line }) => line);

  const figures = {
    activity: store.activity.activityOf([id], now).get(id),
    inbound: store.activity.inboundOf(id, now - 24 * hourMs),
    normal: store.activity.normalOf([id], now + 24 * hourMs).get(id),
    minutes: store.history.minutesOf(id, 0),
    served: store.history.servedOf(id, { from, until: from + 25 * 60 }, 120_000, now),
    answers: store.history.answersOf(id, 0).map(({ at, ms }) => ({ at, ms })),
    customers: store.history.customersSince(id, 0),
    totals: (await totals()).filter((each) => each.session === session.name),
    usage: store.usage.list({ sessionId: id, fromDay: '2000-01-01' }),
    spent: store.usage.fleetSpent(dayIn(timeZone, now)),
    silences: store.silences.open(id).map(({ chatId, since, code }) => ({ chatId, since, code })),
    silence: store.silences.countsOf(id, now - 24 * hourMs, now),
    chats: store.chats.chats({ sessionId: id, limit: 500, now }).filter(({ probe }) => probe !== true),
    drafts: store.chats.drafts(id).map(({ outboxId: _outbox, turnId: _turn, ...draft }) => draft),
    why: store.why.turns({ sessionId: id, limit: 500 }).map(({ turnId: _turn, ...turn }) => turn),
    sent: store.outbox.sessionSentSince(id, now - 24 * hourMs, now),
    sending: store.outbox.sendingNow(id),
    newPeople: store.outbox.newPeopleSince(id, now - 24 * hourMs),
    ownerTexts: store.messages.ownerTexts(id, 0).map(({ text, timestamp }) => ({ text, timestamp })),
    asking: store.conversations.asking(id).map(({ chatId }) => chatId),
    paused: store.conversations.paused(id).map(({ chatId }) => chatId),
    openIds: store.messages.openIds(id, now + 1, 1000),
    endedIds: store.messages.endedIds(id, { from: 0, before: now + 1 }, 1000),
    stored: await store.retention.totalsOf(id),
    exported,
  };
  return JSON.parse(JSON.stringify(figures).replaceAll(id, 'session'));
};
