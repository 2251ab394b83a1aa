import { parseSessionName } from '../../../session/session-name.ts';
import { type CommandContext, type CommandSpec, flag, textArgument } from '../command.ts';

/** `try NAME [TEXT]`: its AI, instructions, splitting and rhythm in the terminal. The workers' room does it; the program hands it in. */
export const tryOut = (
  talk: (
    context: CommandContext,
    options: { name: string; text: string | undefined; fast: boolean },
  ) => Promise<number>,
): CommandSpec => ({
  usage: 'try <name> [text]',
  summary: 'talk to its AI without WhatsApp and without touching its history; shows tokens and cost',
  example: 'zap-fleet try padaria-joao "Vocês abrem domingo?" --fast',
  options: [{ flags: '--fast', help: 'do not wait as a person would' }],
  run: (context, [name, text], options) =>
    talk(context, {
      name: parseSessionName(textArgument(name)),
      text: typeof text === 'string' ? text : undefined,
      fast: flag(options, 'fast'),
    }),
});
