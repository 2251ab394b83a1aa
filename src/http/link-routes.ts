import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SessionRow } from '../protocol/fleet.ts';
import { FleetError } from '../session/fleet-error.ts';
import { parsePhone, phoneProblem } from '../session/phone.ts';
import { pageLanguage } from '../words/page-words.ts';
import { sendQr } from './api-routes.ts';
import { isOwnOrigin } from './auth.ts';
import type { HttpOptions } from './context.ts';
import { forbidden, notFound, sendFailure, tooManyActions } from './failures.ts';
import type { ResolvedLink } from './links.ts';
import { type LinkState, linkEndedPage, linkPage, linkState } from './pages/link-page.ts';
import { createRateLimit } from './rate-limit.ts';

type LinkRequest = FastifyRequest<{ Params: { code: string } }>;

const pairSchema = z.strictObject({ phone: z.string().max(40).optional() });
const nothingSchema = z.strictObject({});

/** A client may ask WhatsApp for this many codes: it blocks a number that is asked for too often. */
const actionsPerLink = { most: 6, span: 10 * 60_000 };

/**
 * The client's link: whoever has it sees one session's QR, pairing code and state, and can ask for a new one. It opens nothing else:
 * the code is looked up here and never reaches the API.
 */
export const registerLinks = (app: FastifyInstance, options: HttpOptions): void => {
  const { fleet, links, settings } = options;

  const find = (code: string): { link: ResolvedLink; row: SessionRow } | null => {
    const link = links.resolve(code);
    if (link === null) return null;
    const row = fleet.getSnapshot().sessions.find(({ id }) => id === link.sessionId);
    if (row === undefined) return null;
    if (row.state === 'connected' && !link.connected) {
      links.markConnected(row.id);
      return { link: { ...link, connected: true }, row };
    }
    return { link, row };
  };
  const stateOf = (code: string): LinkState | null => {
    const found = find(code);
    return found === null ? null : linkState(found.row, found.link);
  };
  const actions = createRateLimit({ ...actionsPerLink, now: options.now ?? Date.now });

  app.get('/link/:code', (request: LinkRequest, reply) => {
    const language = pageLanguage(request.headers['accept-language'], settings.FLEET_LANG === 'en' ? 'en' : 'pt-BR');
    reply.type('text/html; charset=utf-8');
    const { code } = request.params;
    const state = stateOf(code);
    if (state === null) return reply.code(404).send(linkEndedPage(language));
    return reply.send(linkPage(`/link/${code}`, state, language, settings.TZ ?? null));
  });

  app.get('/link/:code/state', (request: LinkRequest, reply) => {
    const state = stateOf(request.params.code);
    return state === null ? sendFailure(request, reply, notFound) : reply.send(state);
  });

  app.get('/link/:code/qr', (request: LinkRequest, reply) => {
    const found = find(request.params.code);
    if (found === null || found.link.connected || found.row.state !== 'qr' || found.row.qr === null)
      return sendFailure(request, reply, notFound);
    return sendQr(reply, found.row.qr.payload, 'image/svg+xml');
  });

  /** Runs an action of the page for its one session. */
  const act = async (
    request: LinkRequest,
    reply: FastifyReply,
    action: (row: SessionRow) => Promise<unknown>,
  ): Promise<FastifyReply> => {
    if (!isOwnOrigin(request, settings.PUBLIC_URL ?? null))
      return sendFailure(request, reply, forbidden('this was sent from another site'));
    const found = find(request.params.code);
    if (found === null || found.link.connected) return sendFailure(request, reply, notFound);
    // Only links that are there are counted: made-up ones must not push these out.
    const { code } = request.params;
    if (!actions.take(code)) {
      reply.header('retry-after', String(actions.secondsLeft(code)));
      return sendFailure(request, reply, tooManyActions);
    }

    await action(found.row);
    const state = stateOf(request.params.code);
    return state === null ? sendFailure(request, reply, notFound) : reply.send(state);
  };

  app.post('/link/:code/pair', (request: LinkRequest, reply) => {
    const { phone } = pairSchema.parse(request.body ?? {});
    return act(request, reply, async (row) => {
      if (row.state !== 'qr' && row.state !== 'code')
        throw new FleetError('refused-by-state', 'there is no code to ask for now; reload this page');
      // An expected number is the only one that may link.
      const number = row.expectedPhone ?? parsePhone(phone ?? '');
      if (number === null) throw new FleetError('usage', phoneProblem(phone ?? '') ?? '');
      await fleet.request('pair', { name: row.name, phone: number, actor: 'link' });
    });
  });

  app.post('/link/:code/new-codes', (request: LinkRequest, reply) => {
    nothingSchema.parse(request.body ?? {});
    return act(request, reply, async (row) => {
      if (row.verdict !== 'qr_closed' && row.verdict !== 'logged_out')
        throw new FleetError('refused-by-state', 'there is nothing to reopen now; reload this page');
      await fleet.request('newCodes', { name: row.name, actor: 'link' });
    });
  });
};
