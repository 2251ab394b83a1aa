import process from 'node:process';
import { fleetTable } from './commands/ls.ts';
import { isContainerExec } from './container-exec.ts';
import { chosenLanguage, languageOf } from './language.ts';
import { openDoor } from './open-door.ts';
import { preferencesFile } from './preferences.ts';
import type { Fleet } from './protocol/fleet.ts';
import type { LoadedSettings } from './settings/load-settings.ts';

/** Opens the dashboard; without a terminal it prints the fleet once and says so. Returns the exit code. */
export const openDashboard = async (
  loaded: LoadedSettings,
  language: string | undefined,
  given?: { readonly fleet: Fleet; readonly whileOpen: Promise<void> },
): Promise<number> => {
  const fleet = given?.fleet ?? (await openDoor(loaded));
  try {
    if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
      await given?.whileOpen;
      const words = languageOf(loaded.settings, language);
      process.stdout.write(`${fleetTable(fleet.getSnapshot(), Date.now(), (verdict) => words.verdict[verdict])}\n`);
      process.stderr.write(
        'zap-fleet: this is not a terminal, so here is the list once. For a script use: zap-fleet ls --json\n',
      );
      return 0;
    }
    const { runDashboard } = await import('../components/run-dashboard.tsx');
    const zone = loaded.settings.TZ;
    const result = await runDashboard({
      fleet,
      language: language === undefined ? null : chosenLanguage(loaded.settings, language),
      ...(zone === undefined ? {} : { timeZone: zone }),
      env: {
        ...process.env,
        ...(loaded.settings.FLEET_LANG === undefined ? {} : { FLEET_LANG: loaded.settings.FLEET_LANG }),
      },
      stdin: process.stdin,
      stdout: process.stdout,
      preferences: preferencesFile(loaded.paths),
      watchTerminal: isContainerExec(process.pid),
    });
    return result.exitCode;
  } finally {
    await fleet.close();
  }
};
