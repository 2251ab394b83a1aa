import type { SessionDetails } from '../../protocol/fleet.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { parseSessionName } from '../../session/session-name.ts';
import { type CommandSpec, flag, jsonOption, textArgument } from './command.ts';

/** The fleet's key goes to no other address than the fleet's. */
const noKeyWords = ({ config: { ai } }: SessionDetails): string =>
  ai.baseUrl === null
    ? '(not set: the fleet’s key is used)'
    : '(not set: the fleet’s key is used at the fleet’s address only)';

/** The configuration as the dotted keys that `set` takes. */
const flatten = (details: SessionDetails): [string, unknown][] => [
  ['label', details.row.label],
  ['phone', details.row.expectedPhone],
  ['replies', details.row.replies],
  ...Object.entries(details.config.ai).map(([key, value]): [string, unknown] => [`ai_config.${key}`, value]),
  ...Object.entries(details.config.timing).map(([key, value]): [string, unknown] => [`timing_config.${key}`, value]),
  ...Object.entries(details.config.filters).map(([key, value]): [string, unknown] => [`filters.${key}`, value]),
  ['ai_key', details.hasOwnAiKey ? '(set)' : noKeyWords(details)],
];

/** JSON where it is JSON (numbers, lists, true, null), the text itself otherwise. */
const parseValue = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
};

const listKeys: ReadonlySet<string> = new Set([
  'ai_config.handoverWords',
  'filters.allow',
  'filters.deny',
  'timing_config.quietDays',
]);

/** Texts stay texts (a phone number is no number), lists of numbers or days may be written with commas. */
const valueFor = (key: string, text: string): unknown => {
  if (key === 'ai_key' || key === 'label' || key === 'phone') return text;
  if (listKeys.has(key) && !text.trim().startsWith('['))
    return text
      .split(/[,;\n]/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
  return parseValue(text);
};

export const config: CommandSpec = {
  usage: 'config <name> [action] [key] [value]',
  summary: 'show or change the settings of a session: config NAME [get [KEY] | set KEY VALUE]',
  example: 'zap-fleet config padaria-joao set timing_config.quietMs 20000',
  options: [jsonOption],
  run: async (context, [given, action = 'get', key, value], options) => {
    const name = parseSessionName(textArgument(given));
    const asked = textArgument(key);
    if (action !== 'get' && action !== 'set')
      throw new FleetError(
        'usage',
        `config takes get or set, not ${JSON.stringify(action)}. Example: ${config.example}`,
      );
    if (action === 'set' && asked === '')
      throw new FleetError('usage', `say which setting. Example: ${config.example}`);
    if (action === 'set') {
      let text = typeof value === 'string' ? value : null;
      if (asked === 'ai_key' && text === null) text = await context.ask('AI key (not shown): ', { hidden: true });
      if (text === null) throw new FleetError('usage', `say the value. Example: ${config.example}`);
      const fleet = await context.reach();
      const { details } = await fleet.request('setConfig', {
        name,
        key: asked,
        value: valueFor(asked, text),
        actor: 'you',
      });
      if (flag(options, 'json')) context.print(JSON.stringify(Object.fromEntries(flatten(details)), null, 2));
      else context.print(`${name}: ${asked} is set; it counts from the next answer on.`);
      return 0;
    }
    const fleet = await context.look();
    const details = await fleet.request('session', { name });
    const entries = flatten(details).filter(
      ([entry]) => asked === '' || entry === asked || entry.startsWith(`${asked}.`),
    );
    if (entries.length === 0)
      throw new FleetError('usage', `there is no setting ${JSON.stringify(asked)}. See: zap-fleet config ${name}`);
    if (flag(options, 'json')) context.print(JSON.stringify(Object.fromEntries(entries), null, 2));
    else
      for (const [entry, shown] of entries)
        context.print(plainText(`${entry} = ${typeof shown === 'string' ? shown : JSON.stringify(shown)}`));
    return 0;
  },
};
