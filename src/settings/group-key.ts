import type { Secrets } from './settings.ts';

/** A shorter key can be guessed by whoever got hold of a bundle. */
const shortestGroupKey = 16;

/** Why logins cannot be encrypted for the other servers of the group; null: they can. */
export const groupKeyProblem = ({ FLEET_GROUP_KEY: key }: Secrets): string | null => {
  if (key === undefined)
    return 'FLEET_GROUP_KEY is not set: no login is put into Supabase Storage. Set the same long secret on all servers (openssl rand -base64 32), then restart.';
  if (key.length < shortestGroupKey)
    return `FLEET_GROUP_KEY has ${key.length} characters: it can be guessed. Take ${shortestGroupKey} or more, the same on all servers, then restart.`;
  return null;
};
