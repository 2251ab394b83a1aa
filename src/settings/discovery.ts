/** Where a server looks for the others that a dashboard on it shows, too. */
export interface Discovery {
  /** The doors that servers say in the Supabase that they share. */
  readonly group: boolean;
  /** A DNS name with an address for each server (`tasks.SERVICE` in a Swarm), and the port of their doors; null: its own. */
  readonly dns: { readonly name: string; readonly port: number | null } | null;
}

const isHostName = (text: string): boolean =>
  text.length <= 253 && /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_-]{1,63})*\.?$/.test(text);

/** Null: it is none. */
export const parseDiscovery = (text: string): Discovery | null => {
  const word = text.trim();
  if (word.toLowerCase() === 'off') return { group: false, dns: null };
  if (word.toLowerCase() === 'group') return { group: true, dns: null };

  const [name = '', port, ...more] = word.split(':');
  const number = port === undefined ? null : Number(port);
  if (!isHostName(name) || more.length > 0) return null;
  if (number !== null && !(/^\d{1,5}$/.test(port ?? '') && number >= 1 && number <= 65_535)) return null;
  return { group: true, dns: { name, port: number } };
};

/** Whether there may be anything to find: a fleet for which there is not loads nothing of it. */
export const mayFindOthers = (settings: {
  readonly FLEET_DISCOVER: Discovery;
  readonly SUPABASE_URL?: string | undefined;
}): boolean =>
  settings.FLEET_DISCOVER.dns !== null || (settings.FLEET_DISCOVER.group && settings.SUPABASE_URL !== undefined);
