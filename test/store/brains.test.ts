import { expect, test } from 'vitest';
import { brainAnswerKept } from '../../src/session/brain.ts';
import { addSession, chatOf, noon, temporaryStore } from './support.ts';

/** The first answer to a question counts, wherever it comes from, for a day. */
test('one answer counts: the first, of this session, while the question waits', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const other = addSession(store, 'studio-bela');
  const { id: chat } = chatOf(store, session);
  const turnId = store.turns.begin(
    {
      sessionId: session.id,
      conversationId: chat,
      messageIds: ['false_x_A'],
      joinedText: 'A',
      instructionsVersion: null,
      provider: 'webhook',
      model: '',
      parameters: {},
      history: { from: null, to: null, count: 0, hash: '' },
      steps: [],
    },
    noon,
  );
  const { brains } = store;
  const ask = (turn: string, at = noon) => brains.ask({ sessionId: session.id, turn, turnId }, at);
  const tell = (turn: string, answer: string, at = noon) => brains.tell(session.id, turn, answer, at);

  ask('later');
  expect(brains.tell(other.id, 'later', 'x', noon)).toBe('absent');
  expect(tell('later', 'one')).toBe('stored');
  expect(tell('later', 'two')).toBe('already');
  expect(brains.close(session.id, 'later', noon)).toBe('one');
  ask('later');
  expect(brains.read(session.id, 'later', noon)).toBe('one');

  // Answered at once: one that comes over the API is told that it does not count.
  ask('now');
  expect(brains.close(session.id, 'now', noon)).toBeNull();
  expect(tell('now', 'late')).toBe('already');
  expect(brains.read(session.id, 'now', noon)).toBeNull();
  // Asked again, it may be answered again.
  ask('now', noon + 1);
  expect(tell('now', 'again', noon + 2)).toBe('stored');
  expect(brains.close(session.id, 'nobody', noon)).toBeNull();

  // Over a day old it is gone, answered or not.
  ask('old');
  const late = noon + brainAnswerKept + 1;
  expect(tell('old', 'x', late)).toBe('absent');
  expect(tell('later', 'x', late)).toBe('absent');
  expect(brains.read(session.id, 'later', late)).toBeNull();
  expect(brains.read(session.id, 'later', noon + brainAnswerKept)).toBe('one');
});
