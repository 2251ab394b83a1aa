import type { HomePaths } from '../home/home-paths.ts';
import { cleanEnvironment } from '../protocol/clean-environment.ts';
import type { MasterConfig } from '../protocol/launch-request.ts';
import { settingNames } from '../settings/settings.ts';

/** Workers have no use for these, and PM2's record keeps whatever they are given. */
const notForWorkers =
  /^(ALERT_|BACKUP_|SUPABASE_|PORT$|PUBLIC_URL$|FLEET_HOST$|BASE_PORT$|MAX_SESSIONS$|PM2_HOME$|SESSION_NAME$|SINGLE_SESSION_MODE$)/;

/** What every worker of this fleet is started with, the part of its own session aside. */
export const workerEnvironment = (config: MasterConfig, paths: HomePaths): Record<string, string> => ({
  ...cleanEnvironment(process.env),
  ...Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = config.raw[name];
      return value === undefined || notForWorkers.test(name) ? [] : [[name, value]];
    }),
  ),
  PM2_LOG_DIR: paths.logs,
  FLEET_HOME: paths.home,
});

/** The same for a process beside the master that asks a session's AI. */
export const sideEnvironment = (config: MasterConfig, paths: HomePaths): Record<string, string> => ({
  ...workerEnvironment(config, paths),
  ...(config.demo ? { ZAP_DEMO: '1' } : {}),
});
