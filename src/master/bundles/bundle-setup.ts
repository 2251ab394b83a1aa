import type { Secrets, Settings } from '../../settings/settings.ts';
import { replicaProblem } from '../replica-problem.ts';

/** Whether logins travel, and what a person does when they do not. */
export type BundleSetup =
  | { readonly ready: true; readonly url: string; readonly key: string; readonly groupKey: string }
  | { readonly ready: false; readonly supabase: boolean; readonly problem: string };

/** A shorter key can be guessed by whoever got hold of a bundle. */
export const shortestGroupKey = 16;

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
  if (groupKey === undefined)
    return {
      ready: false,
      supabase: true,
      problem:
        'FLEET_GROUP_KEY is not set: no login is put into Supabase Storage. Set the same long secret on all servers (openssl rand -base64 32), then restart.',
    };
  if (groupKey.length < shortestGroupKey)
    return {
      ready: false,
      supabase: true,
      problem: `FLEET_GROUP_KEY has ${groupKey.length} characters: it can be guessed. Take ${shortestGroupKey} or more, the same on all servers, then restart.`,
    };

  return { ready: true, url, key, groupKey };
};
