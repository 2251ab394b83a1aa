import { z } from 'zod';
import type { DeadHookEvent, HookAnswer, HookLine } from '../session/hook.ts';
import { toolBounds } from '../session/tool.ts';
import { actor, name } from './request-fields.ts';

/** The hooks of a session: requests of the door and their results. */

const hook = z.string().max(100);

export const hookRequests = {
  /** Addresses that are told what happens in a session. */
  hooks: z.strictObject({ name }),
  /** What is left out stays as it was, or is the usual (all events). `isNew`: whether it must be, or must not be there. */
  hookSet: z.strictObject({
    name,
    hook,
    isNew: z.boolean().optional(),
    /** `setAt` of what was looked at: refused where somebody changed it since. */
    seenAt: z.number().optional(),
    url: z.string().max(toolBounds.url).optional(),
    events: z.array(z.string().max(60)).min(1).max(20).optional(),
    allowHosts: z.array(z.string().min(1).max(255)).max(toolBounds.allowHosts).optional(),
    /** It signs what is sent. Without one a new one is made, and told this once. */
    secret: z.string().min(toolBounds.secret.least).max(toolBounds.secret.most).optional(),
    newSecret: z.boolean().optional(),
    actor,
  }),
  hookRemove: z.strictObject({ name, hook, actor }),
  /** One real request, signed, of an event that is none. */
  hookTest: z.strictObject({ name, hook }),
  /** Events that it did not take, newest first. */
  hookDead: z.strictObject({ name, hook }),
  /** They are sent again, oldest first, before what is newer. */
  hookAgain: z.strictObject({ name, hook }),
} as const;

export interface HookResults {
  hooks: { hooks: readonly HookLine[] };
  hookSet: { hook: HookLine; secret: string | null };
  hookRemove: { removed: boolean };
  hookTest: { key: string; ms: number; answer: HookAnswer };
  hookDead: { dead: readonly DeadHookEvent[] };
  hookAgain: { events: number };
}
