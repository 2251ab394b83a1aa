import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Language } from '../words/language.ts';
import { pageLanguage } from '../words/page-words.ts';
import type { FailureLimit, Logins } from './auth.ts';
import { isOwnOrigin, loginCookie } from './auth.ts';
import type { HttpLimits, HttpOptions } from './context.ts';
import { forbidden, notFound, sendFailure, unauthorized } from './failures.ts';
import { assets } from './pages/assets.ts';
import { loginPage, statusFragment, statusPage } from './pages/status-page.ts';
import { sameSecret } from './token.ts';

const loginSchema = z.object({ token: z.string().max(512) });

const sendPage = (reply: FastifyReply, text: string): FastifyReply => reply.type('text/html; charset=utf-8').send(text);

/** Status and QR wall for a browser, behind a login form. */
export const registerPages = async (
  app: FastifyInstance,
  options: HttpOptions,
  deps: { logins: Logins; failures: FailureLimit; limits: HttpLimits; now: () => number },
): Promise<void> => {
  const { fleet, token, settings } = options;
  const { logins, failures, now } = deps;
  await app.register(formbody, { bodyLimit: 4096 });

  const languageOf = (request: FastifyRequest): Language =>
    pageLanguage(request.headers['accept-language'], settings.FLEET_LANG === 'pt-BR' ? 'pt-BR' : 'en');
  const isLoggedIn = (request: FastifyRequest): boolean => logins.isValid(request.cookies[loginCookie]);
  const cookie = (request: FastifyRequest) =>
    ({ path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' }) as const;

  app.get('/', (request, reply) =>
    sendPage(
      reply,
      isLoggedIn(request)
        ? statusPage(fleet.getSnapshot(), languageOf(request), now())
        : loginPage(languageOf(request), null),
    ),
  );

  app.get('/status', (request, reply) => {
    if (!isLoggedIn(request)) return sendFailure(request, reply, unauthorized);
    return sendPage(reply, statusFragment(fleet.getSnapshot(), languageOf(request), now()).text);
  });

  app.post(
    '/login',
    { config: { rateLimit: { max: deps.limits.loginsPerMinute, timeWindow: '1 minute' } } },
    (request, reply) => {
      if (!isOwnOrigin(request, settings.PUBLIC_URL ?? null))
        return sendFailure(request, reply, forbidden('this form was sent from another site'));
      const language = languageOf(request);
      if (failures.isBlocked(request.ip)) return sendPage(reply.code(429), loginPage(language, 'too-many'));
      const given = loginSchema.safeParse(request.body);
      if (!given.success || !sameSecret(given.data.token.trim(), token)) {
        failures.add(request.ip);
        options.log.warn('a login with a wrong token', { requestId: request.id, address: request.ip });
        return sendPage(reply.code(401), loginPage(language, 'wrong'));
      }
      return reply
        .setCookie(loginCookie, logins.issue(), { ...cookie(request), maxAge: logins.lifetimeSeconds })
        .redirect('/', 303);
    },
  );

  app.post('/logout', (request, reply) => {
    if (!isOwnOrigin(request, settings.PUBLIC_URL ?? null))
      return sendFailure(request, reply, forbidden('this form was sent from another site'));
    return reply.clearCookie(loginCookie, cookie(request)).redirect('/', 303);
  });

  app.get<{ Params: { file: string } }>('/assets/:file', (request, reply) => {
    const { file } = request.params;
    const asset = Object.hasOwn(assets, file) ? assets[file] : undefined;
    if (asset === undefined) return sendFailure(request, reply, notFound);
    return reply.header('cache-control', 'no-cache').type(asset.type).send(asset.text);
  });
};
