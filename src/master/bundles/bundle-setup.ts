import { groupKeyProblem } from '../../settings/group-key.ts';
import type { Secrets, Settings } from '../../settings/settings.ts';
import { replicaProblem } from '../replica-problem.ts';

/** Whether logins travel, and what a person does when they do not. */
export type BundleSetup =
  | { readonly ready: true; readonly url: string; readonly key: string; readonly groupKey: string }
  | { readonly ready: false; readonly supabase: boolean; readonly problem: string };

export const bundleSetup = (settings: Settings, secrets: Secrets, demo: boolean): BundleSetup => {
  const { SUPABASE_URL: url } = settings;
  const { SUPABASE_SERVICE_ROLE_KEY: key, FLEET_GROUP_KEY: groupKey } = secrets;
  if (demo || url === undefined || key === undefined)
    return {
      ready: false,
      supabase: false,
      problem:
        replicaProblem(settings, secrets) ??
        'logins travel through Supabase: set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, then restart (docs/supabase.md).',
    };
  const problem = groupKeyProblem(secrets);
  if (problem !== null || groupKey === undefined) return { ready: false, supabase: true, problem: problem ?? '' };

  return { ready: true, url, key, groupKey };
};
