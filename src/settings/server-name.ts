import { hostname } from 'node:os';
import type { Settings } from './settings.ts';

/** What people know this server by: a container's own host name is another one after each deployment. */
export const serverName = ({ FLEET_NODE }: Pick<Settings, 'FLEET_NODE'>): string => FLEET_NODE ?? hostname();
