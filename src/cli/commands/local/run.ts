import { parseSessionName } from '../../../session/session-name.ts';
import { type CommandContext, type CommandSpec, textArgument } from '../command.ts';

/** `run NAME`: one session in the foreground, without PM2. The worker's room does it; the program hands it in. */
export const run = (foreground: (context: CommandContext, name: string) => Promise<number>): CommandSpec => ({
  usage: 'run <name>',
  summary: 'one session in the foreground, without PM2 (what SINGLE_SESSION_MODE does)',
  example: 'zap-fleet run padaria-joao',
  run: (context, [given]) => foreground(context, parseSessionName(textArgument(given))),
});
