import { expect, onTestFinished, test } from 'vitest';
import { createSilenceMethods } from '../../../src/orchestrator/door/silence-methods.ts';
import { createFleetState } from '../../../src/orchestrator/state/fleet-state.ts';
import { createSessionBook } from '../../../src/orchestrator/state/session-book.ts';
import type { FleetInfo } from '../../../src/protocol/fleet.ts';
import { addSession, chatOf, noon, temporaryStore } from '../../store/support.ts';

const minute = 60_000;
const info: FleetInfo = {
  fleetId: 'f',
  version: '1',
  host: 'h',
  demo: false,
  home: '/x',
  masterPid: 1,
  startedAt: noon,
  settingsFingerprint: 'x',
  maxSessions: 10,
  publicUrl: null,
  apiUrl: null,
  machine: null,
  health: {
    store: { status: 'ok', reason: null },
    ai: { status: 'ok', reason: null },
    alerts: { status: 'off', reason: null },
    replica: null,
  },
  messagesPerMinute: { in: 0, out: 0 },
  aiToday: { costUsd: 0, budgetUsd: null },
};

/** A connected session, and the time as it is now. */
const openFleet = () => {
  const store = temporaryStore();
  const session = addSession(store);
  let time = noon;
  const now = () => time;
  const book = createSessionBook(store, now);
  const managed = book.get(session.name);
  book.move(managed, 'queued');
  book.move(managed, 'starting');
  book.move(managed, 'syncing');
  book.move(managed, 'connected');
  const state = createFleetState({
    store,
    book,
    info,
    defaultModel: () => 'm',
    now,
    onProblem: (error) => {
      throw error;
    },
  });
  onTestFinished(() => state.close());
  const methods = createSilenceMethods({ store, book, state, now });
  const leave = (phone: string) => {
    const { id } = chatOf(store, session, phone);
    store.silences.leave(
      { sessionId: session.id, conversationId: id, since: time, code: 'empty', reason: 'the AI sent an empty answer' },
      time,
    );
  };
  const row = () => {
    state.readActivity();
    return state.row(managed);
  };

  return { store, session, methods, leave, row, wait: (ms: number) => (time += ms), now };
};

test('the third customer in silence makes the session NOT REPLYING, with the reason in words, until they are served', async () => {
  const fleet = openFleet();
  expect(fleet.row()).toMatchObject({ verdict: 'connected', silent: { chats: 0, today: 0, oldestSince: null } });

  fleet.leave('5511987654321');
  fleet.wait(minute);
  fleet.leave('5511987654322');
  expect(fleet.row()).toMatchObject({
    verdict: 'connected',
    reasonCode: null,
    silent: { chats: 2, today: 2, oldestSince: noon },
  });
  fleet.wait(minute);
  fleet.leave('5511987654323');
  expect(fleet.row()).toMatchObject({
    verdict: 'not_replying',
    reasonCode: 'empty',
    reason: 'the AI sent an empty answer',
    silent: { chats: 3, today: 3, oldestSince: noon },
  });
  // Nobody writes and nobody was answered: an hour later it is no better.
  fleet.wait(60 * minute);
  expect(fleet.row().verdict).toBe('not_replying');

  const { row } = await fleet.methods.dismissSilence({ name: fleet.session.name, chat: '5511987654321@c.us' });
  expect(row).toMatchObject({ verdict: 'connected', silent: { chats: 2, today: 3, oldestSince: noon + minute } });
});

test('a silence is dismissed by any name of the chat, once, and is written down', async () => {
  const { store, session, methods, leave } = openFleet();
  const { name } = session;
  leave('5511987654321');
  expect(() => methods.dismissSilence({ name, chat: '5511000000000' })).toThrow('has no chat with "5511000000000"');
  await methods.dismissSilence({ name, chat: '+55 11 98765-4321', actor: 'api' });
  expect(store.events.list({ sessionName: name, limit: 1 })).toMatchObject([
    { kind: 'silence-dismissed', actor: 'api' },
  ]);
  expect(() => methods.dismissSilence({ name, chat: '5511987654321' })).toThrow('nobody in this chat was left');
});

test('who was left and who asks for a person is listed, the longest first', async () => {
  const { store, session, methods, leave, row, wait, now } = openFleet();
  leave('5511987654321');
  wait(minute);
  leave('5511987654322');
  const asking = chatOf(store, session, '5511987654323');
  store.conversations.askForPerson(asking.id, 'Wants to cancel.', now());

  expect(row()).toMatchObject({ verdict: 'asks_for_person', asksForPerson: 1 });
  const { silent, asking: asks } = await methods.silences({ name: session.name });
  expect(silent).toMatchObject([
    { chatId: '5511987654321@c.us', since: noon, code: 'empty' },
    { chatId: '5511987654322@c.us', since: noon + minute },
  ]);
  expect(asks).toEqual([
    {
      chatId: '5511987654323@c.us',
      name: 'Ana',
      phone: '5511987654323',
      since: noon + minute,
      summary: 'Wants to cancel.',
    },
  ]);

  store.conversations.resume(asking.id, now());
  expect(row()).toMatchObject({ verdict: 'connected', asksForPerson: 0 });
});

test('what WhatsApp refuses stands on the row, until it takes messages again', () => {
  const { store, session, row } = openFleet();
  const restriction = {
    since: noon,
    refused: 4,
    nextTryAt: noon + minute,
    code: 'restricted-new',
    tries: 1,
    askedAt: noon,
    revision: 1,
  } as const;
  store.sessions.setRestriction(session.id, { ...restriction, scope: 'new' });
  expect(row()).toMatchObject({ verdict: 'restricted', reasonCode: 'restricted-new', restriction: { refused: 4 } });
  store.sessions.setRestriction(session.id, { ...restriction, scope: 'all' });
  expect(row()).toMatchObject({ verdict: 'not_replying', reasonCode: 'restricted' });
  store.sessions.setRestriction(session.id, null);
  expect(row()).toMatchObject({ verdict: 'connected', restriction: null });
});
