import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Grant } from '../protocol/access/grant.ts';
import { tooLittle, wholeFleetOnly } from '../protocol/access/permitted-fleet.ts';
import { routeRules } from '../protocol/access/scopes.ts';
import { covers } from '../session/access.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { shortestSafeToken } from '../settings/settings.ts';
import { securityHeaders } from './answer-headers.ts';
import { bearerOf, type Caller, isHostAllowed, isOwnOrigin } from './auth.ts';
import { createClientAddress, networkOf } from './client-address.ts';
import type { HttpLimits, HttpOptions } from './context.ts';
import { forbidden, notFound, sendFailure, tooManyFailures, tooManyRequests, unauthorized } from './failures.ts';
import { type Logins, loginCookie } from './logins.ts';
import { createRateLimit } from './rate-limit.ts';
import { sameSecret } from './token.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null: nobody whom we know. */
    caller: Caller | null;
    /** The client's, behind the proxies that `TRUST_PROXY` believes. */
    address: string;
  }
  interface FastifyContextConfig {
    /** Health checks kill containers when they fail: they are never counted. */
    uncounted?: boolean;
  }
}

const minute: Milliseconds = 60_000;

/**
 * What stands before every route: who asks, from where, and how often. Whoever has the token or a login is counted by it, whoever has
 * not by his address: so nobody shuts out an operator by sending rubbish from behind the same proxy.
 */
export const createGate = (options: HttpOptions, limits: HttpLimits, logins: Logins, now: () => EpochMs) => {
  const { token, settings, log } = options;
  const publicUrl = settings.PUBLIC_URL ?? null;
  const addressOf = createClientAddress(settings.TRUST_PROXY);
  const requests = createRateLimit({ most: limits.requestsPerMinute, span: minute, now });
  const wrongTokens = createRateLimit({ most: limits.wrongTokensPerMinute, span: minute, now });
  const wrongLogins = createRateLimit({ most: limits.loginsPerMinute, span: minute, now });

  // From an address that guessed too often, even the right one is refused when it is one that can be guessed.
  const isToken = (given: string, network: string): boolean =>
    sameSecret(given, token) && (token.length >= shortestSafeToken || !wrongTokens.isSpent(network));

  const callerOf = (request: FastifyRequest): Caller | null => {
    const bearer = bearerOf(request);
    if (bearer !== null) {
      if (isToken(bearer, networkOf(request.address))) return { kind: 'api' };
      const named = options.tokens?.find(bearer) ?? null;
      return named === null ? null : { kind: 'token', token: named };
    }

    // A request that no route could be found for was not given its cookies.
    const login = logins.find(request.cookies?.[loginCookie]);
    return login === null ? null : { kind: 'web', login };
  };

  const counterOf = ({ caller, address }: FastifyRequest): string => {
    if (caller === null) return `address ${networkOf(address)}`;
    if (caller.kind === 'token') return `token ${caller.token.name}`;
    return caller.kind === 'api' ? 'token' : `login ${caller.login.id}`;
  };

  /** By the table of routes: what is not in it opens for the fleet's own token alone. */
  const refuseBeyondToken = (request: FastifyRequest, reply: FastifyReply, given: Grant): FastifyReply | undefined => {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const url = request.routeOptions.url ?? '';
    const rule = Object.hasOwn(routeRules, `${method} ${url}`) ? routeRules[`${method} ${url}`] : undefined;
    if (rule === undefined) return sendFailure(request, reply, notFound);
    if (!covers(given.scope, rule.scope))
      return sendFailure(request, reply, forbidden(tooLittle(given.scope, rule.scope).message));
    return rule.wholeFleet === true && given.sessions !== null
      ? sendFailure(request, reply, forbidden(wholeFleetOnly().message))
      : undefined;
  };

  return {
    /** Marks a request and its answer. */
    mark: (request: FastifyRequest, reply: FastifyReply): void => {
      reply.headers(securityHeaders);
      reply.header('x-request-id', request.id);
      const chain = request.headers['x-forwarded-for'];
      request.address = addressOf(request.socket.remoteAddress, typeof chain === 'string' ? chain : chain?.join(','));
      request.caller = callerOf(request);
    },

    /** Refuses a name that is not ours; undefined when it is. */
    refuseHost: (request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined =>
      isHostAllowed(request, publicUrl)
        ? undefined
        : sendFailure(request, reply, forbidden('ask for localhost or 127.0.0.1, or set PUBLIC_URL to this name')),

    /** Counts a request and refuses the one too many. */
    refuseTooMany: (request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined => {
      const counter = counterOf(request);
      if (requests.take(counter)) return undefined;

      reply.header('retry-after', String(requests.secondsLeft(counter)));
      return sendFailure(request, reply, tooManyRequests);
    },

    /** Refuses who has neither token nor login, and what another site's page sent in a browser's name. */
    refuseStranger: (request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined => {
      if (request.caller?.kind === 'api') return undefined;
      if (request.caller?.kind === 'token') return refuseBeyondToken(request, reply, request.caller.token);
      if (request.caller?.kind === 'web') {
        const changes = request.method !== 'GET' || request.headers.upgrade !== undefined;
        return !changes || isOwnOrigin(request, publicUrl)
          ? undefined
          : sendFailure(request, reply, forbidden('this was sent from another site'));
      }

      const network = networkOf(request.address);
      if (wrongTokens.isSpent(network)) {
        reply.header('retry-after', String(wrongTokens.secondsLeft(network)));
        return sendFailure(request, reply, tooManyFailures);
      }
      if (bearerOf(request) !== null) {
        wrongTokens.take(network);
        log.warn('a request with a wrong token', { requestId: request.id, address: request.address });
      }
      return sendFailure(request, reply.header('www-authenticate', 'Bearer'), unauthorized);
    },

    /** What the login form is answered with: the right token opens from every address, a wrong one is counted. */
    tryLogin: (request: FastifyRequest, given: string): 'right' | 'wrong' | 'too-many' => {
      const network = networkOf(request.address);
      if (isToken(given, network)) return 'right';
      if (wrongTokens.isSpent(network) || !wrongLogins.take(network)) return 'too-many';

      wrongTokens.take(network);
      log.warn('a login with a wrong token', { requestId: request.id, address: request.address });
      return 'wrong';
    },
  };
};
export type Gate = ReturnType<typeof createGate>;
