import { expect, test } from 'vitest';
import { createBrainMethods } from '../../src/master/brain-methods.ts';
import { addSession, noon, temporaryStore } from '../store/support.ts';

/** An answer that comes later counts where its question is asked, or is refused. */
test('an answer for a session that went to another server is refused there, and one that says nothing or two things', () => {
  const store = temporaryStore();
  const stored = addSession(store);
  const at: { node: string | null } = { node: null };
  const parts = { store, now: () => noon, book: { get: () => ({ stored }) }, replica: { nodeOf: () => at.node } };
  const { turnAnswer } = createBrainMethods(parts as unknown as Parameters<typeof createBrainMethods>[0]);
  const tell = (said: object) => turnAnswer({ name: stored.name, turn: 'a', ...said });

  store.brains.ask({ sessionId: stored.id, turn: 'a', turnId: 1 }, noon);
  for (const said of [{}, { text: null }, { text: 'a', none: 'b' }, { text: '', handOver: null, did: ['x'] }])
    expect(() => tell(said), JSON.stringify(said)).toThrow(/one of text, handOver and none/);
  at.node = 'vps-2';
  expect(() => tell({ text: 'Temos.' })).toThrow('padaria-joao is on vps-2, not here: answer it there.');
  expect(store.brains.read(stored.id, 'a', noon)).toBeNull();
  at.node = null;
  expect(tell({ text: 'Temos.', handOver: null, none: null })).toEqual({ isNew: true });
  expect(tell({ none: 'x' })).toEqual({ isNew: false });
  expect(JSON.parse(store.brains.read(stored.id, 'a', noon) ?? '')).toEqual({ kind: 'text', text: 'Temos.', did: [] });
  expect(() => turnAnswer({ name: stored.name, turn: 'b', text: 'x' })).toThrow(/nothing of padaria-joao waits/);
});
