import { expect, test } from 'vitest';
import { createTryConversation } from '../../../workers/session/try-conversation.ts';
import { createTryView } from '../../../workers/session/try-view.ts';
import { until } from '../../support/until.ts';

const start = { sessionName: 'loja-1', provider: 'echo', model: '', instructions: null };

test('what is written while an answer comes is the next turn, with steps of its own', async () => {
  const turns: { readonly text: string; readonly end: () => void }[] = [];
  const view = createTryView({
    start,
    knows: () => ({ lines: 0, isSummed: false }),
    now: Date.now,
    changed: () => undefined,
  });
  const conversation = createTryConversation({
    timing: { quietMs: 0, maxWaitMs: 1000, maxMessages: 10 },
    talk: {
      turn: (text) =>
        new Promise((resolve) => {
          turns.push({ text, end: () => resolve(true) });
        }),
    },
    view,
    now: Date.now,
    onProblem: (error) => expect.unreachable(String(error)),
  });
  const steps = (): string =>
    view
      .view()
      .steps.map(({ state }) => state[0])
      .join('');

  conversation.say('um');
  await until(() => turns.length === 1, { what: 'the first turn' });
  view.show.open(true);
  conversation.say('dois');
  conversation.say('três');
  expect(steps()).toBe('dddaaaa');
  expect(view.view().done).toBe(false);

  turns[0]?.end();
  await until(() => turns.length === 2, { what: 'the second turn' });
  expect(turns[1]?.text).toBe('dois\ntrês');
  expect(steps()).toBe('ddaaaaa');
  turns[1]?.end();
  await until(() => view.view().done, { what: 'the end' });
  conversation.close();
});

test('a turn that throws is told, and the next one is answered all the same', async () => {
  const problems: unknown[] = [];
  const texts: string[] = [];
  const view = createTryView({
    start,
    knows: () => ({ lines: 0, isSummed: false }),
    now: Date.now,
    changed: () => undefined,
  });
  const conversation = createTryConversation({
    timing: { quietMs: 60_000, maxWaitMs: 60_000, maxMessages: 2 },
    talk: {
      turn: async (text) => {
        texts.push(text);
        if (texts.length === 1) throw new Error('broken');
        return true;
      },
    },
    view,
    now: Date.now,
    onProblem: (error) => problems.push(error),
  });
  for (const line of ['a', 'b']) conversation.say(line);
  await until(() => problems.length === 1, { what: 'the problem' });
  conversation.say('c');
  expect(view.view().collectsUntil).toBeGreaterThan(Date.now());
  conversation.answerNow();
  await until(() => texts.length === 2, { what: 'the next turn' });
  expect(texts).toEqual(['a\nb', 'c']);
  conversation.close();
});
