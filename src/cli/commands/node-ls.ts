import { connectRunning } from '../../client/connect-fleet.ts';
import { connectNode, type NodeDoor } from '../../client/connect-node.ts';
import { namedPeers } from '../../client/found-peers.ts';
import { addressText } from '../../client/node-address.ts';
import { readNodeList } from '../../client/node-list.ts';
import { nodeListFile } from '../../home/home-paths.ts';
import type { Fleet } from '../../protocol/door.ts';
import type { Peer } from '../../protocol/group.ts';
import { messageOf } from '../../session/fleet-error.ts';
import { type GroupNode, isSilent } from '../../session/group-node.ts';
import { plainText } from '../../session/plain-text.ts';
import { mayFindOthers } from '../../settings/discovery.ts';
import { version } from '../../settings/version.ts';
import { durationText } from '../../words/written/duration.ts';
import { type CommandContext, flag, type Options } from './command.ts';
import { printTable } from './printing.ts';

/** `node ls`: the machines that this dashboard shows, and the servers of the group as Supabase knows them, each once. */

interface SeenNode {
  readonly name: string;
  /** Null: it is not in the list, the group knows it. */
  readonly address: string | null;
  /** Nobody named it here: this machine's master found it. */
  readonly found: boolean;
  /** Null: its door was not tried. */
  readonly state: 'open' | 'lost' | null;
  readonly reason: string | null;
  readonly host: string | null;
  readonly version: string | null;
  readonly sessions: number | null;
  /** What it says of itself to the group; null: it is in none that could be asked. */
  readonly group: GroupNode | null;
}

interface Answer {
  readonly seen: SeenNode;
  readonly nodeId: string | null;
  readonly group: readonly GroupNode[];
}

/** The group of a fleet, as its Supabase knows it; empty: it is in none, or that cannot be asked now. */
const groupOf = async (fleet: Fleet, warn: (text: string) => void): Promise<readonly GroupNode[]> => {
  if (fleet.getSnapshot().fleet.health.replica === null) return [];
  try {
    const { nodes } = await fleet.request('nodes', {});
    return nodes;
  } catch (error) {
    warn(plainText(messageOf(error)));
    return [];
  }
};

const lookAt = async (name: string, door: NodeDoor, found = false): Promise<Answer> => {
  const unseen: SeenNode = {
    name,
    address: addressText(door.address),
    found,
    state: 'lost',
    reason: null,
    host: null,
    version: null,
    sessions: null,
    group: null,
  };
  let fleet: Fleet | null = null;
  try {
    fleet = await connectNode(door, version);
    const { fleet: info, sessions } = fleet.getSnapshot();
    const seen: SeenNode = {
      ...unseen,
      state: 'open',
      host: plainText(info.host),
      version: plainText(info.version),
      sessions: sessions.length,
    };
    return { seen, nodeId: info.fleetId, group: await groupOf(fleet, () => undefined) };
  } catch (error) {
    return { seen: { ...unseen, reason: plainText(messageOf(error)) }, nodeId: null, group: [] };
  } finally {
    await fleet?.close();
  }
};

interface Here {
  readonly fleetId: string | null;
  readonly group: readonly GroupNode[];
  readonly peers: readonly Peer[];
}

/** As this machine's own master knows it, where one runs: nothing is started for it. */
const knownHere = async (context: CommandContext): Promise<Here> => {
  const { paths, settings } = context.loaded;
  const fleet =
    mayFindOthers(settings) || settings.SUPABASE_URL !== undefined ? await connectRunning(paths, version) : null;
  if (fleet === null) return { fleetId: null, group: [], peers: [] };
  try {
    const { fleet: info, group } = fleet.getSnapshot();
    return { fleetId: info.fleetId, group: await groupOf(fleet, context.warn), peers: group?.peers ?? [] };
  } finally {
    await fleet.close();
  }
};

/** The found ones that are no listed one, and not this machine itself by another way. */
const lookAtFound = async (
  { loaded }: CommandContext,
  { peers, fleetId }: Here,
  listed: readonly Answer[],
): Promise<readonly Answer[]> => {
  const addresses = new Set(listed.map(({ seen }) => seen.address));
  const fleets = new Set([fleetId, ...listed.map(({ nodeId }) => nodeId)]);
  const found = await namedPeers(
    peers.filter(({ url }) => !addresses.has(url)),
    loaded,
  );
  const answers = await Promise.all(found.map(({ name, door }) => lookAt(name, door, true)));
  return answers.filter(({ nodeId }) => nodeId === null || !fleets.has(nodeId));
};

const ofGroup = (group: GroupNode): SeenNode => ({
  name: group.name,
  address: null,
  found: false,
  state: null,
  reason: null,
  host: group.host,
  version: group.version,
  sessions: group.sessions,
  group,
});

const heads = {
  en: ['NAME', 'ADDRESS', 'STATE', 'VERSION', 'SESSIONS', 'ROOM', 'LABELS', 'HEARD', 'DETAIL'],
  'pt-BR': ['NOME', 'ENDEREÇO', 'ESTADO', 'VERSÃO', 'SESSÕES', 'VAGAS', 'RÓTULOS', 'OUVIDO', 'DETALHE'],
} as const;
const states = {
  en: { open: 'answers', lost: 'no answer', here: 'this one', silent: 'silent', alive: 'alive', draining: 'drained' },
  'pt-BR': {
    open: 'responde',
    lost: 'sem resposta',
    here: 'este',
    silent: 'em silêncio',
    alive: 'vivo',
    draining: 'esvaziado',
  },
} as const;

const stateOf = ({ state, group }: SeenNode, language: CommandContext['language']): string => {
  const words = states[language];
  const heard = group === null ? null : group.here ? words.here : isSilent(group) ? words.silent : words.alive;
  const first = state === null ? (heard ?? '-') : words[state];
  return group?.draining === true ? `${first}, ${words.draining}` : first;
};

const rowOf = (node: SeenNode, context: CommandContext): string[] => {
  const { language } = context;
  const { group } = node;
  const heard = group === null || group.silentMs === null ? '-' : durationText(group.silentMs, language);
  return [
    node.name,
    node.address ?? '-',
    stateOf(node, language),
    node.version ?? '-',
    node.sessions === null ? '-' : String(node.sessions),
    group === null || group.room === null ? '-' : String(group.room),
    group === null || group.labels.length === 0 ? '-' : group.labels.join(','),
    heard,
    node.reason === null ? (node.host ?? '') : context.told.reason(null, node.reason),
  ];
};

/** Columns that say something of one of them at least: without a group there is no room and no label to show. */
const shownColumns = (rows: readonly (readonly string[])[]): readonly number[] =>
  heads.en.flatMap((head, at) => {
    const isOfGroup = head === 'ROOM' || head === 'LABELS' || head === 'HEARD' || head === 'ADDRESS';
    return isOfGroup && rows.every((row) => row[at] === '-') ? [] : [at];
  });

export const listNodes = async (context: CommandContext, options: Options): Promise<number> => {
  const listed = readNodeList(nodeListFile(context.loaded.paths));
  const [here, ...named] = await Promise.all([knownHere(context), ...listed.map((node) => lookAt(node.name, node))]);
  const answers = [...named, ...(await lookAtFound(context, here, named))];
  const own = here.group;
  const known = new Map([...answers.flatMap(({ group }) => group), ...own].map((node) => [node.nodeId, node]));
  const hereIds = new Set(own.filter((node) => node.here).map(({ nodeId }) => nodeId));
  const groupNode = (id: string): GroupNode | null => {
    const node = known.get(id);
    return node === undefined ? null : { ...node, here: hereIds.has(id) };
  };

  const withDoor = answers.map(({ seen, nodeId }) => ({ ...seen, group: nodeId === null ? null : groupNode(nodeId) }));
  const met = new Set(withDoor.flatMap(({ group }) => (group === null ? [] : [group.nodeId])));
  const lost = new Set(withDoor.filter(({ state }) => state === 'lost').map(({ name }) => name));
  const others = [...known.keys()]
    .filter((id) => !met.has(id))
    .flatMap((id) => groupNode(id) ?? [])
    .filter((node) => !lost.has(node.name));
  // One whose door does not answer is known by its name.
  const nodes = [
    ...others.map(ofGroup),
    ...withDoor.map((seen) => {
      const group = seen.group ?? [...known.values()].find(({ name }) => name === seen.name) ?? null;
      return { ...seen, group: group === null ? null : groupNode(group.nodeId) };
    }),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));

  const isWell = ({ state, group }: SeenNode): boolean =>
    state === 'open' || (state === null && group !== null && !isSilent(group));
  const code = nodes.every(isWell) ? 0 : 1;
  if (flag(options, 'json')) context.print(JSON.stringify({ nodes }, null, 2));
  else if (nodes.length === 0)
    context.print('No other node is known here. Add one with: zap-fleet node add NAME ssh://USER@HOST');
  else {
    const rows = nodes.map((node) => rowOf(node, context));
    const columns = shownColumns(rows);
    const only = (row: readonly string[]): string[] => columns.map((at) => row[at] ?? '');
    const right = (['SESSIONS', 'ROOM'] as const).map((head) => columns.indexOf(heads.en.indexOf(head)));
    context.printAsIs(
      printTable(
        only(heads[context.language]),
        rows.map(only),
        right.filter((at) => at >= 0),
      ),
    );
  }
  return code;
};
