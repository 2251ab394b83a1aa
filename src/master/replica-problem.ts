import type { Secrets, Settings } from '../settings/settings.ts';

/** Why a fleet that names Supabase cannot use it; null: it can, or does not want to. */
export const replicaProblem = (settings: Settings, secrets: Secrets): string | null => {
  if (settings.SUPABASE_URL === undefined || secrets.SUPABASE_SERVICE_ROLE_KEY !== undefined) return null;
  return secrets.SUPABASE_ANON_KEY === undefined
    ? 'SUPABASE_URL is set, but SUPABASE_SERVICE_ROLE_KEY is not: nothing is replicated'
    : 'SUPABASE_ANON_KEY may not write: set SUPABASE_SERVICE_ROLE_KEY (Supabase > Settings > API); nothing is replicated until then';
};
