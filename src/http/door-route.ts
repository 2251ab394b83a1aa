import type { FastifyInstance } from 'fastify';
import type { HttpLimits, HttpOptions } from './context.ts';
import { createDoorSockets } from './door-socket.ts';
import { forbidden, sendFailure } from './failures.ts';

/**
 * `/api/door`: the whole door, for dashboards and commands elsewhere; for a named token what that may do. It takes tokens alone: a login belongs to a browser, and a page
 * elsewhere must not open it in a browser's name.
 */
export const registerDoor = (app: FastifyInstance, options: HttpOptions, limits: HttpLimits): void => {
  const doors = createDoorSockets(options, limits.doorPing);

  app.get(
    '/api/door',
    {
      websocket: true,
      preValidation: async (request, reply) => {
        const kind = request.caller?.kind;
        if ((kind !== 'api' && kind !== 'token') || request.headers.origin !== undefined)
          return sendFailure(request, reply, forbidden('the door opens for the token of the API, not for a browser'));

        doors.refuseTooMany();
        return undefined;
      },
    },
    (socket, { caller }) => doors.serve(socket, caller?.kind === 'token' ? caller.token : null),
  );
};
