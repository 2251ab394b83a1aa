import type { SessionRow } from '../../protocol/fleet.ts';
import type { FleetApi, FleetMethod, FleetResults } from '../../protocol/fleet-api.ts';
import { meanShare, newest, sumHeat, sumHistogram, sumShares, sumUsage } from '../../protocol/summed-results.ts';
import type { CanarySummary } from '../../session/canary.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { GroupNode } from '../../session/group-node.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { Merged } from './merged-snapshot.ts';
import type { NodePart } from './node-part.ts';
import { numberAmongNodes, ownNumber } from './numbers.ts';

/** Which node a request goes to, and how its answer reads among several. */

export type Ask = <M extends FleetMethod>(
  node: NodePart,
  method: M,
  params: FleetApi[M]['params'],
) => Promise<FleetApi[M]['result']>;

type Params = Readonly<Record<string, unknown>>;

const nameIn = (params: Params): string | null => (typeof params['name'] === 'string' ? params['name'] : null);

/** What concerns a machine whole is done on this one; on another one when it is named. */
const homeOf = ({ nodes }: Merged): NodePart => {
  const home = nodes.find(({ number }) => number === 0) ?? (nodes.length === 1 ? nodes[0] : undefined);
  if (home !== undefined) return home;
  throw new FleetError('usage', 'this is about one machine: say which, with --node NAME.');
};

const nodeNumbered = ({ nodes }: Merged, number: number): NodePart => {
  const node = nodes.find((each) => each.number === number);
  if (node !== undefined) return node;
  throw new FleetError('usage', 'it is of a node that is not shown here any more. See: zap-fleet node ls');
};

const openNodes = ({ nodes }: Merged): readonly NodePart[] => {
  const open = nodes.filter(({ connection }) => connection.state === 'open');
  if (open.length > 0) return open;
  throw new FleetError('unavailable', 'no node answers. They are looked for; try again in a moment.');
};

/** A session's name on its node as it is shown here. */
const createRenamer = ({ snapshot }: Merged) => {
  const shown = new Map<string, string>();
  for (const { node, name } of snapshot.sessions) {
    const own = name.endsWith(`@${node}`) ? name.slice(0, -`@${node}`.length) : name;
    shown.set(`${node} ${own}`, name);
  }
  return <N extends string | null>(node: NodePart, name: N): N =>
    (name === null ? name : (shown.get(`${node.name} ${name}`) ?? name)) as N;
};

type Renamer = ReturnType<typeof createRenamer>;

const shownRow = (node: NodePart, row: SessionRow, rename: Renamer): SessionRow => ({
  ...row,
  name: rename(node, row.name) as SessionName,
  node: node.name,
  incidentId: row.incidentId === null ? null : numberAmongNodes(row.incidentId, node.number),
});

type Shown = { [M in FleetMethod]?: (result: FleetResults[M], node: NodePart, rename: Renamer) => FleetResults[M] };

const ofRow = <R extends { readonly row: SessionRow }>(result: R, node: NodePart, rename: Renamer): R => ({
  ...result,
  row: shownRow(node, result.row, rename),
});
const ofRehearsal = <R extends { readonly rehearsal: { readonly sessionName: string } }>(
  result: R,
  node: NodePart,
  rename: Renamer,
): R => ({
  ...result,
  rehearsal: { ...result.rehearsal, sessionName: rename(node, result.rehearsal.sessionName) },
});
const ofProposal = <R extends { readonly proposal: { readonly sessionName: string } }>(
  result: R,
  node: NodePart,
  rename: Renamer,
): R => ({
  ...result,
  proposal: { ...result.proposal, sessionName: rename(node, result.proposal.sessionName) },
});
const shownCanary = (canary: CanarySummary, node: NodePart, rename: Renamer): CanarySummary => ({
  ...canary,
  sessionName: rename(node, canary.sessionName),
  peers: canary.peers.map((peer) => rename(node, peer)),
});
const ofCanary = <R extends { readonly canary: CanarySummary }>(result: R, node: NodePart, rename: Renamer): R => ({
  ...result,
  canary: shownCanary(result.canary, node, rename),
});
const tryIdOf = <R extends object>(result: R, node: NodePart): R =>
  'tryId' in result ? { ...result, tryId: `${node.number}:${String(result.tryId)}` } : result;

/** Names and numbers of one node's answer as they read among several; what is not named here carries neither. */
const shownAs: Shown = {
  create: ofRow,
  start: ofRow,
  stop: ofRow,
  restart: ofRow,
  logout: ofRow,
  reset: ofRow,
  newCodes: ofRow,
  code: ofRow,
  check: ofRow,
  pause: ofRow,
  resume: ofRow,
  dismissSilence: ofRow,
  watch: ofRow,
  storeAdopt: ofRow,
  session: ofRow,
  setConfig: (result, node, rename) => ({ details: ofRow(result.details, node, rename) }),
  chats: ({ chats }, node, rename) => ({
    chats: chats.map((chat) => ({ ...chat, sessionName: rename(node, chat.sessionName) })),
  }),
  drafts: ({ drafts }, node, rename) => ({
    drafts: drafts.map((draft) => ({
      ...draft,
      outboxId: numberAmongNodes(draft.outboxId, node.number),
      sessionName: rename(node, draft.sessionName),
    })),
  }),
  draft: ({ draft }, node, rename) => ({
    draft:
      draft === null
        ? null
        : {
            ...draft,
            outboxId: numberAmongNodes(draft.outboxId, node.number),
            sessionName: rename(node, draft.sessionName),
          },
  }),
  events: ({ events }, node, rename) => ({
    events: events.map((event) => ({
      ...event,
      id: numberAmongNodes(event.id, node.number),
      sessionName: rename(node, event.sessionName),
    })),
  }),
  incidents: ({ incidents }, node) => ({
    incidents: incidents.map((incident) => ({ ...incident, id: numberAmongNodes(incident.id, node.number) })),
  }),
  probes: ({ probes }, node, rename) => ({
    probes: probes.map((probe) => ({ ...probe, name: rename(node, probe.name) })),
  }),
  probeSet: ({ probe }, node, rename) => ({ probe: { ...probe, name: rename(node, probe.name) } }),
  send: (result, node) => ({ ...result, outboxId: numberAmongNodes(result.outboxId, node.number) }),
  canaryStart: ofCanary,
  canaryPromote: ofCanary,
  canaryRollBack: ofCanary,
  canary: ({ canary }, node, rename) => ({ canary: canary === null ? null : shownCanary(canary, node, rename) }),
  canaries: ({ canaries }, node, rename) => ({ canaries: canaries.map((one) => shownCanary(one, node, rename)) }),
  rehearse: ofRehearsal,
  rehearseStop: ofRehearsal,
  rehearseResume: ofRehearsal,
  rehearsal: ({ rehearsal, cases }, node, rename) => ({
    rehearsal: rehearsal === null ? null : { ...rehearsal, sessionName: rename(node, rehearsal.sessionName) },
    cases,
  }),
  propose: ofProposal,
  proposalDrop: ofProposal,
  proposalResume: ofProposal,
  proposal: ({ proposal }, node, rename) => ({
    proposal: proposal === null ? null : ofProposal(proposal, node, rename),
  }),
  proposals: ({ proposals }, node, rename) => ({
    proposals: proposals.map((line) => ({ ...line, name: rename(node, line.name) })),
  }),
  tryStart: tryIdOf,
  trySay: tryIdOf,
  tryAnswer: tryIdOf,
  tryState: tryIdOf,
};

/** Whatever there is. */
const most = Number.POSITIVE_INFINITY;

const limitOf = (params: Params, usual: number): number =>
  typeof params['limit'] === 'number' ? params['limit'] : usual;

type Together = {
  [M in FleetMethod]?: (results: readonly FleetResults[M][], params: Params) => FleetResults[M];
};

/** The servers of every group that is asked, each once: those of this machine's group first. */
const uniteGroups = (results: readonly FleetResults['nodes'][]): FleetResults['nodes'] => {
  const nodes = new Map<string, GroupNode>();
  for (const node of results.flatMap((result) => result.nodes)) {
    const known = nodes.get(node.nodeId);
    if (known === undefined) nodes.set(node.nodeId, node);
  }
  const isWell = results.some(({ problem }) => problem === null);
  return { problem: isWell ? null : (results[0]?.problem ?? null), nodes: [...nodes.values()] };
};

/** What is asked of every node when no session is named. */
const together: Together = {
  nodes: uniteGroups,
  usage: sumUsage,
  proposals: (results) => ({ proposals: results.flatMap(({ proposals }) => proposals) }),
  usageBy: sumShares,
  heat: sumHeat,
  answerHistogram: sumHistogram,
  connectedShare: meanShare,
  drafts: (results) => ({
    drafts: newest(
      results.map(({ drafts }) => drafts),
      (draft) => draft.createdAt,
      most,
    ),
  }),
  // Each node's are within the limit already, with those who wait among them whenever they wrote: none is cut.
  chats: (results) => ({
    chats: newest(
      results.map(({ chats }) => chats),
      (chat) => Math.max(chat.lastInboundAt ?? 0, chat.lastOutboundAt ?? 0),
      most,
    ),
  }),
  events: (results, params) => ({
    events: newest(
      results.map(({ events }) => events),
      (event) => event.at,
      limitOf(params, 100),
    ),
  }),
  probes: (results) => ({ probes: results.flatMap(({ probes }) => probes) }),
  canaries: (results) => ({ canaries: results.flatMap(({ canaries }) => canaries) }),
  incidents: (results, params) => ({
    incidents: newest(
      results.map(({ incidents }) => incidents),
      (incident) => incident.startedAt,
      limitOf(params, 50),
    ),
  }),
};

/** A node that a person names as this list does, by its id: the group may call it otherwise. */
const withNodeId = (params: Params, { nodes }: Merged): Params => {
  const part = nodes.find(({ name }) => name === params['node']);
  const id = part?.snapshot?.fleet.fleetId;
  return id === undefined ? params : { ...params, node: id };
};

/** The node of a request and its parameters as that node knows them. */
const addressed = (method: FleetMethod, given: Params, merged: Merged): readonly [NodePart, Params] => {
  const { names } = merged;
  const params = typeof given['node'] === 'string' ? withNodeId(given, merged) : given;
  if (method === 'nodeDrain') {
    // Only its own master can move its sessions: where its door is known it is asked, and says how it went.
    const node = merged.nodes.find(({ snapshot }) => snapshot?.fleet.fleetId === params['node']);
    return [node?.connection.state === 'open' ? node : homeOf(merged), params];
  }
  const name = nameIn(params);
  if (method === 'create' && name !== null) {
    const node = names.nodeIn(name);
    if (node !== null) return [node, { ...params, name: name.slice(0, name.lastIndexOf('@')) }];
    return [homeOf(merged), params];
  }
  if (method === 'storeAdopt' || (name === null && method !== 'draft' && !method.startsWith('try') && method !== 'job'))
    return [homeOf(merged), params];
  if (name !== null) {
    const { node, row } = names.find(name);
    return [node, { ...params, name: row.name }];
  }

  const key = method === 'draft' ? 'outboxId' : method === 'job' ? 'id' : null;
  if (key !== null) {
    const { id, node } = ownNumber(Number(params[key]));
    return [nodeNumbered(merged, node), { ...params, [key]: id }];
  }
  const [number = '', ...rest] = String(params['tryId']).split(':');
  return [nodeNumbered(merged, Number(number)), { ...params, tryId: rest.join(':') }];
};

/** Asks whoever it concerns. Throws as the node does; `no-such-session` and `usage` where a name leads nowhere or to several. */
export const requestOfMerged = async <M extends FleetMethod>(
  merged: Merged,
  ask: Ask,
  method: M,
  params: FleetApi[M]['params'],
): Promise<FleetResults[M]> => {
  const given = params as Params;
  const rename = createRenamer(merged);
  const show = shownAs[method] as ((result: unknown, node: NodePart, rename: Renamer) => unknown) | undefined;
  const read = (result: unknown, node: NodePart): unknown => (show === undefined ? result : show(result, node, rename));

  const combine = together[method] as ((results: readonly unknown[], params: Params) => unknown) | undefined;
  if (combine !== undefined && nameIn(given) === null && given['before'] === undefined) {
    const nodes = openNodes(merged);
    const settled = await Promise.allSettled(nodes.map(async (node) => read(await ask(node, method, params), node)));
    const results = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const [failed] = settled;
    // One that fails hides nothing of the others.
    if (results.length === 0 && failed?.status === 'rejected') throw failed.reason;
    return combine(results, given) as FleetResults[M];
  }

  const [node, own] = addressed(method, given, merged);
  return read(await ask(node, method, own as FleetApi[M]['params']), node) as FleetResults[M];
};
