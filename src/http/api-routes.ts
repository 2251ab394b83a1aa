import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { permittedFleet, refuseBeyond } from '../protocol/access/permitted-fleet.ts';
import type { Fleet } from '../protocol/door.ts';
import { qrPng, qrSvg } from '../qr/qr-image.ts';
import { FleetError } from '../session/fleet-error.ts';
import { parseSessionName } from '../session/session-name.ts';
import type { Caller } from './auth.ts';
import type { HttpOptions } from './context.ts';
import { maxSockets, serveEvents } from './event-socket.ts';
import { createHandlers, type Handlers } from './handlers.ts';
import type { Metrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import type { Operation } from './operation.ts';
import { type OperationId, operations } from './operations.ts';
import type { OpenToken } from './token-book.ts';

const readInput = (operation: Operation, request: FastifyRequest) => {
  const params = operation.params.parse(request.params);
  const name = z.object({ name: z.string() }).safeParse(params);
  // Checked before anything reaches a path, a process or a query.
  if (name.success) parseSessionName(name.data.name);
  return {
    params,
    query: operation.query.parse(request.query),
    body: operation.body?.parse(request.body ?? {}),
  };
};

/** The first of our image types that the client names before JSON; null: JSON. */
const imageType = (accept: string | undefined): 'image/svg+xml' | 'image/png' | null => {
  for (const part of (accept ?? '').slice(0, 500).split(',')) {
    const type = part.split(';')[0]?.trim().toLowerCase();
    if (type === 'application/json') return null;
    if (type === 'image/svg+xml' || type === 'image/*') return 'image/svg+xml';
    if (type === 'image/png') return 'image/png';
  }
  return null;
};

export const sendQr = (reply: FastifyReply, payload: string, type: 'image/svg+xml' | 'image/png'): FastifyReply =>
  reply.type(type).send(type === 'image/png' ? qrPng(payload) : qrSvg(payload));

/** Everything under a token or a login: the operations of the table, the OpenAPI document, metrics and the event socket. */
export const registerApi = (app: FastifyInstance, options: HttpOptions, metrics: Metrics): void => {
  const ofFleet = createHandlers(options.fleet);
  const ofTokens = new WeakMap<OpenToken, { readonly fleet: Fleet; readonly handlers: Handlers }>();

  /** The fleet as this token sees it, and the operations on it. */
  const seenBy = (token: OpenToken): { readonly fleet: Fleet; readonly handlers: Handlers } => {
    const known = ofTokens.get(token);
    if (known !== undefined) return known;
    const fleet = permittedFleet(options.fleet, token);
    const made = {
      fleet,
      handlers: createHandlers(fleet, (method, params) => refuseBeyond(token.scope, method, params)),
    };
    ofTokens.set(token, made);
    return made;
  };
  const handlersOf = (caller: Caller | null): Handlers =>
    caller?.kind === 'token' ? seenBy(caller.token).handlers : ofFleet;

  const register = (id: OperationId, operation: Operation): void => {
    app.route({
      method: operation.method,
      url: operation.path,
      // GET routes answer GET only.
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        // Each handler takes what its own operation's schemas give; the table pairs them by id.
        const handle = handlersOf(request.caller)[id] as (
          input: ReturnType<typeof readInput>,
          actor: string,
        ) => Promise<unknown>;
        const result = await handle(readInput(operation, request), request.caller?.kind ?? 'api');
        const checked = operation.response.safeParse(result);
        if (!checked.success)
          throw new Error(`the answer of ${id} is not what its schema says`, { cause: checked.error });
        if (operation.images !== undefined) {
          const image = imageType(request.headers.accept);
          if (image !== null) return sendImage(reply, checked.data, image);
        }
        return reply.code(operation.status).send(checked.data);
      },
    });
  };

  const codes = operations.getCodes.response;
  const sendImage = (reply: FastifyReply, answer: unknown, type: 'image/svg+xml' | 'image/png'): FastifyReply => {
    const { qr, state } = codes.parse(answer);
    if (qr === null) throw new FleetError('refused-by-state', `there is no QR now: the session is ${state}`);
    return sendQr(reply, qr.payload, type);
  };

  for (const [id, operation] of Object.entries(operations)) register(id as OperationId, operation);

  // Made when somebody asks: every master starts without it.
  let document: ReturnType<typeof openApiDocument> | null = null;
  app.get('/api/openapi.json', () => {
    document ??= openApiDocument(options.version);
    return document;
  });
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));

  let open = 0;
  app.get(
    '/api/events',
    {
      websocket: true,
      preValidation: async () => {
        if (open >= maxSockets) throw new FleetError('unavailable', 'too many open event sockets; close one');
      },
    },
    (socket, { caller }) => {
      open += 1;
      socket.on('close', () => {
        open -= 1;
      });
      if (caller?.kind === 'token') serveEvents(socket, seenBy(caller.token).fleet, caller.token);
      else serveEvents(socket, options.fleet, caller?.kind === 'web' ? caller.login : null);
    },
  );
};
