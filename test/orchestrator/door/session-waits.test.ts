import { expect, it, test } from 'vitest';
import { failedStart } from '../../../src/orchestrator/door/session-waits.ts';
import type { ManagedSession } from '../../../src/orchestrator/state/managed-session.ts';

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
