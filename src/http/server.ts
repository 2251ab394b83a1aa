import cookie from '@fastify/cookie';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { messageOf } from '../session/fleet-error.ts';
import { answerNotHttp, requestIdOf } from './answer-headers.ts';
import { registerApi } from './api-routes.ts';
import { defaultLimits, type HttpLimits, type HttpOptions } from './context.ts';
import { registerDoor } from './door-route.ts';
import { createErrorHandler, malformed, notFound, sendFailure } from './failures.ts';
import { createGate, type Gate } from './gate.ts';
import { registerLinks } from './link-routes.ts';
import { createLogins, type Logins } from './logins.ts';
import { createMetrics } from './metrics.ts';
import { registerPages } from './page-routes.ts';

export interface HttpServer {
  /** Where it answers; null when it does not. */
  readonly url: string | null;
  /** One line for a banner when it does not answer, e.g. because the port is taken; else null. */
  readonly problem: string | null;
  close(): Promise<void>;
}

/** An address that cannot be read comes to no hook and no route: what hooks do for others is done here. */
const answerUnroutable = (gate: Gate, error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
  gate.mark(request, reply);
  // The one that asked for an upgrade is nobody's connection any more: it would stay open for good.
  reply.header('connection', 'close');
  reply.raw.once('finish', () => request.socket.destroySoon());
  if ((gate.refuseHost(request, reply) ?? gate.refuseTooMany(request, reply)) === undefined)
    sendFailure(request, reply, { ...malformed, status: error.statusCode ?? malformed.status });
};

const createApp = (limits: HttpLimits, gate: Gate): FastifyInstance => {
  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestDeadline,
    keepAliveTimeout: 10_000,
    forceCloseConnections: true,
    // While it closes, a request is answered as every other: fastify's own words would have no headers of ours.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    genReqId: requestIdOf,
    http: {
      headersTimeout: limits.requestDeadline,
      connectionsCheckingInterval: Math.max(100, Math.min(5000, limits.requestDeadline / 3)),
      // A request without a host is refused by us, with our headers.
      requireHostHeader: false,
    },
    clientErrorHandler: answerNotHttp,
    frameworkErrors: (error, request, reply) => answerUnroutable(gate, error, request, reply),
  });
  // Node itself would refuse `Expect: something` without a header; nobody has to obey it (RFC 9110, 10.1.1).
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  return app;
};

const parseJsonBodies = (app: FastifyInstance): void => {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // curl -X POST with a JSON header and no body means: no options.
    if (body === '') done(null, {});
    else parseJson(request, String(body), done);
  });
};

/** Nothing is told here, so nothing is asked for and nothing counted. */
const registerHealth = (app: FastifyInstance, { fleet }: HttpOptions): void => {
  const free = { config: { uncounted: true } } as const;
  app.get('/healthz', free, () => ({ status: 'ok' }));
  app.get('/readyz', free, (_, reply) => {
    const connection = fleet.connection();
    const { store } = fleet.getSnapshot().fleet.health;
    // Without a token: what is not ready, and nothing of why.
    const reason = connection.state === 'lost' ? 'master' : store.status === 'bad' ? 'store' : null;
    return reply
      .code(reason === null ? 200 : 503)
      .send(reason === null ? { status: 'ready' } : { status: 'not ready', reason });
  });
};

/** A link ends when its session connects, also while nobody looks at its page. Returns how to stop watching. */
const endLinksOfConnected = ({ fleet, links }: HttpOptions): (() => void) =>
  fleet.subscribe(() => {
    const open = links.openSessions();
    if (open.length === 0) return;
    for (const row of fleet.getSnapshot().sessions)
      if (row.state === 'connected' && open.includes(row.id)) links.markConnected(row.id);
  });

const assemble = async (
  app: FastifyInstance,
  options: HttpOptions,
  { gate, logins, limits }: { readonly gate: Gate; readonly logins: Logins; readonly limits: HttpLimits },
): Promise<void> => {
  const now = options.now ?? Date.now;
  const metrics = createMetrics({ fleet: options.fleet, totals: options.totals, now });
  app.addHook('onClose', () => metrics.close());

  app.setErrorHandler(createErrorHandler(options.log));
  app.setNotFoundHandler((request, reply) => sendFailure(request, reply, notFound));
  parseJsonBodies(app);

  await app.register(cookie);
  app.decorateRequest('caller', null);
  app.decorateRequest('address', '');
  // What a client of the door may say at once is what a request of the API may be. Before the gate: the connection of an upgrade that the gate
  // refuses is nobody's but this library's, and would stay open for good.
  await app.register(websocket, { options: { maxPayload: limits.bodyBytes, perMessageDeflate: false } });
  app.addHook('onRequest', async (request, reply) => {
    gate.mark(request, reply);
    const isCounted = request.routeOptions.config.uncounted !== true;
    return gate.refuseHost(request, reply) ?? (isCounted ? gate.refuseTooMany(request, reply) : undefined);
  });

  registerHealth(app, options);
  await app.register(async (api) => {
    api.addHook('onRequest', async (request, reply) => gate.refuseStranger(request, reply));
    registerApi(api, options, metrics);
    registerDoor(api, options, limits);
  });
  await app.register(async (pages) => registerPages(pages, options, { logins, gate, now }));
  await app.register(async (pages) => registerLinks(pages, options));

  const unsubscribe = endLinksOfConnected(options);
  app.addHook('onClose', () => unsubscribe());
};

const problemOf = (error: unknown, host: string, port: number): string => {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE')
    return `port ${port} is taken by another program: no API and web page. Set PORT to a free one and restart.`;
  if (code === 'EACCES') return `port ${port} needs more rights: no API and web page. Set PORT above 1023 and restart.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine: no API and web page. Mend FLEET_HOST and restart.`;
  return `the API cannot listen on ${host}:${port}: ${messageOf(error)}`;
};

/** Starts API, web pages and metrics. A port that cannot be had is told in `problem`, not thrown: the fleet goes on without. */
export const startHttp = async (options: HttpOptions): Promise<HttpServer> => {
  const limits = { ...defaultLimits, ...options.limits };
  const now = options.now ?? Date.now;
  const logins = createLogins({
    token: options.token,
    kept: options.logins,
    now,
    onProblem: (error) => options.log.warn('the store does not take a login', { error: messageOf(error) }),
  });
  const gate = createGate(options, limits, logins, now);
  const app = createApp(limits, gate);
  await assemble(app, options, { gate, logins, limits });
  const { FLEET_HOST: host, PORT: port } = options.settings;
  app.server.maxConnections = limits.connections;
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    return { url: null, problem: problemOf(error, host, port), close: async () => undefined };
  }
  const address = app.server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${taken}`, problem: null, close: () => app.close() };
};
