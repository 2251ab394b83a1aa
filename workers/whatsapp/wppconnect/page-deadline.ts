import { withDeadline } from '../../../src/pace/deadline.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import type { Milliseconds } from '../../../src/session/units.ts';

/** What a page answers, or a `page-hung` error after `ms`: whatever drives a page may wait for ever. */
export const withPageDeadline = <T>(answer: Promise<T>, ms: Milliseconds, what: string): Promise<T> =>
  withDeadline(
    answer,
    ms,
    () => new FleetError('page-hung', `${what} did not answer within ${Math.round(ms / 100) / 10} s`),
  );
