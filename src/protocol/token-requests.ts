import { z } from 'zod';
import { mostTokenSessions, type TokenLine, tokenScopes } from '../session/access.ts';
import { actor, name } from './request-fields.ts';

/** Tokens that open the door beside the fleet's own: requests of the door and their results. `token` is the name of one, never what opens. */

const token = z.string().min(1).max(100);

export const tokenRequests = {
  tokens: z.strictObject({}),
  /** `sessions`: left out, all of them. `expiresInMs`: left out, it does not expire. */
  tokenAdd: z.strictObject({
    token,
    scope: z.enum(tokenScopes),
    sessions: z.array(name).max(mostTokenSessions).readonly().optional(),
    expiresInMs: z.number().int().min(1).optional(),
    actor,
  }),
  /** Ends it at once, with every connection that it opened. */
  tokenRevoke: z.strictObject({ token, actor }),
} as const;

export interface TokenResults {
  tokens: { tokens: readonly TokenLine[] };
  /** `secret`: what opens, told this once. */
  tokenAdd: { token: TokenLine; secret: string };
  tokenRevoke: { revoked: true };
}
