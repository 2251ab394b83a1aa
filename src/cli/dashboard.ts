import process from 'node:process';
import { isContainerExec } from '../resources/container-exec.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { fleetTable, type Reader } from './commands/ls.ts';
import type { DashboardFleet } from './dashboard-fleet.ts';
import { chosenLanguage, verdictWordOf } from './language.ts';
import { preferencesFile } from './preferences-file.ts';
import { keepHeapSmall } from './small-heap.ts';

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

/** Opens the dashboard; without a terminal it prints the fleet once and says so. Returns the exit code. */
export const openDashboard = async (language: string | undefined, shownFleet: DashboardFleet): Promise<number> => {
  const { settings: kept, node, demo } = shownFleet;
  const loaded = kept.current;
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const env = {
    ...process.env,
    ...(loaded.settings.FLEET_LANG === undefined ? {} : { FLEET_LANG: loaded.settings.FLEET_LANG }),
    ...(loaded.settings.FLEET_THEME === undefined ? {} : { FLEET_THEME: loaded.settings.FLEET_THEME }),
  };
  const shownLanguage = chosenLanguage(loaded.settings, language);
  // The screens are loaded while the master answers: a third of the time to the first frame.
  const [fleet, screens] = await Promise.all([shownFleet.fleet, isTerminal ? loadScreens(env) : null]);
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
        current: () => kept.current,
        setCurrent: (next) => {
          kept.current = next;
        },
        surroundings: demo ?? { env: process.env, cwd: process.cwd() },
        demo: demo !== undefined,
        node,
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
