import { readFile } from 'node:fs/promises';
import { engines } from '../../session/engine.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { nameFromLabel } from '../../session/name-from-label.ts';
import { type AiProviderName, aiProviders } from '../../session/session-config.ts';
import { whyNotRead } from '../../session/why-not-read.ts';
import { type CommandSpec, flag, jsonOption, sessionNamed, textArgument, textOption } from './command.ts';
import { rowAsJson } from './printing.ts';

const oneOf = <T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T | undefined => {
  if (value === undefined) return undefined;
  const found = allowed.find((one) => one === value);
  if (found === undefined)
    throw new FleetError('usage', `${name} is one of ${allowed.join(', ')}, not ${JSON.stringify(value)}.`);
  return found;
};

/** The text itself, or the content of the file behind `@`. */
export const textOrFile = async (value: string): Promise<string> => {
  if (!value.startsWith('@')) return value;
  try {
    return await readFile(value.slice(1), 'utf8');
  } catch (error) {
    throw new FleetError(
      'usage',
      `cannot read ${value.slice(1)}: ${whyNotRead(error)}. Give a file that exists, or the text itself.`,
      { cause: error },
    );
  }
};

export const create: CommandSpec = {
  usage: 'create <name>',
  completes: [[]],
  summary: 'make a new session',
  example: 'zap-fleet create "Padaria do João" --phone "11 98765-4321" --ai gemini --prompt @padaria.txt --start',
  options: [
    { flags: '--label <text>', help: 'what people call it' },
    { flags: '--phone <number>', help: 'the number that is expected to link; another one is held' },
    { flags: '--engine <engine>', help: 'wppconnect (WhatsApp) or simulated (a scripted phone)' },
    { flags: '--ai <provider>', help: 'openai, gemini, echo or none' },
    { flags: '--prompt <text>', help: 'instructions for the AI, or @FILE' },
    { flags: '--start', help: 'start it at once' },
    jsonOption,
  ],
  run: async (context, [name], options) => {
    const typed = textArgument(name);
    if (nameFromLabel(typed, () => false) === null) sessionNamed(typed);
    const engine = oneOf('--engine', textOption(options, 'engine'), engines);
    const ai = oneOf<AiProviderName>('--ai', textOption(options, 'ai'), aiProviders);
    const label = textOption(options, 'label');
    const phone = textOption(options, 'phone');
    const prompt = textOption(options, 'prompt');
    const instructions = prompt === undefined ? undefined : await textOrFile(prompt);
    const fleet = await context.connect();
    const { row } = await fleet.request('create', {
      name: typed,
      start: flag(options, 'start'),
      actor: 'you',
      ...(engine === undefined ? {} : { engine }),
      ...(ai === undefined ? {} : { ai }),
      ...(label === undefined ? {} : { label }),
      ...(phone === undefined ? {} : { phone }),
      ...(instructions === undefined ? {} : { prompt: instructions }),
    });
    if (flag(options, 'json')) context.print(JSON.stringify(rowAsJson(row, Date.now()), null, 2));
    else if (row.desiredState === 'stopped')
      context.print(`${row.name} made. Start it with: zap-fleet start ${row.name}`);
    else {
      // Its worker is only being asked for: "stopped" would be true and mislead.
      const now = row.state === 'stopped' ? 'made, and it starts' : context.verdictWord(row.verdict);
      const reason = row.reason === null ? '' : ` (${row.reason})`;
      context.print(`${row.name}: ${now}${reason}. Its QR: zap-fleet qr ${row.name}`);
    }
    return 0;
  },
};
