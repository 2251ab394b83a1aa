import { FleetError } from './fleet-error.ts';

/** Somebody approved, dropped or replaced it, or it never was. */
export const draftIsGone = (): FleetError =>
  new FleetError('refused-by-state', 'this draft is not waiting any more. Look at the drafts again.');
