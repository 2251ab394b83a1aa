import { wake } from '../../orchestrator/door/fleet-parts.ts';
import type { Fleet } from '../../protocol/door.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { MasterParts } from '../open-parts.ts';
import type { Room } from '../room.ts';
import { whileClosed } from '../while-closed.ts';
import type { WatchTiming } from './belongings/watch-belongings.ts';
import type { BundleMethods } from './bundle-methods.ts';
import { bundleSetup } from './bundle-setup.ts';
import type { DueTiming } from './due-bundles.ts';

/** Logins, tools and files that travel between servers, as the door knows them. */
export type BundleRoom = Room<'bundles' | 'bundlePush' | 'bundleFetch' | 'bundleSkip' | 'bundleUndo' | 'bundleRemove'>;

/** Tests do not wait ten minutes until a link has settled. */
const timingOf = (usual: DueTiming, watch: WatchTiming): { readonly due: DueTiming; readonly watch: WatchTiming } => {
  const ms = Number(process.env['ZAP_TEST_BUNDLE_MS'] ?? Number.NaN);
  if (!Number.isFinite(ms)) return { due: usual, watch };
  return {
    due: { ...usual, everyMs: ms, settledMs: ms, patienceMs: ms, againMs: ms },
    watch: { ...watch, everyMs: ms, againMs: ms },
  };
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
    const { usualWatchTiming } = await import('./belongings/watch-belongings.ts');
    const timing = timingOf(usualDueTiming, usualWatchTiming);
    served = createBundleMethods(parts, logins);
    logins.begin({
      withClosedProfile: whileClosed(parts),
      waitingOf: (session) => parts.state.row(session).waiting.chats,
      timing: timing.due,
      belongings: { timing: timing.watch, wake: (session) => wake(parts, session) },
    });
  };

  return {
    methods: {
      bundles: (asked) =>
        logins === null
          ? { configured: false, problem, bundles: [], login: null, belongings: null }
          : methods().bundles(asked),
      bundlePush: (asked) => methods().bundlePush(asked),
      bundleFetch: (asked) => methods().bundleFetch(asked),
      bundleSkip: (asked) => methods().bundleSkip(asked),
      bundleUndo: (asked) => methods().bundleUndo(asked),
      bundleRemove: (asked) => methods().bundleRemove(asked),
    },
    begin,
    close: () => logins?.close(),
  };
};
