import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance } from 'fastify';
import { messageOf } from '../session/fleet-error.ts';
import { registerApi } from './api-routes.ts';
import { bearerOf, createFailureLimit, createLogins, isHostAllowed, isOwnOrigin, loginCookie } from './auth.ts';
import { defaultLimits, type HttpLimits, type HttpOptions } from './context.ts';
import { createErrorHandler, forbidden, notFound, sendFailure, tooManyFailures, unauthorized } from './failures.ts';
import { registerLinks } from './link-routes.ts';
import { createMetrics } from './metrics.ts';
import { registerPages } from './page-routes.ts';
import { sameSecret } from './token.ts';

export interface HttpServer {
  /** Where it answers; null when it does not. */
  readonly url: string | null;
  /** One line for a banner when it does not answer, e.g. because the port is taken; else null. */
  readonly problem: string | null;
  close(): Promise<void>;
}

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not `no-referrer`: under it browsers send "Origin: null" with our own forms (Fetch standard, "append a request Origin header").
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'cache-control': 'no-store',
} as const;

const createApp = (limits: HttpLimits): FastifyInstance =>
  Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestDeadline,
    keepAliveTimeout: 10_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    // A proxy on this machine or in this private network tells the client's address; it only counts for the rate limit.
    trustProxy: 'loopback, linklocal, uniquelocal',
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
    },
    http: {
      headersTimeout: limits.requestDeadline,
      connectionsCheckingInterval: Math.max(100, Math.min(5000, limits.requestDeadline / 3)),
    },
  });

const assemble = async (app: FastifyInstance, options: HttpOptions, limits: HttpLimits): Promise<void> => {
  const now = options.now ?? Date.now;
  const publicUrl = options.settings.PUBLIC_URL ?? null;
  const logins = createLogins(options.token, now);
  const failures = createFailureLimit(now);
  const metrics = createMetrics({ fleet: options.fleet, totals: options.totals, now });
  app.addHook('onClose', () => metrics.close());

  app.setErrorHandler(createErrorHandler(options.log));
  app.setNotFoundHandler((request, reply) => sendFailure(request, reply, notFound));
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // curl -X POST with a JSON header and no body means: no options.
    if (body === '') done(null, {});
    else parseJson(request, String(body), done);
  });

  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    reply.header('x-request-id', request.id);
    if (!isHostAllowed(request, publicUrl))
      return sendFailure(request, reply, forbidden('ask for localhost or 127.0.0.1, or set PUBLIC_URL to this name'));
    return undefined;
  });
  await app.register(cookie);
  await app.register(rateLimit, {
    max: limits.requestsPerMinute,
    timeWindow: '1 minute',
    errorResponseBuilder: () => Object.assign(new Error('too many requests'), { statusCode: 429 }),
  });
  await app.register(websocket, { options: { maxPayload: 1024, perMessageDeflate: false } });

  // Health checks kill containers when they fail: never limited, nothing told.
  const free = { config: { rateLimit: false } } as const;
  app.get('/healthz', free, () => ({ status: 'ok' }));
  app.get('/readyz', free, (_, reply) => {
    const connection = options.fleet.connection();
    const { store } = options.fleet.getSnapshot().fleet.health;
    const reason = connection.state === 'lost' ? connection.reason : store.status === 'bad' ? 'the store is bad' : null;
    return reply.code(reason === null ? 200 : 503).send({ status: reason === null ? 'ready' : 'not ready' });
  });

  await app.register(async (api) => {
    api.addHook('onRequest', async (request, reply) => {
      if (failures.isBlocked(request.ip)) return sendFailure(request, reply, tooManyFailures);
      const bearer = bearerOf(request);
      if (bearer !== null) {
        if (sameSecret(bearer, options.token)) {
          request.caller = 'api';
          return undefined;
        }
        failures.add(request.ip);
        options.log.warn('a request with a wrong token', { requestId: request.id, address: request.ip });
      } else if (logins.isValid(request.cookies[loginCookie])) {
        const changes = request.method !== 'GET' || request.headers.upgrade !== undefined;
        if (changes && !isOwnOrigin(request, publicUrl))
          return sendFailure(request, reply, forbidden('this was sent from another site'));
        request.caller = 'web';
        return undefined;
      }
      return sendFailure(request, reply.header('www-authenticate', 'Bearer'), unauthorized);
    });
    registerApi(api, options, metrics);
  });
  await app.register(async (pages) => registerPages(pages, options, { logins, failures, limits, now }));
  await app.register(async (pages) => registerLinks(pages, options));

  // A link ends when its session connects, also while nobody looks at its page.
  const watchLinks = (): void => {
    const open = options.links.openSessions();
    if (open.length === 0) return;
    for (const row of options.fleet.getSnapshot().sessions)
      if (row.state === 'connected' && open.includes(row.id)) options.links.markConnected(row.id);
  };
  const unsubscribe = options.fleet.subscribe(watchLinks);
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
  const app = createApp(limits);
  await assemble(app, options, limits);
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
