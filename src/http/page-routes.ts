import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Language } from '../words/language.ts';
import { pageLanguage } from '../words/page-words.ts';
import { isOwnOrigin } from './auth.ts';
import type { HttpOptions } from './context.ts';
import { forbidden, notFound, sendFailure, unauthorized } from './failures.ts';
import type { Gate } from './gate.ts';
import { type Logins, loginCookie } from './logins.ts';
import { assets } from './pages/assets.ts';
import { loginPage, statusFragment, statusPage } from './pages/status-page.ts';

const loginSchema = z.object({ token: z.string().max(512) });

const sendPage = (reply: FastifyReply, text: string): FastifyReply => reply.type('text/html; charset=utf-8').send(text);

/** Status and QR wall for a browser, behind a login form. */
export const registerPages = async (
  app: FastifyInstance,
  options: HttpOptions,
  deps: { logins: Logins; gate: Gate; now: () => number },
): Promise<void> => {
  const { fleet, settings } = options;
  const { logins, gate, now } = deps;
  await app.register(formbody, { bodyLimit: 4096 });

  const languageOf = (request: FastifyRequest): Language =>
    pageLanguage(request.headers['accept-language'], settings.FLEET_LANG === 'pt-BR' ? 'pt-BR' : 'en');
  const isLoggedIn = (request: FastifyRequest): boolean => logins.find(request.cookies[loginCookie]) !== null;
  // The browser's own word about the page that it shows: behind a proxy that ends TLS we ourselves see plain HTTP.
  const cookie = (request: FastifyRequest) =>
    ({
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: request.headers.origin?.startsWith('https:') === true,
    }) as const;

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

  app.post('/login', (request, reply) => {
    if (!isOwnOrigin(request, settings.PUBLIC_URL ?? null))
      return sendFailure(request, reply, forbidden('this form was sent from another site'));

    const given = loginSchema.safeParse(request.body);
    const outcome = gate.tryLogin(request, given.success ? given.data.token.trim() : '');
    if (outcome !== 'right')
      return sendPage(reply.code(outcome === 'wrong' ? 401 : 429), loginPage(languageOf(request), outcome));

    // A browser has one login: the one before it would be left behind open.
    logins.end(request.cookies[loginCookie]);
    return reply
      .setCookie(loginCookie, logins.issue(), { ...cookie(request), maxAge: logins.lifetimeSeconds })
      .redirect('/', 303);
  });

  app.post('/logout', (request, reply) => {
    if (!isOwnOrigin(request, settings.PUBLIC_URL ?? null))
      return sendFailure(request, reply, forbidden('this form was sent from another site'));

    logins.end(request.cookies[loginCookie]);
    return reply.clearCookie(loginCookie, cookie(request)).redirect('/', 303);
  });

  app.get<{ Params: { file: string } }>('/assets/:file', (request, reply) => {
    const { file } = request.params;
    const asset = Object.hasOwn(assets, file) ? assets[file] : undefined;
    if (asset === undefined) return sendFailure(request, reply, notFound);
    return reply.header('cache-control', 'no-cache').type(asset.type).send(asset.text);
  });
};
