import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { demoFleet } from '../../workers/whatsapp/simulated/demo-fleet.ts';
import { writeSimulatedConfig } from '../../workers/whatsapp/simulated/simulated-config.ts';
import { prepareHome, profileDir } from '../home/home-paths.ts';
import { demoPrefix } from '../master/lonely-demo.ts';
import { stopFleet } from '../master/stop-fleet.ts';
import type { Fleet } from '../protocol/door.ts';
import { parseSessionName } from '../session/session-name.ts';
import { type LoadedSettings, loadSettings } from '../settings/load-settings.ts';
import { openDashboard } from './dashboard.ts';
import { openDoor } from './open-door.ts';

/** A throw-away fleet of six simulated sessions: own FLEET_HOME, own PM2, real workers; everything is removed on exit. */

const demoEnvironment = () => ({ PORT: '0', FLEET_LANG: process.env['FLEET_LANG'] });

const demoSettings = (home: string): LoadedSettings => {
  // Nothing of the operator's own settings or keys gets into a demo: only what the terminal needs.
  return loadSettings({ env: demoEnvironment(), cwd: home, home });
};

const fill = async (fleet: Fleet, loaded: LoadedSettings): Promise<void> => {
  await Promise.all(
    demoFleet.map(async (session) => {
      const name = parseSessionName(session.name);
      writeSimulatedConfig(profileDir(loaded.paths, name), { scenario: session.scenario, seed: session.seed });
      await fleet.request('create', { name, label: session.label, engine: 'simulated', ai: session.ai, actor: 'demo' });
      for (const [key, value] of Object.entries(session.timing)) {
        await fleet.request('setConfig', { name, key: `timing_config.${key}`, value, actor: 'demo' });
      }
      await fleet.request('start', { name, wait: false, actor: 'demo' });
    }),
  );
};

export const runDemo = async (language: string | undefined): Promise<number> => {
  const home = mkdtempSync(join(tmpdir(), demoPrefix));
  const loaded = demoSettings(home);
  try {
    prepareHome(loaded.paths);
    const fleet = await openDoor(loaded, { demo: true });
    // The sessions come up while the dashboard is already open: a first frame waits for nobody.
    // Whoever leaves while they still come up has closed their door: only what fails under an open dashboard is worth a word.
    let left = false;
    let problem: unknown;
    const filled = fill(fleet, loaded).catch((error: unknown) => {
      if (!left) problem = error;
    });
    const code = await openDashboard(loaded, language, {
      fleet,
      whileOpen: filled,
      onLeave: () => {
        left = true;
      },
      surroundings: { env: demoEnvironment(), cwd: home },
    });
    if (problem !== undefined) throw problem;
    return code;
  } finally {
    await stopFleet(loaded.paths);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
};
