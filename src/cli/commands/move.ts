import type { Fleet } from '../../protocol/door.ts';
import type { FleetResults } from '../../protocol/fleet-api.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { InHand, MoveReport, StaysBehind } from '../../session/group-node.ts';
import { plainText } from '../../session/plain-text.ts';
import type { SessionName } from '../../session/session-name.ts';
import { type CommandContext, type CommandSpec, flag, jsonOption, sessionNamed, textArgument } from './command.ts';
import { followJob } from './follow-job.ts';

/** `move`: a session goes to another server of the group, with its login, its history, and what its bot has in its hands. */

const reportOf = (result: Readonly<Record<string, unknown>> | null): MoveReport => {
  const { outcome, node, state, reason } = result ?? {};
  if (outcome !== 'moved' && outcome !== 'stayed' && outcome !== 'cancelled')
    throw new FleetError('failed', 'nobody can say how the move ended. See: zap-fleet events');
  return {
    outcome,
    node: String(node ?? ''),
    state: typeof state === 'string' ? state : null,
    reason: typeof reason === 'string' ? reason : null,
  };
};

/** What a person reads of its end; the exit code says whether it is where it was to be. */
const tell = (context: CommandContext, name: string, report: MoveReport): number => {
  const { outcome, state } = report;
  const node = plainText(report.node);
  const reason = report.reason === null ? '' : context.told.reason(null, plainText(report.reason));
  const why = reason === '' ? '' : ` (${reason})`;
  if (outcome === 'cancelled') {
    context.print(`${name} stays on ${node}: its move was called back.`);
    return 0;
  }
  if (outcome === 'stayed') {
    context.print(`${name} stays on ${node}${reason === '' ? '' : `: ${reason}`}`);
    return 1;
  }
  if (state === 'connected') context.print(`${name} answers on ${node} now.`);
  else if (state === 'stopped') context.print(`${name} is on ${node} now, stopped.`);
  else if (state === null) context.print(`${name} is on ${node} now, which has not said yet how it stands there.`);
  else context.print(`${name} is on ${node} now: ${state}${why}`);
  return 0;
};

/** Null: nothing. */
const inHand = ({ tools, files, sends = 0, hooks = 0 }: StaysBehind = { tools: 0, files: 0 }): InHand | null =>
  tools + files + sends + hooks > 0 ? { tools, files, sends, hooks } : null;

/** Whether a login that does not travel keeps a person from it. Throws before anything is stopped. */
const agreed = async (context: CommandContext, fleet: Fleet, name: SessionName, node: string, yes: boolean) => {
  const { asksForQr, stays, travels } = await fleet.request('moveTargets', { name });
  const left = inHand(stays);
  if (left !== null)
    context.warn(
      `${name}: its tools (${left.tools}), the files that it knows (${left.files}), those that it sends (${left.sends}) and its hooks (${left.hooks}) do not travel. Set them on ${plainText(node)} too: zap-fleet tool add, zap-fleet knowledge add, zap-fleet files add, zap-fleet hook add`,
    );
  const along = inHand(travels);
  if (along !== null)
    context.warn(
      `${name}: its tools (${along.tools}), the files that it knows (${along.files}), those that it sends (${along.sends}) and its hooks (${along.hooks}) travel with it.`,
    );
  if (yes) return true;
  if (asksForQr === null) return false;

  context.warn(`${name}: its login does not travel: ${plainText(asksForQr)}`);
  if (await context.confirm(`Move ${name} to ${plainText(node)}, and scan its QR there?`)) return true;
  throw new FleetError('usage', 'nothing was moved.');
};

export const move: CommandSpec = {
  usage: 'move <name> [server]',
  completes: ['session', []],
  summary: 'move a session to another server of the group, with its login, history, tools, files and hooks',
  example: 'zap-fleet move padaria-joao vps-2',
  options: [
    { flags: '--cancel', help: 'call a move back that has not come to the other server yet' },
    { flags: '--yes', help: 'do not ask, also when it needs a QR there' },
    jsonOption,
  ],
  run: async (context, [given, to], options) => {
    const name = sessionNamed(textArgument(given));
    const node = textArgument(to);
    const fleet = await context.connect([name]);
    const isBack = flag(options, 'cancel');
    if (!isBack && node === '')
      throw new FleetError('usage', `say to which server. They are listed by: zap-fleet node ls`);

    const anyway = isBack ? false : await agreed(context, fleet, name, node, flag(options, 'yes'));
    const report = await followJob<FleetResults['move']>(context, fleet, {
      kind: 'move',
      session: name,
      ask: () =>
        isBack
          ? fleet.request('moveCancel', { name, actor: 'you' })
          : fleet.request('move', { name, node, anyway, actor: 'you' }),
      ofJob: ({ result }) => reportOf(result),
    });
    if (!flag(options, 'json')) return tell(context, name, report);

    context.print(JSON.stringify({ name, ...report }));
    return report.outcome === 'stayed' ? 1 : 0;
  },
};
