import { FleetError } from '../../session/fleet-error.ts';
import type { DrainReport } from '../../session/group-node.ts';
import { plainText } from '../../session/plain-text.ts';
import { type CommandContext, flag, type Options } from './command.ts';
import { followJob } from './follow-job.ts';

/** `node drain` and `node undrain`: a server that takes nothing and gives its sessions away, and one that takes them again. */

interface Asked {
  readonly node: string;
  readonly here: boolean;
  readonly sessions: number;
  readonly drained: DrainReport | null;
}

const isNamed = (value: unknown): value is { readonly name: string } & Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
const listOf = (value: unknown) => (Array.isArray(value) ? value.filter(isNamed) : []);

const drainedOf = (result: Readonly<Record<string, unknown>> | null): DrainReport => ({
  node: String(result?.['node'] ?? ''),
  moved: listOf(result?.['moved']).map((one) => ({ name: one.name, node: String(one['node'] ?? '') })),
  stayed: listOf(result?.['stayed']).map((one) => ({ name: one.name, reason: String(one['reason'] ?? '') })),
  cancelled: result?.['cancelled'] === true,
});

const tell = (context: CommandContext, { node, sessions, drained }: Asked): number => {
  const shown = plainText(node);
  if (drained === null) {
    context.print(
      `${shown} takes nothing any more, and moves its ${sessions} sessions by itself within some seconds. See: zap-fleet node ls`,
    );
    return 0;
  }
  for (const one of drained.moved) context.print(`${plainText(one.name)} is on ${plainText(one.node)}.`);
  for (const one of drained.stayed)
    context.print(`${plainText(one.name)} stays: ${context.told.reason(null, plainText(one.reason))}`);
  if (drained.cancelled) context.print(`The drain of ${shown} was ended: ${drained.moved.length} sessions were moved.`);
  else if (drained.stayed.length > 0)
    context.print(
      `${shown} takes nothing any more; ${drained.stayed.length} sessions stay. Again, when there is room: zap-fleet node drain ${shown}`,
    );
  else context.print(`${shown} is drained: no session that wants to run is left there.`);
  return drained.stayed.length > 0 || drained.cancelled ? 1 : 0;
};

export const drainNode = async (context: CommandContext, node: string, options: Options): Promise<number> => {
  if (node === '') throw new FleetError('usage', 'say which server. Example: zap-fleet node drain vps-2');
  const fleet = await context.connect();
  const anyway = flag(options, 'yes');
  const asked = await followJob<Asked>(context, fleet, {
    kind: 'node-drain',
    session: null,
    ask: () => fleet.request('nodeDrain', { node, draining: true, anyway, actor: 'you' }),
    ofJob: ({ result }) => ({ node, here: true, sessions: 0, drained: drainedOf(result) }),
  });
  if (!flag(options, 'json')) return tell(context, asked);

  context.print(JSON.stringify(asked, null, 2));
  return asked.drained !== null && (asked.drained.stayed.length > 0 || asked.drained.cancelled) ? 1 : 0;
};

export const undrainNode = async (context: CommandContext, node: string, options: Options): Promise<number> => {
  if (node === '') throw new FleetError('usage', 'say which server. Example: zap-fleet node undrain vps-2');
  const fleet = await context.connect();
  const { node: name } = await fleet.request('nodeDrain', { node, draining: false, actor: 'you' });
  if (flag(options, 'json')) context.print(JSON.stringify({ node: name, draining: false }));
  else context.print(`${plainText(name)} takes sessions again.`);
  return 0;
};
