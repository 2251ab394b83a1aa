import process from 'node:process';
import { connectRunning } from '../../client/connect-fleet.ts';
import { connectNode, type NodeDoor } from '../../client/connect-node.ts';
import { parseNodeAddress } from '../../client/node-address.ts';
import { readNodeList } from '../../client/node-list.ts';
import { nodeListFile } from '../../home/home-paths.ts';
import type { Fleet } from '../../protocol/door.ts';
import { parseTokenSessions } from '../../session/access.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { version } from '../../settings/version.ts';
import { type CommandContext, type CommandSpec, flag, type Options, textOption } from './command.ts';

/** `mcp`: the fleet as tools of an assistant. A token is never an argument: every process of the machine could read it. */

/** Out of the environment at once: no program that is started from here inherits it. */
const takeToken = (options: Options): string | null => {
  const variable = textOption(options, 'tokenEnv');
  if (variable === undefined) return null;
  const token = process.env[variable]?.trim() ?? '';
  delete process.env[variable];
  if (/^[\x21-\x7e]{16,512}$/.test(token)) return token;
  throw new FleetError(
    'usage',
    `${variable.slice(0, 60)} holds no token. Make one: zap-fleet token add NAME --scope read`,
  );
};

/** This machine's API, where its master says that it listens. */
const addressHere = async ({ loaded }: CommandContext): Promise<string> => {
  const fleet = await connectRunning(loaded.paths, version);
  if (fleet === null) throw new FleetError('unavailable', 'no master runs for this fleet. Start it with: zap-fleet');
  try {
    // Of a master that has just begun the API comes a moment after its door: this is answered when it is there.
    if (fleet.getSnapshot().fleet.apiUrl === null) await fleet.request('apiToken', {});
    const url = fleet.getSnapshot().fleet.apiUrl;
    if (url !== null) return url;
    throw new FleetError('unavailable', 'the API of this fleet does not listen: a token opens nothing.');
  } finally {
    await fleet.close();
  }
};

const doorOf = async (context: CommandContext, url: string | undefined, token: string): Promise<NodeDoor> => {
  const listed = readNodeList(nodeListFile(context.loaded.paths)).find(({ name }) => name === url);
  const address = listed?.address ?? parseNodeAddress(url ?? (await addressHere(context)));
  if (address.kind === 'ssh')
    throw new FleetError('usage', 'over ssh the key of the person opens: a token is for http(s)://');
  return { address, token };
};

/** A door that is opened when it is first needed, and again where it led to a fleet that was stopped. */
const createOpener = (context: CommandContext, url: string | undefined, token: string | null) => {
  let current: Fleet | null = null;
  let opening: Promise<Fleet> | null = null;
  /** Whoever looks sees what lies in the store while no master runs, and nothing is started. */
  const lookAgain = async (): Promise<Fleet> => {
    const { lookAtFleet } = await import('../look-at-fleet.ts');
    return lookAtFleet(context.loaded, context.warn);
  };
  const openFirst = async (): Promise<Fleet> =>
    token === null ? context.look() : connectNode(await doorOf(context, url, token), version);

  const reopen = async (): Promise<Fleet> => {
    const isStopped = current?.getSnapshot().fleet.masterPid === 0;
    if (current !== null && !isStopped) return current;
    const before = current;
    current = isStopped ? await lookAgain() : await openFirst();
    await before?.close();
    return current;
  };

  return {
    /** Those who ask at the same time get the same one. */
    open: (): Promise<Fleet> => {
      opening ??= reopen().finally(() => {
        opening = null;
      });
      return opening;
    },
    close: async (): Promise<void> => {
      await opening?.catch(() => null);
      await current?.close();
    },
  };
};

export const mcp: CommandSpec = {
  usage: 'mcp',
  completes: [[]],
  summary:
    'the fleet as tools of an assistant (Model Context Protocol, over standard input and output); it looks and changes nothing',
  example: 'zap-fleet mcp --token-env FLEET_MCP_TOKEN',
  options: [
    { flags: '--write', help: 'also start, stop, pause, resume and rehearse; nothing of it writes to a customer' },
    {
      flags: '--token-env <variable>',
      help: 'a token of `token add` in this variable: what it may do is the most that is done',
    },
    {
      flags: '--url <url>',
      help: 'with a token: the address of the API, or the name of a node; left out: of this machine',
    },
    { flags: '--sessions <names>', help: 'only these, with commas between; left out: all' },
  ],
  run: async (context, _args, options) => {
    if (process.stdin.isTTY === true)
      throw new FleetError(
        'usage',
        'a program speaks here, not a person. See docs/mcp.md for what to tell an assistant.',
      );
    const sessions = textOption(options, 'sessions');
    const token = takeToken(options);
    const url = textOption(options, 'url');
    if (url !== undefined && token === null)
      throw new FleetError('usage', '--url wants --token-env; a node that is listed: --node NAME');

    const door = createOpener(context, url, token);
    const { serveStdio } = await import('../../mcp/serve-stdio.ts');
    try {
      await serveStdio(
        {
          open: door.open,
          version,
          write: flag(options, 'write'),
          sessions: sessions === undefined ? null : parseTokenSessions(sessions.split(',').map((each) => each.trim())),
        },
        { input: process.stdin, output: process.stdout, signal: context.signal },
      );
    } finally {
      await door.close();
    }
    return 0;
  },
};
