import { keepCompiledCode } from '../home/compiled-code.ts';
import { createStoredLinks, linkMethods } from '../http/link-methods.ts';
import type { Links } from '../http/links.ts';
import { loginsMetaKey } from '../http/logins.ts';
import { type HttpServer, startHttp } from '../http/server.ts';
import { apiToken, apiTokenFile, renewApiToken } from '../http/token.ts';
import { openTokenBook, type TokenBook } from '../http/token-book.ts';
import { accessTokenFile } from '../http/token-file.ts';
import { tokenMethods } from '../http/token-methods.ts';
import { createQueue } from '../pace/queue.ts';
import type { Fleet } from '../protocol/door.ts';
import type { FleetResults } from '../protocol/fleet-api.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { version } from '../settings/version.ts';
import { createSessionTotals } from '../store/session-totals.ts';
import { goodbyeOf, type MasterEnd } from './master-end.ts';
import type { MasterParts } from './open-parts.ts';
import type { Room } from './room.ts';
import { createServedDoors, type ServedDoors } from './served-doors.ts';

/** The API, its pages and the clients' links, beside the door. A port that is taken is a banner, never the end of a master. */

const portBanner = 'api-port';
const failureBanner = 'api';

interface Api {
  /** The token that it takes. */
  token(): FleetResults['apiToken'];
  /** Makes a new token and ends every login in a browser. Throws `refused-by-state` when FLEET_API_TOKEN sets it. */
  rotateToken(): Promise<void>;
  close(end: MasterEnd): Promise<void>;
}

/** `FLEET_API_TOKEN` as the fleet was started with it, else the file's. */
const tokenOf = ({ secrets, paths }: MasterParts): FleetResults['apiToken'] => {
  const file = apiTokenFile(paths.data);
  return secrets.FLEET_API_TOKEN === undefined
    ? { token: apiToken(file), from: file }
    : { token: secrets.FLEET_API_TOKEN, from: 'FLEET_API_TOKEN' };
};

interface Listening {
  readonly server: HttpServer;
  readonly token: FleetResults['apiToken'];
}

/** The fleet goes on without. Returns the banner's words. */
const showFailure = ({ state, log }: MasterParts, error: unknown): string => {
  const text = `no API and web page: ${messageOf(error)}`;
  log.error('the API could not be started', { error: messageOf(error) });
  state.setBanner({ id: failureBanner, level: 'warn', code: failureBanner, text, values: {} });
  return text;
};

/** Listens, and tells where: an address in the fleet's line, or a banner. */
const createListen = (parts: MasterParts, links: Links, tokens: TokenBook, door: Fleet, doors: ServedDoors) => {
  const { settings, store, state, log } = parts;
  const totals = createSessionTotals(store.database);
  const onMade = (error: unknown): void => {
    if (error !== null) showFailure(parts, error);
    else {
      state.clearBanner(failureBanner);
      // What was compiled for it is there for the next master, too.
      keepCompiledCode();
    }
  };
  const logins = {
    load: () => store.meta.get(loginsMetaKey),
    save: (text: string) => store.meta.set(loginsMetaKey, text),
  };

  return async (port: number): Promise<Listening> => {
    const token = tokenOf(parts);
    log.addSecret(token.token);
    const server = await startHttp({
      fleet: door,
      links,
      logins,
      tokens,
      token: token.token,
      settings: { ...settings, PORT: port },
      version,
      log,
      totals,
      serveDoor: doors.serve,
      onMade,
    });

    state.setInfo({ apiUrl: server.url });
    if (server.problem === null) state.clearBanner(portBanner);
    else {
      log.warn(server.problem);
      state.setBanner({ id: portBanner, level: 'warn', code: portBanner, text: server.problem, values: { port } });
    }
    return { server, token };
  };
};

const openApi = async (parts: MasterParts, links: Links, tokens: TokenBook, door: Fleet): Promise<Api> => {
  const { paths, settings, secrets } = parts;
  const doors = createServedDoors({ fleet: door, version, log: parts.logLine });
  const listen = createListen(parts, links, tokens, door, doors);
  const changes = createQueue();
  let now = await listen(settings.PORT);

  const listenWithNewToken = async (): Promise<void> => {
    // The same port again, also when it was any free one.
    const { url } = now.server;
    const port = url === null ? settings.PORT : Number(new URL(url).port);
    await now.server.close();
    try {
      renewApiToken(apiTokenFile(paths.data));
    } finally {
      now = await listen(port);
    }
  };

  return {
    token: () => now.token,
    rotateToken: () => {
      if (secrets.FLEET_API_TOKEN !== undefined) {
        throw new FleetError(
          'refused-by-state',
          'FLEET_API_TOKEN sets the token of this fleet. Change it there, then: zap-fleet master stop --keep-sessions',
        );
      }
      return changes.run(listenWithNewToken);
    },
    close: (end) => {
      doors.end(goodbyeOf(end));
      return changes.run(() => now.server.close());
    },
  };
};

const createLinkMethods = ({ settings, book, state }: MasterParts, links: Links) =>
  linkMethods({
    links,
    baseUrl: () => settings.PUBLIC_URL ?? state.getSnapshot().fleet.apiUrl,
    rowOf: (name) => state.row(book.get(name)),
    record: (row, kind, text, actor) =>
      book.record(book.byId(row.id), { level: 'info', kind, text, actor: actor ?? 'you' }),
  });

const createTokenMethods = ({ book, now }: MasterParts, tokens: TokenBook) =>
  tokenMethods({
    book: tokens,
    mustExist: (session) => void book.get(session),
    record: (kind, { name, scope, sessions = null, expiresAt = null }, actor) =>
      book.record(null, {
        level: 'info',
        kind,
        text:
          kind === 'token-revoked'
            ? `the token ${name} was revoked`
            : `a token was made: ${name}, scope ${scope}, ${sessions === null ? 'all sessions' : `for ${sessions.join(', ')}`}`,
        evidence: { called: name, ...(scope === undefined ? {} : { scope, sessions, expiresAt }) },
        actor,
      }),
    now,
  });

export type HttpRoom = Room<'link' | 'revokeLink' | 'apiToken' | 'rotateToken' | 'tokens' | 'tokenAdd' | 'tokenRevoke'>;

export const createHttpRoom = (parts: MasterParts): HttpRoom => {
  const { log } = parts;
  const tokens = openTokenBook({
    file: accessTokenFile(parts.paths.data),
    now: parts.now,
    log: (text, fields) => log.warn(text, fields),
  });
  const links = createStoredLinks(parts.store, parts.now);
  const { link, revokeLink } = createLinkMethods(parts, links);
  let api: Api | null = null;
  let failure: string | null = null;
  let opening: Promise<void> = Promise.resolve();

  const open = async (door: Fleet): Promise<void> => {
    try {
      api = await openApi(parts, links, tokens, door);
    } catch (error) {
      failure = showFailure(parts, error);
    }
  };

  const opened = async (): Promise<Api> => {
    await opening;
    if (api === null) throw new FleetError('unavailable', failure ?? 'the API is not up yet. Try again in a moment.');
    return api;
  };

  return {
    methods: {
      // A link has the address at which the API listens.
      link: async (asked) => {
        await opening;
        return link(asked);
      },
      revokeLink,
      ...createTokenMethods(parts, tokens),
      apiToken: async () => (await opened()).token(),
      rotateToken: async () => {
        await (await opened()).rotateToken();
        return { rotated: true };
      },
    },
    begin: (door) => {
      opening = open(door);
    },
    close: async (end) => {
      await opening;
      await api?.close(end);
      tokens.close();
    },
  };
};
