import type { CanarySummary } from '../../session/canary.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { ChatRow } from '../../session/records.ts';
import type { FleetMethod, FleetResults } from '../fleet-api.ts';
import type { ProbeLine, ProbeLook } from '../probe.ts';
import { meanShare, newest, sumHeat, sumHistogram, sumShares, sumUsage } from '../summed-results.ts';
import { hiddenName } from './hidden-names.ts';

/** What a token that is limited to some sessions is answered where the whole fleet was asked, and what of an answer names another one. */

type Params = Readonly<Record<string, unknown>>;
type Sees = (name: string) => boolean;

/** As a whole fleet's: seven days of 24 hours. */
const emptyHeat: FleetResults['heat'] = {
  cells: Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0)),
  measuredDays: 0,
};

const limitOf = ({ limit }: Params, usual: number): number => (typeof limit === 'number' ? limit : usual);

const lastSaid = (chat: ChatRow): number => Math.max(chat.lastInboundAt ?? 0, chat.lastOutboundAt ?? 0);

/** The newest, and who waits whenever that began. */
const together = (results: readonly FleetResults['chats'][], params: Params): FleetResults['chats'] => {
  const all = results.flatMap(({ chats }) => chats);
  const shown = new Set(newest([all], lastSaid, limitOf(params, 100)));
  return { chats: all.filter((chat) => shown.has(chat) || chat.waiting > 0).sort((a, b) => lastSaid(b) - lastSaid(a)) };
};

/** Of each session by itself, as one answer. */
export const asOne: {
  readonly [M in FleetMethod]?: (results: readonly FleetResults[M][], params: Params) => FleetResults[M];
} = {
  usage: sumUsage,
  heat: (results) => (results.length === 0 ? emptyHeat : sumHeat(results)),
  answerHistogram: sumHistogram,
  connectedShare: meanShare,
  drafts: (results) => ({ drafts: results.flatMap(({ drafts }) => drafts).sort((a, b) => b.createdAt - a.createdAt) }),
  chats: together,
  events: (results, params) => ({
    events: newest(
      results.map(({ events }) => events),
      ({ id }) => id,
      limitOf(params, 100),
    ),
  }),
  probes: (results) => ({ probes: results.flatMap(({ probes }) => probes) }),
};

/** Of the whole fleet's answer what is theirs. */
export const filtered: {
  readonly [M in FleetMethod]?: (result: FleetResults[M], sees: Sees, params: Params) => FleetResults[M];
} = {
  budgets: ({ budgets }, sees) => ({ budgets: budgets.filter(({ name }) => sees(name)) }),
  usageBy: ({ shares }, sees, { by }) => {
    if (by === 'session') return sumShares([{ shares: shares.filter(({ of }) => sees(of)) }]);
    throw new FleetError(
      'forbidden',
      'what a model cost is known of the whole fleet only, and this token is limited to some sessions.',
    );
  },
  canaries: ({ canaries }, sees) => ({ canaries: canaries.filter(({ sessionName }) => sees(sessionName)) }),
  proposals: ({ proposals }, sees) => ({ proposals: proposals.filter(({ name }) => sees(name)) }),
};

const lookOf = (look: ProbeLook, sees: Sees): ProbeLook => (sees(look.from) ? look : { ...look, from: hiddenName });
const probeOf = (line: ProbeLine, sees: Sees): ProbeLine => ({
  ...line,
  plan: sees(line.plan.from) ? line.plan : { ...line.plan, from: hiddenName },
  standing: sees(line.standing.from) ? line.standing : { ...line.standing, from: hiddenName },
  runs: line.runs.map((run) => lookOf(run, sees)),
});
const canaryOf = (canary: CanarySummary, sees: Sees): CanarySummary => ({
  ...canary,
  peers: canary.peers.map((peer) => (sees(peer) ? peer : hiddenName)),
});
const withCanary = <R extends { readonly canary: CanarySummary }>(result: R, sees: Sees): R => ({
  ...result,
  canary: canaryOf(result.canary, sees),
});

/** Names of other sessions in an answer that is about one of theirs; what is not named here carries none. */
export const withoutOthers: { readonly [M in FleetMethod]?: (result: FleetResults[M], sees: Sees) => FleetResults[M] } =
  {
    probes: ({ probes }, sees) => ({
      probes: probes.filter(({ name }) => sees(name)).map((line) => probeOf(line, sees)),
    }),
    probeSet: ({ probe }, sees) => ({ probe: probeOf(probe, sees) }),
    probeAsk: ({ run }, sees) => ({ run: lookOf(run, sees) }),
    canaryStart: withCanary,
    canaryPromote: withCanary,
    canaryRollBack: withCanary,
    canary: ({ canary }, sees) => ({ canary: canary === null ? null : canaryOf(canary, sees) }),
    canaries: ({ canaries }, sees) => ({ canaries: canaries.map((one) => canaryOf(one, sees)) }),
  };
