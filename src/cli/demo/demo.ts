import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { demoFleet } from '../../../workers/whatsapp/simulated/demo-fleet.ts';
import { writeSimulatedConfig } from '../../../workers/whatsapp/simulated/simulated-config.ts';
import { prepareHome, profileDir } from '../../home/home-paths.ts';
import { demoPrefix } from '../../master/lonely-demo.ts';
import { stopFleet } from '../../master/stop-fleet.ts';
import { parseSessionName } from '../../session/session-name.ts';
import { type LoadedSettings, loadSettings } from '../../settings/load-settings.ts';
import { fleetTimeZone } from '../../settings/time-zone.ts';
import { openStore } from '../../store/store.ts';
import { openDashboard } from '../dashboard.ts';
import { openDoor } from '../open-door.ts';
import { writeDemoHands } from './demo-hands.ts';
import { writeDemoPast } from './demo-past.ts';

/** A throw-away fleet of simulated sessions with a week behind them: own FLEET_HOME, own PM2, real workers; everything is removed on exit. */

const demoEnvironment = (language: string | undefined) => ({
  PORT: '0',
  FLEET_LANG: language ?? process.env['FLEET_LANG'],
  TZ: process.env['TZ'],
  AI_DAILY_BUDGET_USD: '5',
});

const demoSettings = (home: string, language: string | undefined): LoadedSettings => {
  // Nothing of the operator's own settings or keys gets into a demo: only what the terminal needs.
  return loadSettings({ env: demoEnvironment(language), cwd: home, home });
};

/** What each phone does, and the store as the demo's master finds it. */
const fill = ({ paths, settings }: LoadedSettings): void => {
  for (const { name, scenario, script, seed } of demoFleet)
    writeSimulatedConfig(profileDir(paths, parseSessionName(name)), { scenario, script, seed });

  const store = openStore(paths.database);
  try {
    const now = Date.now();
    writeDemoHands(store, paths, writeDemoPast(store, fleetTimeZone(settings), now), now);
  } finally {
    store.close();
  }
};

export const runDemo = async (language: string | undefined): Promise<number> => {
  const home = mkdtempSync(join(tmpdir(), demoPrefix));
  const loaded = demoSettings(home, language);
  try {
    prepareHome(loaded.paths);
    fill(loaded);
    const fleet = await openDoor(loaded, { demo: true });
    return await openDashboard(language, {
      fleet: Promise.resolve(fleet),
      launched: null,
      settings: { current: loaded },
      node: null,
      demo: { env: demoEnvironment(language), cwd: home },
    });
  } finally {
    await stopFleet(loaded.paths);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
};
