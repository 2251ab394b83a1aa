import { z } from 'zod';

/** Fields that requests of the door share. */

export const name = z.string().max(200);
/** A server of the group: its name, its machine's name or its id. */
export const node = z.string().min(1).max(200);
export const chat = z.string().min(1).max(200);
export const text = z.string().min(1).max(65_536);
/** Who asks, for the event log: `you` (a terminal), `api`, `telegram`, … */
export const actor = z.string().max(80).optional();
/** A dialog is pinned: the command is refused when the session is not this one any more, or changed since. */
export const pin = { id: z.string().optional(), revision: z.number().int().optional() };
