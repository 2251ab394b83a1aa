import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, test } from 'vitest';
import { createSessionWaits, failedStart } from '../../../src/orchestrator/door/session-waits.ts';
import type { ManagedSession } from '../../../src/orchestrator/state/managed-session.ts';
import { createSessionBook } from '../../../src/orchestrator/state/session-book.ts';
import { addSession, noon, temporaryStore } from '../../store/support.ts';

const failed = (reason: string | null, attempt: number): Pick<ManagedSession, 'stored' | 'reason' | 'attempt'> => ({
  // Nothing of the stored session but its name is told.
  stored: { name: 'padaria' } as ManagedSession['stored'],
  reason,
  attempt,
});

test.each([
  ['the browser did not come up', 1, 3_200, 'That was try 1; the next one is in 4 s, by itself.'],
  ['the browser did not come up', 4, 90_000, 'That was try 4; the next one is in 90 s, by itself.'],
  ['the database cannot be opened', 0, 300_000, 'It is tried again in 5 min, by itself.'],
  [null, 2, -5, 'That was try 2; the next one is in 1 s, by itself.'],
] as const)('%s, try %d: what was tried, and when again', (reason, attempt, left, next) => {
  expect(failedStart(failed(reason, attempt), left)).toBe(
    `padaria did not start: ${reason ?? 'it failed'}. ${next} See: zap-fleet logs padaria`,
  );
});

it('says it in one line', () => expect(failedStart(failed('x', 1), 1000)).not.toContain('\n'));

describe('whoever starts a session hears how it ended', () => {
  const waiting = () => {
    const store = temporaryStore();
    const stored = addSession(store, 'padaria');
    store.sessions.change(stored.id, { desiredState: 'running' }, noon);
    const book = createSessionBook(store, () => noon);
    const session = book.get('padaria');
    book.move(session, 'queued');
    book.move(session, 'starting');
    let ended: unknown = 'waits';
    const { untilStarted } = createSessionWaits(book, () => noon);
    untilStarted(session, () => true).then(
      (value) => {
        ended = value;
      },
      (error: unknown) => {
        ended = error;
      },
    );
    const settled = async (): Promise<unknown> => {
      for (let turn = 0; turn < 5; turn += 1) await nextTurn();
      return ended;
    };
    return { book, session, settled };
  };

  it('while it starts nothing is said, and up is up', async () => {
    const { book, session, settled } = waiting();
    book.changed(session);
    expect(await settled()).toBe('waits');
    session.worker = { startId: 's', startedAt: noon, pid: 4242, pmId: 1, awaitsReport: false };
    book.move(session, 'syncing');
    expect(await settled()).toBe(true);
  });

  it('a try that failed is said at once, with why and when the next one comes: not done, and no wait without an end', async () => {
    const { book, session, settled } = waiting();
    Object.assign(session, {
      reason: 'no browser could be started',
      reasonCode: 'start-failed',
      attempt: 1,
      nextTryAt: noon + 8000,
    });
    book.changed(session);
    expect(await settled()).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^padaria did not start: no browser could be started\. .* in 8 s/),
    });
  });

  it('one that gave up is said as failed', async () => {
    const { book, session, settled } = waiting();
    book.move(session, 'failed', { code: 'gave-up', words: '6 crashes in 10m' });
    expect(await settled()).toMatchObject({ code: 'failed', message: expect.stringContaining('6 crashes in 10m') });
  });
});
