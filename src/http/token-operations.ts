import { z } from 'zod';
import { fleetRequests } from '../protocol/fleet-api.ts';
import { tokenScopes } from '../session/access.ts';
import { none, operation } from './operation.ts';

/** What the API takes and hands out of named tokens: what opens comes out once, when it is made. */

const tokenSchema = z
  .object({
    name: z.string(),
    scope: z.enum(tokenScopes),
    sessions: z.array(z.string()).readonly().nullable().describe('that it is limited to; null: all'),
    createdAt: z.number().describe('milliseconds since 1970'),
    createdBy: z.string(),
    expiresAt: z.number().nullable().describe('milliseconds since 1970; null: never'),
    lastUsedAt: z.number().nullable().describe('the hour of its last use, milliseconds since 1970; null: never'),
  })
  .meta({ id: 'Token' });

export const tokenOperations = {
  listTokens: operation({
    method: 'GET',
    path: '/api/tokens',
    summary: 'Named tokens: what each may do, and when it was used last. What opens is not among it',
    params: none,
    query: none,
    body: null,
    status: 200,
    response: z.object({ tokens: z.array(tokenSchema).readonly() }),
  }),
  addToken: operation({
    method: 'POST',
    path: '/api/tokens',
    summary: 'Make a named token; `secret` is what opens, and is answered this once',
    params: none,
    query: none,
    body: fleetRequests.tokenAdd.omit({ actor: true }),
    status: 201,
    response: z.object({ token: tokenSchema, secret: z.string() }),
  }),
  revokeToken: operation({
    method: 'DELETE',
    path: '/api/tokens/:token',
    summary: 'End a named token at once, with every connection that it opened',
    params: z.strictObject({ token: z.string().max(100).describe('name of the token') }),
    query: none,
    body: null,
    status: 200,
    response: z.object({ revoked: z.literal(true) }),
  }),
} as const;
