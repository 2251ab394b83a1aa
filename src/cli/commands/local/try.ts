import type { TryCalls } from '../../../../workers/session/try-tools.ts';
import { FleetError } from '../../../session/fleet-error.ts';
import { plainText } from '../../../session/plain-text.ts';
import { parseSessionName } from '../../../session/session-name.ts';
import { toolAnswerTold } from '../../../session/tool.ts';
import {
  type CommandContext,
  type CommandSpec,
  flag,
  listOption,
  type Options,
  textArgument,
  textOption,
} from '../command.ts';

/** Which of the session's tools are called for real: none unless it is asked for, since a test must book nothing. */
const realIn = (options: Options): TryCalls['real'] => {
  const asked = textOption(options, 'callTools') ?? 'none';
  if (asked === 'none' || asked === 'reads' || asked === 'all') return asked;
  throw new FleetError('usage', '--call-tools takes none, reads or all.');
};

/** `agenda={"free":["14:00"]}` → what the AI is told when it calls agenda. */
const stubsIn = (options: Options): Readonly<Record<string, string>> =>
  Object.fromEntries(
    listOption(options, 'stub').map((given) => {
      const [, tool, answer] = /^([a-z][a-z0-9_]*)=(.+)$/s.exec(given.trim()) ?? [];
      if (tool === undefined || answer === undefined || answer.length > toolAnswerTold)
        throw new FleetError(
          'usage',
          `--stub takes the name of a tool, = and its answer, of ${toolAnswerTold} characters at most: ${plainText(given).slice(0, 60)}`,
        );
      return [tool, answer];
    }),
  );

/** `try NAME [TEXT]`: its AI, instructions, splitting and rhythm in the terminal. The workers' room does it; the program hands it in. */
export const tryOut = (
  talk: (
    context: CommandContext,
    options: { name: string; text: string | undefined; fast: boolean; calls: TryCalls },
  ) => Promise<number>,
): CommandSpec => ({
  usage: 'try <name> [text]',
  summary: 'talk to its AI without WhatsApp and without touching its history; shows tokens and cost',
  example: 'zap-fleet try padaria-joao "Vocês abrem domingo?" --fast',
  options: [
    { flags: '--fast', help: 'do not wait as a person would' },
    {
      flags: '--call-tools <which>',
      help: 'which of its tools are called for real: none (usual), reads (those that only look) or all (they book)',
    },
    {
      flags: '--stub <tool=answer...>',
      help: 'what the AI is told when it calls this tool; nothing is called',
    },
  ],
  run: (context, [name, text], options) =>
    talk(context, {
      name: parseSessionName(textArgument(name)),
      text: typeof text === 'string' ? text : undefined,
      fast: flag(options, 'fast'),
      calls: { real: realIn(options), stubs: stubsIn(options) },
    }),
});
