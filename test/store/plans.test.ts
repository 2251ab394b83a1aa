import { expect, test } from 'vitest';
import { hookEventTypes } from '../../src/session/hook.ts';
import type { Database } from '../../src/store/database.ts';
import { isErased, markErased } from '../../src/store/guards.ts';
import type { NextHookEvent, StoredHook } from '../../src/store/hook-store.ts';
import { createMeaningFinder } from '../../src/store/knowledge/find-meaning.ts';
import { createMeaningStore } from '../../src/store/knowledge/meaning-store.ts';
import { createKnowledgeStore } from '../../src/store/knowledge-store.ts';
import { createSessionTotals } from '../../src/store/session-totals.ts';
import { storeOn } from '../../src/store/store.ts';
import { makeMeaning, meaningKey, vectorOf } from './known-meaning.ts';
import { addSession, chatOf, eraseCustomer, erasedBy, inbound, noon, temporaryStore } from './support.ts';

/**
 * Every statement that the store prepares while all of its functions run once is explained: none may read a big table from end to end.
 * A scan is allowed over small tables, over lists that we pass in, over results that are bounded already, and along an index that a
 * LIMIT cuts.
 */

const harmless: readonly RegExp[] = [
  /^SCAN (json_each|sessions|meta|change_counter|purge_receipts|tombstones|conversation_merges)\b/,
  /^SCAN s\b/, // sessions
  /^SCAN ai_usage$/, // a row a session, day and model: what the metrics add up
  /^SCAN (\(subquery|CONSTANT)/,
  /^SCAN (w|g|newest|told|e|t|decided)$/, // subqueries of activityOf, chats, drafts, lessons and the history, bounded inside
  /^SCAN \w+ USING (COVERING )?INDEX (conversations_by_fleet_last|sqlite_autoindex_sessions)/,
  /^SCAN o USING INDEX outbox_drafts_fleet$/, // partial: holds drafts only
  // Partial, and cut by a LIMIT: they hold only who waits, was left in silence, asks for a person.
  /^SCAN (messages USING COVERING INDEX messages_pending|silences USING INDEX silences_open|conversations USING INDEX conversations_asking)$/,
  /^SCAN conversations USING COVERING INDEX conversations_probes$/, // partial: a handful of chats of mystery customers
  /^SCAN (h|hooks|hook_dead)( USING |$)/, // a handful a session, and what a hook did not take in a week
  /^SCAN probes$/, // a row a session that is asked
  /^SCAN knowledge_meaning$/, // a row a session that compares meaning
  /^SCAN (f|knowledge_files)$/, // files that sessions know, at most 200 each
  /VIRTUAL TABLE INDEX/,
];

/**
 * A whole session's past, read by an index that begins with the session: as bad as a scan where one session said a million messages, and
 * a new index may draw an old question to itself (a million messages cost the fleet's table 1.6 s a second that way).
 */
const wholeSession =
  /^SEARCH \S+ USING (?:COVERING )?INDEX (?:messages_by_key|messages_by_age|turns_by_session|outbox_by_age|outbox_by_message|sqlite_autoindex_(?:messages|turns|outbox)_\d) \(session_id=\?\)$|INDEX conversations_by_name \(session_name=\?\)$/;
/** What asks for a session's whole past: how much a delete would erase, what a LIMIT cuts, and an erasure. */
const wantsWholeSession =
  /count\(\*\) AS n FROM \w+ WHERE session_id = \?$|ORDER BY t\.started_at DESC.* LIMIT|ORDER BY stored_at DESC LIMIT|WHERE session_id = \? LIMIT \?\)$|'\(erased\)'/;

test('no query reads a big table from end to end', async () => {
  const real = temporaryStore();
  const seen = new Set<string>();
  const watched: Database = {
    ...real.database,
    prepare: (sql) => {
      seen.add(sql);
      return real.database.prepare(sql);
    },
    all: (sql, ...values) => {
      seen.add(sql);
      return real.database.all(sql, ...values);
    },
    get: (sql, ...values) => {
      seen.add(sql);
      return real.database.get(sql, ...values);
    },
    run: (sql, ...values) => {
      seen.add(sql);
      return real.database.run(sql, ...values);
    },
  };
  const store = storeOn(watched);
  const sessionTotals = createSessionTotals(watched);
  const session = addSession(store);
  const chat = chatOf(store, session);
  markErased(watched, session.id, { phone: '5511900000009', chatIds: [] }, noon);
  isErased(watched, session.id, {
    id: 'x',
    fromMe: false,
    phone: '5511900000009',
    chatId: 'x@lid',
    author: null,
    timestamp: noon,
  });
  store.hooks.put(
    session.id,
    { name: 'crm', url: 'https://a.example', events: hookEventTypes, allowHosts: [] },
    'you',
    0,
  );
  const hook = store.hooks.get(session.id, 'crm') as StoredHook;
  const seq = store.messages.insert(inbound(session, chat.id, 'a'), noon) ?? 0;
  const judged = { code: 'typed', reason: 'a person typed this' };
  store.messages.insert(inbound(session, chat.id, 'o', { sender: 'owner', ending: null, judged }), noon);
  const origin = { sessionId: session.id, conversationId: chat.id, source: 'reply', actor: 'bot' } as const;
  const turn = store.turns.begin(
    {
      sessionId: session.id,
      conversationId: chat.id,
      messageIds: ['a'],
      joinedText: 'a',
      instructionsVersion: null,
      provider: 'echo',
      model: 'echo',
      parameters: {},
      history: { from: null, to: null, count: 0, hash: '' },
      steps: [],
    },
    noon,
  );
  store.messages.setTurn([seq], turn, noon);
  store.messages.leaveTurn([seq], turn + 1, noon);
  store.messages.end([seq], { outcome: 'held', code: 'closed', reason: null }, noon);
  store.messages.release([seq], noon);
  store.messages.setMediaText(seq, 'x', noon);
  store.messages.setAckOfPart(1, 1, noon);
  store.messages.knownAnswered(turn, noon);
  for (const conversationId of [chat.id, chat.id + 1, chat.id + 2])
    store.silences.leave({ sessionId: session.id, conversationId, since: noon, code: 'empty', reason: '' }, noon);
  for (const read of [
    () => store.hooks.list(null),
    () => store.hooks.list(session.id),
    () => store.hooks.isAny(),
    () => store.hooks.standing(hook),
    () => store.hooks.facts((store.hooks.next(hook) as NextHookEvent).event),
    () => store.hooks.failed(hook, 'x', noon, noon),
    () => store.hooks.bury(hook, store.hooks.next(hook) as NextHookEvent, 'x', noon),
    () => store.hooks.buryOld(hook, 'x', noon),
    () => store.hooks.dead(hook),
    () => store.hooks.wantAgain(hook),
    () => store.hooks.passed(hook, store.hooks.next(hook) as NextHookEvent, true, noon),
    () => store.hooks.wantNoneAgain(hook, 'x'),
    () => store.hooks.prune([hook], noon, 10),
    () => store.silences.open(session.id),
    () => store.silences.countsOf(session.id, noon, noon + 3_600_000),
    () => store.messages.has(session.id, 'a'),
    () => store.messages.get(seq),
    () => store.messages.pending(session.id, chat.id),
    () => store.messages.chatsWithPending(session.id),
    () => store.messages.ofTurn(turn),
    () => store.outbox.newPeopleAhead(session.id, chat.id, 1),
    () => store.activity.inboundOf(session.id, 0),
    () => store.messages.held(session.id, 'closed'),
    () => store.messages.history(chat.id, 0, 100, 10),
    () => store.messages.ownerTexts(session.id, 0),
    () => store.messages.customerTimes(chat.id, 5),
    () => store.messages.openIds(session.id, noon, 5),
    () => store.messages.endedIds(session.id, { from: 0, before: noon }, 5),
    () => store.messages.hasUnanswered(chat.id, 0),
    () => store.messages.editsOf(session.id, 'false_1@c.us_A'),
    () => store.silences.since(session.id, chat.id),
    () => store.turns.ofMessage(chat.id, 'a'),
    () => store.conversations.byPhone(session.id, '5511987654321'),
    () => store.conversations.byPhone(session.id, '1@lid'),
    () => store.conversations.sessionIdsOfName(session.name),
    () => store.conversations.paused(session.id),
    () => store.turns.open(session.id),
    () => store.turns.get(turn),
    () => store.turns.recent(chat.id, 3),
    () => store.outbox.next(session.id, chat.id),
    () => store.outbox.chatsWithOpen(session.id),
    () => store.outbox.openOfTurn(turn),
    () => store.outbox.ofTurn(turn),
    () => store.outbox.byMessageId(session.id, 'X'),
    () => store.outbox.draftsOfChat(session.id, chat.id),
    () => store.outbox.sentSince(chat.id, 0, noon),
    () => store.outbox.oldestSentSince(chat.id, 0, noon),
    () => store.outbox.sessionSentSince(session.id, 0, noon),
    () => store.lessons.list({ sessionId: session.id, limit: 5 }),
    () => store.lessons.dismiss(session.id, 'draft-a', noon),
    () => store.usage.spent(session.id, '2026-11-22'),
    () => store.usage.fleetSpent('2026-11-22'),
    () => store.usage.list({ fromDay: '2026-11-22' }),
    () => store.usage.list({ sessionId: session.id, fromDay: '2026-11-22' }),
    () => store.activity.activityOf([session.id], noon),
    () => store.activity.normalOf([session.id], noon),
    () => store.history.servedOf(session.id, { from: noon / 60_000, until: noon / 60_000 + 180 }, 60_000, noon),
    () => store.history.answersOf(session.id, noon),
    () => store.history.minutesOf(session.id, noon / 60_000),
    () => store.history.hoursOf([session.id], 0),
    () => store.history.messagesByHour([session.id], 0),
    () => store.history.connectedByHour([session.id], 0),
    () => store.history.memoryOf(session.id, 0),
    () => store.history.fleetQuarters(0),
    () => store.history.customersSince(session.id, noon),
    () => store.history.whoIs(chat.id),
    () => store.conversations.nameOfSession(session.id),
    () => store.usage.shares('session', '2026-11-22'),
    () => store.usage.shares('model', '2026-11-22'),
    () => store.chats.chats({ limit: 5, now: noon }),
    () => store.chats.chats({ limit: 5, now: noon, search: 'x' }),
    () => store.chats.chats({ sessionId: session.id, limit: 5, now: noon }),
    () => store.chats.chats({ sessionId: session.id, limit: 5, now: noon, search: 'x' }),
    () => store.chats.messages({ sessionId: session.id, chatId: chat.chatId, limit: 5 }),
    () => store.chats.drafts(),
    () => store.chats.drafts(session.id),
    () => store.chats.draft(1),
    () => store.why.turns({ sessionId: session.id, limit: 5 }),
    () => store.why.turns({ sessionId: session.id, chatId: chat.chatId, limit: 5 }),
    () => store.changes.newest(),
    () => store.changes.since(0, 10),
    () => store.changes.countSince(0),
    () => store.changes.tombstonesSince(0, 10),
    () => store.events.list({ limit: 5 }),
    () => store.events.list({ sessionName: session.name, limit: 5 }),
    () => store.events.newestId(),
    () => [...store.retention.export(session.id)],
    () => store.retention.receipts(5),
  ])
    read();
  const knowledge = createKnowledgeStore(watched);
  const file = { sessionId: session.id, name: 'a.txt', kind: 'txt', bytes: 1, actor: 'you' } as const;
  const key = knowledge.begin(file, noon);
  knowledge.write(key, 1, [{ place: {}, text: 'horário de funcionamento' }]);
  knowledge.replace(key, { characters: 1, passages: 1 });
  makeMeaning(watched, session.id);
  const meant =
    createMeaningFinder(watched).nearest(session.id, meaningKey, [vectorOf('que horas fecham?')]).passages ?? [];
  expect(knowledge.find(session.id, { text: 'que horas fecham?', meant }).passages).toHaveLength(1);
  const meaning = createMeaningStore(watched);
  expect([meaning.sessions(), meaning.missing(session.id, meaningKey)]).toEqual([[session.id], null]);
  expect([...meaning.measureAgain(session.id, meaningKey)]).toHaveLength(1);
  meaning.setProblem(session.id, meaningKey, null);
  knowledge.remove(session.id, 'a.txt');
  while (knowledge.sweep(10) > 0);
  meaning.eraseOthers(session.id, null, 10);
  const draft = store.outbox.addDraft({ ...origin, turnId: turn }, 'draft', noon);
  store.outbox.editDraft(draft, 'better', 'you', noon);
  store.outbox.approveDraft(draft, 'you', noon);
  const part = store.outbox.get(draft);
  if (part === null) throw new Error('no part');
  store.outbox.replaceWhole(part, ['a', 'b'], noon);
  store.outbox.markSending(draft, { messageId: 'X', chatId: '5511987654321@c.us' }, 'life', noon);
  store.outbox.countLookup(draft, noon);
  store.outbox.requeue(draft, noon, 'r', noon);
  store.outbox.markSending(draft, { messageId: 'X', chatId: '5511987654321@c.us' }, 'life', noon);
  store.outbox.markSent(part, { waId: 'true_x_X', ack: 1 }, noon);
  store.outbox.setAck(draft, 2, noon);
  store.outbox.dropDraft(store.outbox.addDraft({ ...origin, turnId: turn }, 'second', noon), 'you', noon);
  store.conversations.pause(chat.id, { until: noon, by: 'you', reason: 'r' }, noon);
  store.conversations.resume(chat.id, noon);
  store.conversations.clearMemory(chat.id, noon);
  await store.retention.totalsOf(session.id);
  await sessionTotals();
  const keep = { eventsDays: 1, incidentsDays: 1, alertsDays: 1, turnsDays: 1 };
  await erasedBy((options) => store.retention.pruneSession(session.id, noon + 1, options));
  await erasedBy((options) => store.retention.pruneActivity(options));
  await erasedBy((options) => store.retention.pruneRecords(keep, options), noon + 10 * 86_400_000);
  await eraseCustomer(store, session, '5511987654321');
  await erasedBy((options) => store.retention.eraseSession(session, options));

  const bad: string[] = [];
  let explained = 0;
  for (const sql of seen) {
    if (!/^\s*(SELECT|UPDATE|DELETE)/.test(sql)) continue;
    explained += 1;
    const statement = real.database.prepare(`EXPLAIN QUERY PLAN ${sql}`);
    // Unbound parameters are null, which is all that a plan needs.
    for (const row of statement.all() as unknown as { detail: string }[]) {
      if (wholeSession.test(row.detail) && !wantsWholeSession.test(sql.replace(/\s+/g, ' ').trim()))
        bad.push(`${row.detail}   in   ${sql.replace(/\s+/g, ' ').slice(0, 160)}`);
      if (row.detail.startsWith('SCAN') && !harmless.some((pattern) => pattern.test(row.detail)))
        bad.push(`${row.detail}   in   ${sql.replace(/\s+/g, ' ').slice(0, 160)}`);
    }
  }
  expect(bad).toEqual([]);
  expect(explained).toBeGreaterThan(50);
});
