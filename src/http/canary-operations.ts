import { z } from 'zod';
import { fleetRequests } from '../protocol/fleet-api.ts';
import { canarySchema } from './canary-schemas.ts';
import { byName, none, operation } from './operation.ts';

/** A change that a part of the customers meet for a while. */

const decided = z.strictObject({ id: z.string().max(60).describe('of the canary that was looked at') });

export const canaryOperations = {
  listCanaries: operation({
    method: 'GET',
    path: '/api/canaries',
    summary: 'The newest canary of every session, both sides in figures',
    params: none,
    query: none,
    body: null,
    status: 200,
    response: z.object({ canaries: z.array(canarySchema).readonly() }),
  }),
  startCanary: operation({
    method: 'POST',
    path: '/api/sessions/:name/canary',
    summary: 'Try a change on a share of the chats, or with a label on one whole session beside the others of it',
    params: byName,
    query: none,
    body: fleetRequests.canaryStart.omit({ name: true, actor: true }),
    status: 201,
    response: z.object({ canary: canarySchema }),
  }),
  getCanary: operation({
    method: 'GET',
    path: '/api/sessions/:name/canary',
    summary: 'The newest canary of a session, both sides in figures',
    params: byName,
    query: none,
    body: null,
    status: 200,
    response: z.object({ canary: canarySchema.nullable() }),
  }),
  promoteCanary: operation({
    method: 'POST',
    path: '/api/sessions/:name/canary/promote',
    summary: "Make its change the session's, for everybody",
    params: byName,
    query: none,
    body: decided,
    status: 200,
    response: z.object({
      canary: canarySchema,
      version: z.number().nullable().describe("the instructions' new version; null: they stay"),
      settings: z.array(z.string()).readonly(),
    }),
  }),
  rollBackCanary: operation({
    method: 'POST',
    path: '/api/sessions/:name/canary/roll-back',
    summary: 'End it, or say of one that has ended that it is not wanted; nothing of the session changes',
    params: byName,
    query: none,
    body: decided,
    status: 200,
    response: z.object({ canary: canarySchema }),
  }),
} as const;
