import { expect, test } from 'vitest';
import { createJobBoard } from '../../src/master/jobs/job-board.ts';
import { createJobRunner } from '../../src/master/jobs/job-runner.ts';
import { createRetentionJob, erasedBefore } from '../../src/master/jobs/retention-job.ts';
import { defaultPolicies } from '../../src/orchestrator/health/policies.ts';
import { createSessionBook } from '../../src/orchestrator/state/session-book.ts';
import type { Ending } from '../../src/store/message-store.ts';
import { addSession, chatOf, inbound, noon, temporaryStore } from '../store/support.ts';

const day = 86_400_000;
const answered: Ending = { outcome: 'answered', code: null, reason: null };
const held = (code: string): Ending => ({ outcome: 'held', code, reason: code });

test('a session’s old messages are erased when it says so; what waits stays, and other sessions keep everything', async () => {
  const store = temporaryStore();
  const wishing = addSession(store);
  const keeping = addSession(store, 'otica-visao');
  store.sessions.change(
    wishing.id,
    { config: { ...wishing.config, filters: { ...wishing.config.filters, retentionDays: 30 } } },
    noon,
  );
  for (const session of [wishing, keeping]) {
    const chat = chatOf(store, session);
    for (const [id, ending] of [
      ['answered', answered],
      ['until opening', held('closed')],
      ['draft', held('draft')],
      ['a person answered', held('owner-answered')],
    ] as const)
      store.messages.insert(inbound(session, chat.id, id, { ending }), noon - 31 * day);
    store.messages.insert(inbound(session, chat.id, 'waiting'), noon - 31 * day);
    store.messages.insert(inbound(session, chat.id, 'young', { ending: answered }), noon - 29 * day);
  }
  const lines: unknown[] = [];
  const now = () => noon;
  const log = (...line: unknown[]) => void lines.push(line);
  const runner = createJobRunner({ store, board: createJobBoard(() => undefined, now), now, log });
  const book = createSessionBook(store, now);
  runner.serve(createRetentionJob({ store, book, keep: defaultPolicies.keep, now, log }));
  runner.begin();
  await runner.ended(runner.add({ kind: 'retention', args: {}, actor: 'master' }).id);
  await runner.close();
  const left = (sessionId: string): string[] =>
    store.database
      .all<{ id: string }>('SELECT wa_id AS id FROM messages WHERE session_id = ? ORDER BY seq', sessionId)
      .map(({ id }) => id.replace('false_x_', ''));
  expect(left(wishing.id)).toEqual(['until opening', 'draft', 'waiting', 'young']);
  expect(left(keeping.id)).toHaveLength(6);
  expect(lines).toEqual([
    ['info', 'old messages were erased (filters.retentionDays)', { session: 'padaria-joao', erased: 2 }],
  ]);
});

test('the ids of messages that WhatsApp may still show as unread are kept: none is answered twice', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const { config } = session;
  const wish = (retentionDays: number | null, maxAgeMs: number) =>
    erasedBefore(
      { config: { ...config, filters: { ...config.filters, retentionDays }, timing: { ...config.timing, maxAgeMs } } },
      noon,
    );
  expect(wish(null, day)).toBeNull();
  expect(wish(1, day)).toBe(noon - 3 * day);
  expect(wish(1, 7 * day)).toBe(noon - 9 * day);
  expect(wish(30, 7 * day)).toBe(noon - 30 * day);
});
