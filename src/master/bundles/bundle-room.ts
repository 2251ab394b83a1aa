import type { Fleet } from '../../protocol/door.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { MasterParts } from '../open-parts.ts';
import type { Room } from '../room.ts';
import { whileClosed } from '../while-closed.ts';
import type { BundleMethods } from './bundle-methods.ts';
import { bundleSetup } from './bundle-setup.ts';
import type { DueTiming } from './due-bundles.ts';

/** Logins that travel between servers, as the door knows them. */
export type BundleRoom = Room<'bundles' | 'bundlePush' | 'bundleFetch' | 'bundleSkip' | 'bundleRemove'>;

/** Tests do not wait ten minutes until a link has settled. */
const timingOf = (usual: DueTiming): DueTiming => {
  const settledMs = Number(process.env['ZAP_TEST_BUNDLE_MS'] ?? Number.NaN);
  if (!Number.isFinite(settledMs)) return usual;
  return { ...usual, everyMs: settledMs, settledMs, patienceMs: settledMs, againMs: settledMs };
};

export const createBundleRoom = (parts: MasterParts): BundleRoom => {
  const { settings, secrets, demo, log, logins } = parts;
  const setup = bundleSetup(settings, secrets, demo);
  const problem = setup.ready ? 'the master is starting. Try again.' : setup.problem;
  let served: BundleMethods | null = null;
  const methods = (): BundleMethods => {
    if (served !== null) return served;
    throw new FleetError('usage', problem);
  };

  const begin = async (_door: Fleet): Promise<void> => {
    if (!setup.ready && setup.supabase) log.warn(setup.problem);
    if (logins === null) return;

    // A fleet without a group loads none of it.
    const { createBundleMethods } = await import('./bundle-methods.ts');
    const { usualDueTiming } = await import('./due-bundles.ts');
    served = createBundleMethods(parts, logins.work);
    logins.begin({
      withClosedProfile: whileClosed(parts),
      waitingOf: (session) => parts.state.row(session).waiting.chats,
      timing: timingOf(usualDueTiming),
    });
  };

  return {
    methods: {
      bundles: (asked) =>
        logins === null ? { configured: false, problem, bundles: [], login: null } : methods().bundles(asked),
      bundlePush: (asked) => methods().bundlePush(asked),
      bundleFetch: (asked) => methods().bundleFetch(asked),
      bundleSkip: (asked) => methods().bundleSkip(asked),
      bundleRemove: (asked) => methods().bundleRemove(asked),
    },
    begin,
    close: () => logins?.close(),
  };
};
