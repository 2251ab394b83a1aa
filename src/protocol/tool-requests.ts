import { z } from 'zod';
import { type ToolAnswer, type ToolLine, toolBounds } from '../session/tool.ts';
import { actor, name } from './request-fields.ts';

/** The tools of a session: requests of the door and their results. */

export const toolRequests = {
  /** The tools of a session: HTTP calls that its AI may ask for. */
  tools: z.strictObject({ name }),
  /** What is left out stays as it was, or is the usual. `isNew`: whether it must be, or must not be there. */
  toolSet: z.strictObject({
    name,
    tool: z.string().max(100),
    isNew: z.boolean().optional(),
    /** `setAt` of what was looked at: refused where somebody changed it since. */
    seenAt: z.number().optional(),
    url: z.string().max(toolBounds.url).optional(),
    schema: z.record(z.string(), z.unknown()).optional(),
    description: z.string().max(toolBounds.description).optional(),
    timeoutMs: z.number().int().min(toolBounds.timeoutMs.least).max(toolBounds.timeoutMs.most).optional(),
    callsPerTurn: z.number().int().min(toolBounds.callsPerTurn.least).max(toolBounds.callsPerTurn.most).optional(),
    isIdempotent: z.boolean().optional(),
    onlyReads: z.boolean().optional(),
    /** Empty: nowhere. */
    lookupUrl: z.string().max(toolBounds.url).optional(),
    allowHosts: z.array(z.string().min(1).max(255)).max(toolBounds.allowHosts).optional(),
    /** It signs the calls. Without one a new one is made, and told this once. */
    secret: z.string().min(toolBounds.secret.least).max(toolBounds.secret.most).optional(),
    newSecret: z.boolean().optional(),
    actor,
  }),
  toolRemove: z.strictObject({ name, tool: z.string().max(100), actor }),
  /** One real call, signed, with nobody's chat. */
  toolTest: z.strictObject({ name, tool: z.string().max(100), arguments: z.record(z.string(), z.unknown()) }),
} as const;

export interface ToolResults {
  tools: { tools: readonly ToolLine[] };
  toolSet: { tool: ToolLine; secret: string | null };
  toolRemove: { removed: boolean };
  toolTest: { key: string; ms: number; answer: ToolAnswer };
}
