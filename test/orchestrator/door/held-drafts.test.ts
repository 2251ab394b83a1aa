import { expect, test } from 'vitest';
import type { FleetParts } from '../../../src/orchestrator/door/fleet-parts.ts';
import { createOutgoingMethods } from '../../../src/orchestrator/door/outgoing-methods.ts';
import { addSession, chatOf, noon, temporaryStore } from '../../store/support.ts';

const minute = 60_000;

/** A draft that waits, and how far away the time is until which it is not replaced. */
const openDraft = () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session);
  const origin = { sessionId: session.id, conversationId: chat.id, turnId: null, source: 'reply', actor: '' } as const;
  const outboxId = store.outbox.addDraft(origin, 'Abrimos às 8h.', noon);
  let time = noon;
  const parts = { store, now: () => time, book: { byId: () => null } } as unknown as FleetParts;
  const { draft } = createOutgoingMethods(parts);
  return {
    say: (action: 'hold' | 'release') => draft({ outboxId, action }),
    wait: (ms: number) => (time += ms),
    heldFor: () => Math.max(0, (store.outbox.get(outboxId)?.notBefore ?? 0) - time),
  };
};

test('a draft is held for two minutes from the last time that a screen said so, and no longer when the screen died', async () => {
  const draft = openDraft();
  expect(draft.heldFor()).toBe(0);
  await draft.say('hold');
  draft.wait(minute);
  await draft.say('hold');
  expect(draft.heldFor()).toBe(2 * minute);
  draft.wait(2 * minute);
  expect(draft.heldFor()).toBe(0);
});

test('a draft that is given back may be replaced at once', async () => {
  const draft = openDraft();
  await draft.say('hold');
  await draft.say('release');
  expect(draft.heldFor()).toBe(0);
});
