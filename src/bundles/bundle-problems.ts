import { UnreadableArchive } from '../backup/wrong-or-damaged.ts';
import { FleetError } from '../session/fleet-error.ts';

/** What goes wrong with any bundle, in its own words. */
export type BundleCalled = 'login bundle' | 'bundle';

export const inBundleWords = (error: unknown, called: BundleCalled): unknown => {
  if (!(error instanceof UnreadableArchive)) return error;
  if (error.why === null)
    return new FleetError(
      'usage',
      `the ${called} does not open: FLEET_GROUP_KEY is another one here than where it was made, or it is damaged. Set the same key on all servers of the group.`,
      { cause: error },
    );
  return new FleetError('failed', `the ${called} is damaged or none of ours: ${error.why}. Nothing of it was used.`, {
    cause: error,
  });
};
