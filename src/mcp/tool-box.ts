import { z } from 'zod';
import { withDeadline } from '../pace/deadline.ts';
import { permittedFleet } from '../protocol/access/permitted-fleet.ts';
import type { Fleet } from '../protocol/door.ts';
import { covers } from '../session/access.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { Milliseconds } from '../session/units.ts';
import { firstIssue } from '../words/first-issue.ts';
import { RpcError, rpcErrors } from './json-rpc.ts';
import { createQuoting, type Quoting } from './quoted.ts';
import { readTools } from './read-tools.ts';
import type { Tool } from './tool.ts';
import { writeTools } from './write-tools.ts';

type Answer = Readonly<Record<string, unknown>>;

/** The tools that are there, and what they answer. */
export interface ToolBox {
  list(): Promise<Answer>;
  /** Throws `RpcError` where there is no such tool; a tool that fails says so in its answer. */
  call(params: Answer): Promise<Answer>;
}

export interface ToolBoxOptions {
  /** The fleet, opened anew where it has to be. Throws `FleetError`. */
  readonly open: () => Promise<Fleet>;
  /** The tools that change something are there. */
  readonly write: boolean;
  /** Names of the sessions that are shown; null: all that the door shows. */
  readonly sessions: readonly string[] | null;
  readonly deadline?: Milliseconds;
  readonly quoting?: Quoting;
}

const usualDeadline: Milliseconds = 60_000;
const callSchema = z.looseObject({
  name: z.string().max(100),
  arguments: z.record(z.string(), z.unknown()).optional(),
});

const listed = ({ name, title, description, writes, quotes, input }: Tool, { notice }: Quoting) => {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  return {
    name,
    title,
    description: quotes ? `${description} ${notice}` : description,
    inputSchema,
    annotations: {
      title,
      readOnlyHint: !writes,
      destructiveHint: writes && name === 'stop_session',
      openWorldHint: false,
    },
  };
};

const said = (text: string): { readonly type: 'text'; readonly text: string } => ({ type: 'text', text });

export const createToolBox = (options: ToolBoxOptions): ToolBox => {
  const { write } = options;
  const quoting = options.quoting ?? createQuoting();
  const deadline = options.deadline ?? usualDeadline;
  let inner: Fleet | null = null;
  let seen: Fleet | null = null;

  /** What the door gives is cut once more here: without `--write` nothing is asked that changes something, whatever the door allows. */
  const open = async (): Promise<Fleet> => {
    const opened = await options.open();
    if (seen !== null && opened === inner) return seen;
    inner = opened;
    seen = permittedFleet(opened, {
      name: 'mcp',
      actor: 'mcp',
      scope: write ? 'operate' : 'read',
      sessions: options.sessions === null ? null : new Set(options.sessions),
      isOpen: () => true,
    });
    return seen;
  };

  const mayWrite = async (): Promise<boolean> => {
    if (!write) return false;
    try {
      const { fleet, nodes } = (await options.open()).getSnapshot();
      const has = nodes?.map(({ access }) => access) ?? [fleet.access];
      return has.some((access) => access === undefined || covers(access.scope, 'operate'));
    } catch (error) {
      // It cannot be asked now; a call says why.
      if (error instanceof FleetError) return true;
      throw error;
    }
  };
  const tools = async (): Promise<readonly Tool[]> => ((await mayWrite()) ? [...readTools, ...writeTools] : readTools);

  /** A tool that fails says so to the assistant, which may do something about it. */
  const failed = (text: string) => ({ content: [said(plainText(text))], isError: true });

  const call = async (params: Answer): Promise<Answer> => {
    const asked = callSchema.safeParse(params);
    if (!asked.success) throw new RpcError(rpcErrors.invalidParams, 'tools/call wants a name and arguments');
    const tool = (await tools()).find(({ name }) => name === asked.data.name);
    if (tool === undefined) throw new RpcError(rpcErrors.invalidParams, 'there is no tool of that name here');

    const args = tool.input.safeParse(asked.data.arguments ?? {});
    if (!args.success) return failed(firstIssue(tool.name, args.error));
    try {
      const working = (async () => tool.run(args.data, { fleet: await open(), quoting }))();
      const result = await withDeadline(
        working,
        deadline,
        () =>
          new FleetError(
            'timeout',
            `no answer within ${Math.round(deadline / 1000)} s. What was asked may still happen.`,
          ),
      );
      const text = JSON.stringify(result);
      return { content: [...(tool.quotes ? [said(quoting.notice)] : []), said(text)], isError: false };
    } catch (error) {
      if (error instanceof FleetError) return failed(messageOf(error));
      throw error;
    }
  };

  return { list: async () => ({ tools: (await tools()).map((tool) => listed(tool, quoting)) }), call };
};
