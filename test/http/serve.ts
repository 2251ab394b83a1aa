import type { HttpOptions } from '../../src/http/context.ts';
// What the first request would load, which from source takes seconds.
import '../../src/http/app.ts';
import { createLinks, type Links } from '../../src/http/links.ts';
import type { KeptText } from '../../src/http/logins.ts';
import { type HttpServer, startHttp } from '../../src/http/server.ts';
import { createFakeFleet, type FakeFleet, fakeRow, scanRow } from './fake-fleet.ts';

export const token = 'test-token-0123456789abcdef';

export interface Served {
  readonly fleet: FakeFleet;
  readonly links: Links;
  readonly url: string;
  readonly server: HttpServer;
  readonly logged: string[];
  /** fetch with the token. */
  get(path: string, init?: RequestInit): Promise<Response>;
}

const open: HttpServer[] = [];
/** Ends every server that a test started. */
export const closeServers = async (): Promise<void> => {
  await Promise.all(open.splice(0).map((server) => server.close()));
};

/** One entry of a store, in memory. */
export const keptInMemory = (): KeptText => {
  let kept: string | null = null;
  return {
    load: () => kept,
    save: (text) => {
      kept = text;
    },
  };
};

export const memoryLinks = (now?: () => number): Links =>
  createLinks({ ...keptInMemory(), ...(now === undefined ? {} : { now }) });

type Options = Omit<Partial<HttpOptions>, 'settings'> & { readonly settings?: Partial<HttpOptions['settings']> };

/** The real server on a real socket, in front of a fleet in memory. */
export const serve = async (more: Options = {}): Promise<Served> => {
  const fleet = createFakeFleet(fakeRow('padaria-joao'), scanRow('studio-bela'));
  const links = memoryLinks();
  const logged: string[] = [];
  const record =
    (level: string) =>
    (text: string, fields?: unknown): void => {
      logged.push(`${level} ${text} ${JSON.stringify(fields ?? {})}`);
    };
  const log = { debug: record('debug'), info: record('info'), warn: record('warn'), error: record('error') };
  const settings = {
    PORT: 0,
    FLEET_HOST: '127.0.0.1',
    PUBLIC_URL: undefined,
    TRUST_PROXY: { kind: 'hops', hops: 0 },
    FLEET_LANG: undefined,
    TZ: 'America/Sao_Paulo',
    ...more.settings,
  } as const;
  const logins = keptInMemory();
  const server = await startHttp({ fleet, links, logins, token, version: '1.0.0', log, ...more, settings });
  open.push(server);
  if (server.url === null) throw new Error(server.problem ?? 'no url');
  const { url } = server;
  return {
    fleet: (more.fleet as FakeFleet | undefined) ?? fleet,
    links: more.links ?? links,
    url,
    server,
    logged,
    get: (path, init = {}) =>
      fetch(url + path, {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...init.headers },
        redirect: 'manual',
      }),
  };
};

const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Logs in as the form of the page does. */
export const logIn = (url: string, given = token, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url, ...form, ...headers },
    body: new URLSearchParams({ token: given }),
  });
export const cookieOf = (response: Response): string => response.headers.get('set-cookie')?.split(';')[0] ?? '';
