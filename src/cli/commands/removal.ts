import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { erasureSchema } from '../../session/purge-receipt.ts';
import { type CommandContext, type CommandSpec, flag, jsonOption, sessionNamed, textArgument } from './command.ts';
import { followJob } from './follow-job.ts';
import { leftLines } from './left-lines.ts';
import { rowAsJson } from './printing.ts';

/** `logout`, `reset` and `delete`: what cannot be taken back asks for the name, or `--yes`; whether it is there, before that. */

const yesOption = { flags: '--yes', help: 'do not ask' };

const typeTheName = async (
  context: CommandContext,
  name: string,
  what: string,
  options: Parameters<CommandSpec['run']>[2],
): Promise<void> => {
  await context.mustExist(name);
  if (flag(options, 'yes')) return;
  const typed = await context.ask(`${what} Type the name to go on: `);
  if (typed === null) throw new FleetError('usage', `${what} Nobody can be asked here: add --yes.`);
  if (typed.trim() !== name) throw new FleetError('usage', 'that is not the name: nothing was changed.');
};

export const logout: CommandSpec = {
  usage: 'logout <name>',
  summary: 'unlink the phone; the session then shows a new QR when started',
  example: 'zap-fleet logout padaria-joao',
  options: [yesOption, jsonOption],
  run: async (context, [given], options) => {
    const name = sessionNamed(textArgument(given));
    await typeTheName(context, name, `This unlinks the phone of ${name}.`, options);
    const fleet = await context.connect([name]);
    const result = await fleet.request('logout', { name, actor: 'you' });
    if (flag(options, 'json'))
      context.print(JSON.stringify({ ...rowAsJson(result.row, Date.now()), unlinked: result.unlinked }, null, 2));
    else if (result.unlinked) context.print(`${name}: unlinked from the phone.`);
    else
      context.print(
        `${name}: could not unlink (${plainText(result.reason ?? 'no answer')}). On the phone: WhatsApp > Linked devices > this device > Log out.`,
      );
    return result.unlinked ? 0 : 1;
  },
};

export const reset: CommandSpec = {
  usage: 'reset <name>',
  summary: 'a new login; configuration and history stay',
  example: 'zap-fleet reset padaria-joao --yes',
  options: [yesOption, jsonOption],
  run: async (context, [given], options) => {
    const name = sessionNamed(textArgument(given));
    await typeTheName(context, name, `This throws the login of ${name} away; it needs a new QR.`, options);
    const fleet = await context.connect([name]);
    const { row } = await fleet.request('reset', { name, actor: 'you' });
    if (flag(options, 'json')) context.print(JSON.stringify(rowAsJson(row, Date.now()), null, 2));
    else context.print(`${name}: ${context.verdictWord(row.verdict)}. Its QR: zap-fleet qr ${name}`);
    return 0;
  },
};

export const remove: CommandSpec = {
  usage: 'delete <name>',
  summary: 'unlink and remove a session; its login is archived for 30 days',
  example: 'zap-fleet delete padaria-joao --yes',
  options: [
    yesOption,
    { flags: '--purge', help: 'erase it with conversations, login, logs and key; nothing is archived (no undo)' },
    { flags: '--backups', help: 'with --purge: rewrite the backups without it, too' },
    jsonOption,
  ],
  run: async (context, [given], options) => {
    const name = sessionNamed(textArgument(given));
    const purge = flag(options, 'purge');
    const backups = flag(options, 'backups');
    if (backups && !purge) throw new FleetError('usage', '--backups erases in backups, too: it goes with --purge.');
    await typeTheName(
      context,
      name,
      purge ? `This erases ${name} with all its conversations.` : `This removes ${name}; its conversations stay.`,
      options,
    );
    const fleet = await context.connect([name]);
    const result = await followJob(context, fleet, {
      kind: 'delete',
      session: name,
      ask: () => fleet.request('delete', { name, purge, backups, actor: 'you' }),
      ofJob: (job) => {
        const { erased, left } = erasureSchema.parse(job.result);
        return { unlinked: true, archived: null, purgedMessages: erased['messages'] ?? 0, erased, left };
      },
    });
    if (flag(options, 'json')) {
      context.print(JSON.stringify(result, null, 2));
      return 0;
    }
    context.print(
      `${name}: deleted.${result.archived === null ? '' : ` Login kept for 30 days in ${result.archived}`}`,
    );
    if (purge) {
      context.print(
        `${result.purgedMessages} messages erased, and with them its login, its logs, its drafts and its own AI key.`,
      );
      context.print(
        "Not erased: the chats on the phone and at WhatsApp itself, backups written elsewhere with --to, and what the machine's journal or a container's log took.",
      );
    }
    for (const line of leftLines(result.left)) context.print(line);
    if (!result.unlinked) context.print('The phone may still list this device: WhatsApp > Linked devices > Log out.');
    return 0;
  },
};
