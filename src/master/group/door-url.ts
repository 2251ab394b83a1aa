import { addressText, parseNodeAddress } from '../../client/node-address.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { Settings } from '../../settings/settings.ts';

/** Why nobody can be told where this server's door is; null: it can, or nothing is set. */
export const doorProblem = ({ FLEET_DOOR_URL: url }: Pick<Settings, 'FLEET_DOOR_URL'>): string | null => {
  if (url === undefined) return null;
  try {
    const address = parseNodeAddress(url);
    return address.kind === 'web' ? null : 'it is where the HTTP server is reached: http(s)://…';
  } catch (error) {
    if (error instanceof FleetError) return error.message;
    throw error;
  }
};

/** What the other servers are told; null: nothing. */
export const saidDoor = (settings: Pick<Settings, 'FLEET_DOOR_URL'>): string | null =>
  settings.FLEET_DOOR_URL === undefined || doorProblem(settings) !== null
    ? null
    : addressText(parseNodeAddress(settings.FLEET_DOOR_URL));
