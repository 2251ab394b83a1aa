import type { HomePaths } from '../home/home-paths.ts';
import { createStoredLinks, linkMethods } from '../http/link-methods.ts';
import type { Links } from '../http/links.ts';
import { apiToken, apiTokenFile } from '../http/token.ts';
import type { Logger } from '../log/logger.ts';
import type { FleetHandlers, FleetParts } from '../orchestrator/fleet-parts.ts';
import type { Secrets } from '../settings/settings.ts';
import { version } from '../version.ts';
import type { OpenFleet } from './open-fleet.ts';

/** The API, its pages and the clients' links, beside the door. A port that is taken is a banner, never the end of a master. */
export interface HttpRoom {
  close(): Promise<void>;
}

const bannerId = 'api-port';

export const openLinks = (parts: FleetParts): Links => createStoredLinks(parts.store, parts.now);

/** `link` and `revokeLink` of the door. */
export const httpMethods = (parts: FleetParts, links: Links): FleetHandlers =>
  linkMethods({
    links,
    baseUrl: () => parts.settings.PUBLIC_URL ?? parts.state.getSnapshot().fleet.apiUrl,
    rowOf: (name) => parts.state.row(parts.book.get(name)),
    record: (row, kind, text, actor) =>
      parts.book.record(parts.book.byId(row.id), { level: 'info', kind, text, actor: actor ?? 'you' }),
  });

export const openHttpRoom = async (options: {
  readonly opened: OpenFleet;
  readonly links: Links;
  readonly paths: HomePaths;
  readonly secrets: Secrets;
  readonly log: Logger;
}): Promise<HttpRoom> => {
  const { opened, log } = options;
  // Fastify is loaded while the door is open already: nobody waits for it.
  const { startHttp } = await import('../http/server.ts');
  const token = options.secrets.FLEET_API_TOKEN ?? apiToken(apiTokenFile(options.paths.data));
  log.addSecret(token);
  const server = await startHttp({
    fleet: opened.fleet,
    links: options.links,
    token,
    settings: opened.settings,
    version,
    log,
  });
  opened.state.setInfo({ apiUrl: server.url });
  if (server.problem !== null) {
    log.warn(server.problem);
    opened.state.setBanner({
      id: bannerId,
      level: 'warn',
      code: bannerId,
      text: server.problem,
      values: { port: opened.settings.PORT },
    });
  }
  return { close: () => server.close() };
};
