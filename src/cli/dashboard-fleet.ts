import { existsSync } from 'node:fs';
import { nodeListFile } from '../home/home-paths.ts';
import type { Fleet } from '../protocol/door.ts';
import type { Milliseconds } from '../session/units.ts';
import { mayFindOthers } from '../settings/discovery.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { chosenLanguage } from './language.ts';
import { openDoor } from './open-door.ts';
import { startingLine } from './starting-line.ts';

/** What a dashboard stands on; its fleet may still be on its way. */
export interface DashboardFleet {
  /** Rejects with why it cannot be reached. */
  readonly fleet: Promise<Fleet>;
  /** Settled once the process that starts its master is begun, or the fleet is there; null: none has to be started, as far as can be seen. */
  readonly launched: Promise<unknown> | null;
  /** As they are now: the dashboard itself may change them. */
  readonly settings: { current: LoadedSettings };
  /** Another machine's fleet instead of this one's; null: this one's. */
  readonly node: string | null;
  /** Of a demo: what of this terminal it sees. */
  readonly demo?: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string };
}

/** Once the first frame is there, which would wait for it. */
const compareSettingsAfter: Milliseconds = 500;

/** Whether other nodes are shown beside this one. */
const isAmongOthers = ({ paths, settings }: LoadedSettings): boolean =>
  existsSync(nodeListFile(paths)) || mayFindOthers(settings);

const openFleet = async (
  { settings, node }: Pick<DashboardFleet, 'settings' | 'node'>,
  told: { readonly onLaunch: () => void; readonly onLaunched: () => void },
): Promise<Fleet> => {
  const loaded = settings.current;
  if (node === null) {
    const home = () =>
      openDoor(loaded, { current: () => settings.current, ...told, compareAfter: compareSettingsAfter });
    return isAmongOthers(loaded) ? (await import('./open-among.ts')).openDashboardAmong(loaded, home) : home();
  }

  const [{ openNode }, { askOnTerminal }] = await Promise.all([
    import('./open-node.ts'),
    import('./terminal-questions.ts'),
  ]);
  return openNode(loaded, node, (question) => askOnTerminal(question, process, { hidden: true }));
};

/** Begins to reach the fleet, and starts its master where none runs. It answers while the screens are read: that is why it is begun before them. */
export const beginFleet = (
  loaded: LoadedSettings,
  given: { readonly language: string | undefined; readonly node: string | undefined },
): DashboardFleet => {
  const begun = { settings: { current: loaded }, node: given.node ?? null };
  const starting = startingLine(chosenLanguage(loaded.settings, given.language));
  const launched = Promise.withResolvers<void>();
  const startsMaster = begun.node === null && !existsSync(loaded.paths.socket) && !isAmongOthers(loaded);
  const fleet = openFleet(begun, { onLaunch: starting.begin, onLaunched: launched.resolve }).finally(starting.end);
  return { ...begun, fleet, launched: startsMaster ? Promise.race([launched.promise, fleet]) : null };
};
