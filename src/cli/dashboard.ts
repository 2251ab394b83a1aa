import { existsSync } from 'node:fs';
import process from 'node:process';
import { nodeListFile } from '../home/home-paths.ts';
import type { Fleet } from '../protocol/door.ts';
import { isContainerExec } from '../resources/container-exec.ts';
import type { Milliseconds } from '../session/units.ts';
import { mayFindOthers } from '../settings/discovery.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { fleetTable, type Reader } from './commands/ls.ts';
import { chosenLanguage, verdictWordOf } from './language.ts';
import { openDoor } from './open-door.ts';
import { preferencesFile } from './preferences-file.ts';
import { keepHeapSmall } from './small-heap.ts';
import { startingLine } from './starting-line.ts';

const loadScreens = async (env: Readonly<Record<string, string | undefined>>) => {
  const [{ runDashboard, loadScreens: loadInk }, { createOperations }] = await Promise.all([
    import('../../components/app/run-dashboard.tsx'),
    import('./dashboard-operations.ts'),
  ]);
  await loadInk(env);
  return { runDashboard, createOperations };
};

const readerOf = async (loaded: LoadedSettings, option: string | undefined): Promise<Reader | undefined> => {
  const language = chosenLanguage(loaded.settings, option);
  if (language === 'en') return undefined;
  const { toldInPortuguese } = await import('./told-in-portuguese.ts');
  return { language, reason: toldInPortuguese.reason };
};

/** Once the first frame is there, which would wait for it. */
const compareSettingsAfter: Milliseconds = 500;

/** Whether other nodes are shown beside this one. */
const isAmongOthers = ({ paths, settings }: LoadedSettings): boolean =>
  existsSync(nodeListFile(paths)) || mayFindOthers(settings);

const openFleet = async (
  loaded: LoadedSettings,
  node: string | undefined,
  current: () => LoadedSettings,
  told: { readonly onLaunch: () => void; readonly onLaunched: () => void },
): Promise<Fleet> => {
  if (node === undefined) {
    const home = () => openDoor(loaded, { current, ...told, compareAfter: compareSettingsAfter });
    return isAmongOthers(loaded) ? (await import('./open-among.ts')).openDashboardAmong(loaded, home) : home();
  }

  const [{ openNode }, { askOnTerminal }] = await Promise.all([
    import('./open-node.ts'),
    import('./terminal-questions.ts'),
  ]);
  return openNode(loaded, node, (question) => askOnTerminal(question, process, { hidden: true }));
};

/** Opens the dashboard; without a terminal it prints the fleet once and says so. Returns the exit code. */
export const openDashboard = async (
  loaded: LoadedSettings,
  language: string | undefined,
  given: {
    /** Of a demo: its fleet, and what of this terminal it sees. */
    readonly demo?: {
      readonly fleet: Fleet;
      readonly surroundings: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string };
    };
    /** Another machine's fleet instead of this one's. */
    readonly node?: string | undefined;
  } = {},
): Promise<number> => {
  let current = loaded;
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const env = {
    ...process.env,
    ...(loaded.settings.FLEET_LANG === undefined ? {} : { FLEET_LANG: loaded.settings.FLEET_LANG }),
    ...(loaded.settings.FLEET_THEME === undefined ? {} : { FLEET_THEME: loaded.settings.FLEET_THEME }),
  };
  const shownLanguage = chosenLanguage(loaded.settings, language);
  const starting = startingLine(shownLanguage);
  const launched = Promise.withResolvers<void>();
  const opening =
    given.demo?.fleet ??
    openFleet(loaded, given.node, () => current, { onLaunch: starting.begin, onLaunched: launched.resolve });
  // Where no master runs, what starts it is begun before the screens are loaded: it has the longer way.
  const startsMaster =
    given.demo === undefined && given.node === undefined && !existsSync(loaded.paths.socket) && !isAmongOthers(loaded);
  const loading = async () => {
    if (startsMaster) await Promise.race([launched.promise, opening]);
    return loadScreens(env);
  };
  // The screens are loaded while the master answers: a third of the time to the first frame.
  const [fleet, screens] = await Promise.all([opening, isTerminal ? loading() : null]).finally(starting.end);
  try {
    if (screens === null) {
      process.stdout.write(
        `${fleetTable(fleet.getSnapshot(), Date.now(), verdictWordOf(loaded.settings, language), await readerOf(loaded, language))}\n`,
      );
      process.stderr.write(
        shownLanguage === 'en'
          ? 'zap-fleet: this is not a terminal, so here is the list once. For a script use: zap-fleet ls --json\n'
          : 'zap-fleet: isto não é um terminal, então aqui está a lista uma vez. Para um script: zap-fleet ls --json\n',
      );
      return 0;
    }
    keepHeapSmall();
    let shown: string = shownLanguage;
    const remembered = preferencesFile(loaded.paths);
    // The clock of this process already is in the zone that the environment names.
    const zone = loaded.settings.TZ === process.env['TZ'] ? undefined : loaded.settings.TZ;
    const result = await screens.runDashboard({
      fleet,
      language: language === undefined ? null : shownLanguage,
      ...(zone === undefined ? {} : { timeZone: zone }),
      env,
      stdin: process.stdin,
      stdout: process.stdout,
      preferences: remembered,
      operations: screens.createOperations({
        fleet: () => fleet,
        current: () => current,
        setCurrent: (next) => {
          current = next;
        },
        surroundings: given.demo?.surroundings ?? { env: process.env, cwd: process.cwd() },
        demo: given.demo !== undefined,
        node: given.node ?? null,
        language: () => shown,
      }),
      onLanguage: (chosen) => {
        shown = chosen;
      },
      watchTerminal: isContainerExec(process.pid),
    });
    return result.exitCode;
  } finally {
    await fleet.close();
  }
};
