import { connectNode } from '../../client/connect-node.ts';
import { addressText, type NodeAddress, parseNodeAddress } from '../../client/node-address.ts';
import {
  freeNodeNumber,
  type ListedNode,
  mostNodes,
  parseNodeName,
  readNodeList,
  writeNodeList,
} from '../../client/node-list.ts';
import { nodeListFile, prepareHome } from '../../home/home-paths.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { version } from '../../settings/version.ts';
import {
  type CommandContext,
  type CommandSpec,
  flag,
  jsonOption,
  type Options,
  textArgument,
  textOption,
} from './command.ts';
import { drainNode, undrainNode } from './node-drain.ts';
import { listNodes } from './node-ls.ts';

/** `node`: the other nodes of a person, each with the way to its door. */

/** A token in the arguments is readable by every user of this machine: at least not for as long as this takes. */
const hideArguments = (): void => {
  process.title = 'zap-fleet node add';
};

const readAll = async (stream: NodeJS.ReadStream): Promise<string> => {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
};

const tokenOf = async (context: CommandContext, address: NodeAddress, options: Options): Promise<string | null> => {
  if (address.kind === 'ssh') return null;
  const given = textOption(options, 'token');
  if (given !== undefined) hideArguments();
  const token =
    given === '-'
      ? await readAll(process.stdin)
      : (given ??
        (await context.ask(`Token of ${addressText(address)} (there: zap-fleet token): `, { hidden: true })) ??
        '');

  if (/^[\x21-\x7e]{1,512}$/.test(token.trim())) return token.trim();
  throw new FleetError(
    'usage',
    'its token is needed. It is printed there by: zap-fleet token, and read here with: --token - < FILE',
  );
};

const refuseTaken = (nodes: readonly ListedNode[], name: string, address: NodeAddress): void => {
  if (nodes.length >= mostNodes) throw new FleetError('refused-by-state', `there are ${mostNodes} nodes already.`);

  const named = nodes.find((node) => node.name === name);
  if (named !== undefined)
    throw new FleetError(
      'already-exists',
      `there is a node ${name} already, at ${addressText(named.address)}. Choose another name, or first: zap-fleet node remove ${name}`,
    );
  const same = nodes.find((node) => addressText(node.address) === addressText(address));
  if (same !== undefined)
    throw new FleetError('already-exists', `${addressText(address)} is the node ${same.name} already.`);
};

const add = async (context: CommandContext, given: readonly string[], options: Options): Promise<void> => {
  const [name = '', url = ''] = given;
  if (name === '' || url === '')
    throw new FleetError('usage', 'say its name and address. Example: zap-fleet node add vps-2 ssh://root@vps-2');
  const { paths } = context.loaded;
  const file = nodeListFile(paths);
  const command = textOption(options, 'command') ?? null;
  const parsed = parseNodeAddress(url);
  const address = parsed.kind === 'ssh' ? { ...parsed, command } : parsed;
  refuseTaken(readNodeList(file), parseNodeName(name), address);

  const token = await tokenOf(context, address, options);
  const fleet = flag(options, 'check') ? await connectNode({ address, token }, version) : null;
  const seen = fleet?.getSnapshot() ?? null;
  await fleet?.close();

  prepareHome(paths);
  // Read again: another shell may have added one while this one asked.
  const nodes = readNodeList(file);
  refuseTaken(nodes, name, address);
  writeNodeList(file, [...nodes, { name, number: freeNodeNumber(nodes), address, token }]);

  if (flag(options, 'json')) {
    context.print(JSON.stringify({ name, address: addressText(address), checked: seen !== null }));
    return;
  }
  context.print(
    seen === null
      ? `${name} added; its door was not tried.`
      : `${name} added: ${seen.sessions.length === 1 ? '1 session' : `${seen.sessions.length} sessions`} on ${plainText(seen.fleet.host)}, zap-fleet ${plainText(seen.fleet.version)}.`,
  );
};

const remove = (context: CommandContext, [name = '']: readonly string[], options: Options): void => {
  const file = nodeListFile(context.loaded.paths);
  const nodes = readNodeList(file);
  if (!nodes.some((node) => node.name === name))
    throw new FleetError('usage', `there is no node ${plainText(name)}. See: zap-fleet node ls`);

  writeNodeList(
    file,
    nodes.filter((node) => node.name !== name),
  );
  if (flag(options, 'json')) context.print(JSON.stringify({ name, removed: true }));
  else context.print(`${name} is not shown here any more. On it nothing changed.`);
};

export const node: CommandSpec = {
  usage: 'node <action> [name] [address]',
  completes: [['ls', 'add', 'remove', 'drain', 'undrain']],
  summary:
    'the other machines: ls, add NAME URL, remove NAME; drain NAME (it takes nothing, and its sessions go to others), undrain NAME',
  example: 'zap-fleet node add vps-2 ssh://root@vps-2',
  options: [
    {
      flags: '--token <token>',
      help: 'of its API, for http(s)://; asked for when left out, "-" reads it from standard input',
    },
    { flags: '--command <command>', help: "how zap-fleet is run there, for ssh://: 'docker exec -i fleet zap-fleet'" },
    { flags: '--no-check', help: 'add it without trying its door' },
    { flags: '--yes', help: 'drain: move also what asks for a QR elsewhere' },
    jsonOption,
  ],
  home: 'made',
  run: async (context, [given, name, address], options) => {
    const action = textArgument(given);
    const words = [textArgument(name), textArgument(address)];

    switch (action) {
      case 'add':
        await add(context, words, options);
        return 0;
      case 'remove':
        remove(context, words, options);
        return 0;
      case 'ls':
        return listNodes(context, options);
      case 'drain':
        return drainNode(context, words[0] ?? '', options);
      case 'undrain':
        return undrainNode(context, words[0] ?? '', options);
      default:
        throw new FleetError(
          'usage',
          'say ls, add NAME URL, remove NAME, drain NAME or undrain NAME. Example: zap-fleet node ls',
        );
    }
  },
};
