import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import cookie from '@fastify/cookie';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { messageOf } from '../session/fleet-error.ts';
import { requestIdOf } from './answer-headers.ts';
import { registerApi } from './api-routes.ts';
import type { HttpLimits, HttpOptions } from './context.ts';
import { registerDoor } from './door-route.ts';
import { createErrorHandler, malformed, notFound, sendFailure } from './failures.ts';
import { createGate, type Gate } from './gate.ts';
import { registerLinks } from './link-routes.ts';
import { createLogins, type Logins } from './logins.ts';
import { createMetrics } from './metrics.ts';
import { registerPages } from './page-routes.ts';

/** What answers requests, wherever they come in. */
export interface HttpApp {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Says goodbye to WebSockets and forgets what it watches. */
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

/** Its own server never listens: connections, and their limits of time, are the port's (http-port.ts). */
const createInstance = (limits: HttpLimits, gate: Gate): FastifyInstance =>
  Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    // While it closes, a request is answered as every other: fastify's own words would have no headers of ours.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    genReqId: requestIdOf,
    frameworkErrors: (error, request, reply) => answerUnroutable(gate, error, request, reply),
  });

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
};

/** Builds API, web pages and metrics. */
export const createHttpApp = async (options: HttpOptions, limits: HttpLimits): Promise<HttpApp> => {
  const now = options.now ?? Date.now;
  const logins = createLogins({
    token: options.token,
    kept: options.logins,
    now,
    onProblem: (error) => options.log.warn('the store does not take a login', { error: messageOf(error) }),
  });
  const gate = createGate(options, limits, logins, now);
  const app = createInstance(limits, gate);
  try {
    await assemble(app, options, { gate, logins, limits });
    await app.ready();
  } catch (error) {
    await app.close();
    throw error;
  }

  return {
    request: (request, response) => app.routing(request, response),
    upgrade: (request, socket, head) => void app.server.emit('upgrade', request, socket, head),
    close: () => app.close(),
  };
};
