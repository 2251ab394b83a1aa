import type { HomePaths } from '../home/home-paths.ts';
import { createStoredLinks, linkMethods } from '../http/link-methods.ts';
import type { Links } from '../http/links.ts';
import type { HttpServer } from '../http/server.ts';
import { apiToken, apiTokenFile, renewApiToken } from '../http/token.ts';
import type { Logger } from '../log/logger.ts';
import type { FleetHandlers, FleetParts } from '../orchestrator/door/fleet-parts.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Secrets } from '../settings/settings.ts';
import { version } from '../settings/version.ts';
import { createSessionTotals } from '../store/session-totals.ts';
import type { OpenFleet } from './open-fleet.ts';

/** The API, its pages and the clients' links, beside the door. A port that is taken is a banner, never the end of a master. */
export interface HttpRoom {
  /** Makes a new token and ends every login in a browser. Throws `refused-by-state` when FLEET_API_TOKEN sets it. */
  rotateToken(): Promise<void>;
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
  const totals = createSessionTotals(opened.store.database);
  const tokenFile = apiTokenFile(options.paths.data);
  const listen = async (port: number): Promise<HttpServer> => {
    const token = options.secrets.FLEET_API_TOKEN ?? apiToken(tokenFile);
    log.addSecret(token);
    const server = await startHttp({
      fleet: opened.fleet,
      links: options.links,
      token,
      settings: { ...opened.settings, PORT: port },
      version,
      log,
      totals,
    });
    opened.state.setInfo({ apiUrl: server.url });
    if (server.problem === null) opened.state.clearBanner(bannerId);
    else {
      log.warn(server.problem);
      opened.state.setBanner({ id: bannerId, level: 'warn', code: bannerId, text: server.problem, values: { port } });
    }
    return server;
  };
  let server = await listen(opened.settings.PORT);
  let changing: Promise<void> = Promise.resolve();

  return {
    rotateToken: () => {
      if (options.secrets.FLEET_API_TOKEN !== undefined) {
        throw new FleetError(
          'refused-by-state',
          'FLEET_API_TOKEN sets the token of this fleet. Change it there, then: zap-fleet master stop --keep-sessions',
        );
      }
      const change = changing.then(async () => {
        // The same port again, also when it was any free one.
        const port = server.url === null ? opened.settings.PORT : Number(new URL(server.url).port);
        await server.close();
        try {
          renewApiToken(tokenFile);
        } finally {
          server = await listen(port);
        }
      });
      changing = change.catch(() => undefined);
      return change;
    },
    close: async () => {
      await changing;
      await server.close();
    },
  };
};
