import { expect, test } from 'vitest';
import { createLessonMethods } from '../../../src/orchestrator/door/lesson-methods.ts';
import { createSessionBook } from '../../../src/orchestrator/state/session-book.ts';
import { addSession, chatOf, inbound, noon, temporaryStore } from '../../store/support.ts';

/** A session in which the owner took over `count` chats. */
const taught = (count: number) => {
  const store = temporaryStore();
  const session = addSession(store);
  for (let n = 0; n < count; n += 1) {
    const { id } = chatOf(store, session, `551198765000${n}`);
    const at = noon + n * 60_000;
    store.messages.insert(inbound(session, id, `Q${n}`, { ending: null, at }), at);
    const judged = { code: 'typed', reason: 'a person typed this' };
    const typed = { waId: `true_x_O${n}`, sender: 'owner', ending: null, judged, text: `resposta ${n}`, at } as const;
    store.messages.insert(inbound(session, id, '', typed), at);
  }
  const book = createSessionBook(store, () => noon);
  return { store, name: session.name, methods: createLessonMethods({ store, book, now: () => noon }) };
};

test('lessons come in pages, and one that is dismissed comes no more, which is told', async () => {
  const { store, name, methods } = taught(3);
  const first = await methods.lessons({ name, limit: 2 });
  expect(first.lessons.map(({ id, owner }) => [id, owner])).toEqual([
    ['takeover-O2', 'resposta 2'],
    ['takeover-O1', 'resposta 1'],
  ]);
  const next = await methods.lessons({ name, limit: 2, cursor: first.next ?? '' });
  expect([next.lessons.map(({ id }) => id), next.next]).toEqual([['takeover-O0'], null]);

  expect(await methods.dismissLesson({ name, lesson: 'takeover-O1', actor: 'api' })).toEqual({ dismissed: true });
  expect((await methods.lessons({ name })).lessons.map(({ id }) => id)).toEqual(['takeover-O2', 'takeover-O0']);
  expect(store.events.list({ limit: 1 })).toMatchObject([
    { kind: 'lesson-dismissed', actor: 'api', sessionName: name },
  ]);
});

test('what is none says so, and a session that is none, too', async () => {
  const { name, methods } = taught(1);
  expect(() => methods.dismissLesson({ name, lesson: 'takeover-\u001b[31mX' })).toThrow(
    `${name} has no lesson "takeover-X". See: zap-fleet lessons ${name}`,
  );
  expect(() => methods.lessons({ name: 'padaria' })).toThrow('there is no session "padaria"');
  expect(() => methods.lessons({ name, cursor: 'yesterday' })).toThrow(/^this cursor is none that the list gave\./);
});
