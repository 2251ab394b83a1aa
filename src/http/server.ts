import { messageOf } from '../session/fleet-error.ts';
import { defaultLimits, type HttpOptions } from './context.ts';
import { type HttpPort, openHttpPort } from './http-port.ts';
import { createLazyApp } from './lazy-app.ts';

export interface HttpServer {
  /** Where it answers; null when it does not. */
  readonly url: string | null;
  /** One line for a banner when it does not answer, e.g. because the port is taken; else null. */
  readonly problem: string | null;
  close(): Promise<void>;
}

/** A link ends when its session connects, also while nobody looks at its page. Returns how to stop watching. */
const endLinksOfConnected = ({ fleet, links }: HttpOptions): (() => void) =>
  fleet.subscribe(() => {
    const open = links.openSessions();
    if (open.length === 0) return;
    for (const row of fleet.getSnapshot().sessions)
      if (row.state === 'connected' && open.includes(row.id)) links.markConnected(row.id);
  });

const problemOf = (error: unknown, host: string, port: number): string => {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE')
    return `port ${port} is taken by another program: no API and web page. Set PORT to a free one and restart.`;
  if (code === 'EACCES') return `port ${port} needs more rights: no API and web page. Set PORT above 1023 and restart.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine: no API and web page. Mend FLEET_HOST and restart.`;
  return `the API cannot listen on ${host}:${port}: ${messageOf(error)}`;
};

/**
 * Opens the port of API, web pages and metrics; what answers is loaded and built when the first request comes. A port that cannot be had is told in
 * `problem`, not thrown: the fleet goes on without.
 */
export const startHttp = async (options: HttpOptions): Promise<HttpServer> => {
  const limits = { ...defaultLimits, ...options.limits };
  const { FLEET_HOST: host, PORT: port } = options.settings;
  const app = createLazyApp({
    make: async () => (await import('./app.ts')).createHttpApp(options, limits),
    within: limits.requestDeadline,
    onMade: options.onMade ?? (() => undefined),
  });

  let opened: HttpPort;
  try {
    opened = await openHttpPort({ host, port, limits, app, log: options.log });
  } catch (error) {
    return { url: null, problem: problemOf(error, host, port), close: async () => undefined };
  }

  const unsubscribe = endLinksOfConnected(options);
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${opened.port}`,
    problem: null,
    close: async () => {
      unsubscribe();
      await opened.close(() => app.close());
    },
  };
};
