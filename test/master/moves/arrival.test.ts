import { expect, it } from 'vitest';
import { hasSettled } from '../../../src/master/moves/arrival.ts';

it.each([null, 'stopped', 'queued', 'starting', 'syncing', 'stopping'])(
  'waits on for one that was to run and is said to be %s',
  (state) => expect(hasSettled({ isToRun: true, state })).toBe(false),
);

it.each(['connected', 'qr', 'failed', 'held', 'logged_out', 'waiting', 'offline'])(
  'has seen how one stands that is said to be %s',
  (state) => expect(hasSettled({ isToRun: true, state })).toBe(true),
);

it.each([null, 'stopped', 'queued'])('waits for nothing where it was not to run (%s)', (state) =>
  expect(hasSettled({ isToRun: false, state })).toBe(true),
);
