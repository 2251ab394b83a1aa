import { expect, test } from 'vitest';
import { understood, understoodDelta } from '../../src/client/understood.ts';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { exampleSnapshot, sessionRow } from '../components/support/fake-fleet.ts';

test('a snapshot of the same version is taken as it is', () => {
  const snapshot = exampleSnapshot();
  expect(understood(snapshot)).toBe(snapshot);
});

test('what an older master does not tell is nothing, and what a newer one says is said to be unknown', () => {
  const { silent: _, restriction: __, asksForPerson: ___, ...older } = sessionRow('loja-1');
  const newer = { ...sessionRow('loja-2'), verdict: 'dancing\u001b[2J' };
  const snapshot = { ...exampleSnapshot(), sessions: [older, newer] as unknown as readonly SessionRow[] };
  const { sessions } = understood(snapshot);
  expect(sessions[0]).toMatchObject({
    silent: { chats: 0 },
    restriction: null,
    asksForPerson: 0,
    verdict: 'connected',
  });
  expect(sessions[1]).toMatchObject({
    verdict: 'unreachable',
    reason: expect.stringMatching(
      /^its node says "dancing[^\u001b]*", which this program does not know: upgrade this program$/,
    ),
  });
  expect(understoodDelta({ sequence: 2, changed: [newer as unknown as SessionRow] }).changed?.[0]?.verdict).toBe(
    'unreachable',
  );
});
