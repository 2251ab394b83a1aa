import { z } from 'zod';
import type { Fleet } from '../protocol/door.ts';
import type { Quoting } from './quoted.ts';

/** What a tool gets: the fleet as far as this server may see and use it. */
export interface ToolContext {
  readonly fleet: Fleet;
  readonly quoting: Quoting;
}

/** One thing that an assistant can ask for. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** It changes something: it is there with `--write` alone. */
  readonly writes: boolean;
  /** Its answer holds words of third persons. */
  readonly quotes: boolean;
  readonly input: z.ZodType;
  /** The answer as JSON. Throws `FleetError`. */
  readonly run: (args: unknown, context: ToolContext) => Promise<unknown>;
}

interface ToolOf<I extends z.ZodType> extends Omit<Tool, 'input' | 'run' | 'quotes' | 'writes'> {
  readonly writes?: boolean;
  readonly quotes?: boolean;
  readonly input: I;
  readonly run: (args: z.output<I>, context: ToolContext) => Promise<unknown>;
}

export const defineTool = <I extends z.ZodType>(tool: ToolOf<I>): Tool => ({
  writes: false,
  quotes: false,
  ...tool,
  run: (args, context) => tool.run(args as z.output<I>, context),
});

export const session = z.string().min(1).max(200).describe('name of the session, as list_sessions gives it');
export const chat = z.string().min(1).max(200).describe('id of the chat, as list_chats gives it');
export const page = (most: number, usual: number) =>
  z.number().int().min(1).max(most).optional().describe(`how many; ${usual} when left out`);

export const when = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : new Date(at).toISOString();

/** More than this is no answer that an assistant reads; the rest is asked for by its cursor. */
const mostBytes = 48 * 1024;

/** As many of the items as an answer holds; `rest`: how many were left out. */
export const fitting = <T>(items: readonly T[]): { readonly items: readonly T[]; readonly rest: number } => {
  let bytes = 0;
  const fit = items.findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 2;
    return bytes > mostBytes;
  });
  const shown = fit < 0 ? items : items.slice(0, Math.max(1, fit));
  return { items: shown, rest: items.length - shown.length };
};
