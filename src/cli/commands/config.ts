import type { SessionDetails } from '../../protocol/fleet.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { nearestWord } from '../../session/nearest-word.ts';
import { plainText } from '../../session/plain-text.ts';
import type { Language } from '../../words/language.ts';
import { settingKeys } from '../../words/written/setting-kinds.ts';
import { readSetting, settingInWords } from '../../words/written/setting-value.ts';
import { type CommandSpec, flag, jsonOption, listArgument, sessionNamed, textArgument } from './command.ts';

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
  ['failover', details.row.failover ?? 'manual'],
  ...Object.entries(details.config.ai).map(([key, value]): [string, unknown] => [`ai_config.${key}`, value]),
  ...Object.entries(details.config.timing).map(([key, value]): [string, unknown] => [`timing_config.${key}`, value]),
  ...Object.entries(details.config.filters).map(([key, value]): [string, unknown] => [`filters.${key}`, value]),
  ['ai_key', details.hasOwnAiKey ? '(set)' : noKeyWords(details)],
];

const words = {
  en: {
    isSet: (name: string, key: string, value: string) =>
      `${name}: ${key} is ${value}; it counts from the next answer on.`,
    movesByHand: (name: string) =>
      `${name}: failover is manual; a person moves it when its server is gone. It counts within a minute.`,
    movesByItself: (name: string) =>
      `${name}: failover is auto; where servers share a Supabase, another one takes it a minute and a half after its own is gone. The price: without Supabase it stops after one minute.`,
    keySet: (name: string) => `${name}: ai_key is set; it counts from the next answer on.`,
    keyTaken: (name: string) => `${name}: its own ai_key is gone; the fleet’s counts from the next answer on.`,
    noSetting: (key: string, near: string | null, name: string) =>
      `there is no setting ${JSON.stringify(key)}.${near === null ? '' : ` Did you mean ${near}?`} See: zap-fleet config ${name}`,
  },
  'pt-BR': {
    isSet: (name: string, key: string, value: string) =>
      `${name}: ${key} é ${value}; vale a partir da próxima resposta.`,
    movesByHand: (name: string) =>
      `${name}: failover é manual; uma pessoa a muda se o servidor sumir. Vale em até um minuto.`,
    movesByItself: (name: string) =>
      `${name}: failover é auto; onde servidores dividem um Supabase, outro a assume um minuto e meio depois que o dela sumir. O preço: sem Supabase ela para em um minuto.`,
    keySet: (name: string) => `${name}: ai_key definida; vale a partir da próxima resposta.`,
    keyTaken: (name: string) => `${name}: sem ai_key própria; vale a da frota a partir da próxima resposta.`,
    noSetting: (key: string, near: string | null, name: string) =>
      `não existe o ajuste ${JSON.stringify(key)}.${near === null ? '' : ` Seria ${near}?`} Veja: zap-fleet config ${name}`,
  },
} as const;

/** What a person wrote as what the door takes. Throws `usage` with one sentence and an example. */
const writtenAs = (key: string, text: string, language: Language): unknown => {
  const value = readSetting(key, text, language);
  if (!value.ok) throw new FleetError('usage', `${key}: ${value.problem}`);
  return value.value;
};

/** How `set` tells back what was set: never a key. */
export const toldBack = (name: string, key: string, value: unknown, language: Language): string => {
  const say = words[language];
  if (key === 'ai_key') return value === null ? say.keyTaken(name) : say.keySet(name);
  if (key === 'failover') return value === 'auto' ? say.movesByItself(name) : say.movesByHand(name);
  return say.isSet(name, key, settingInWords(key, value, language));
};

export const config: CommandSpec = {
  usage: 'config <name> [action] [key] [value...]',
  completes: ['session', ['get', 'set'], 'setting', []],
  summary: 'show or change the settings of a session: config NAME [get [KEY] | set KEY VALUE]',
  example: 'zap-fleet config padaria-joao set timing_config.openingHours "Mon-Fri 08:00-18:00, Sat 9-13"',
  options: [jsonOption],
  run: async (context, [given, action = 'get', key, written], options) => {
    const name = sessionNamed(textArgument(given));
    const asked = textArgument(key);
    if (action !== 'get' && action !== 'set')
      throw new FleetError(
        'usage',
        `config takes get or set, not ${JSON.stringify(action)}. Example: ${config.example}`,
      );
    if (action === 'set' && asked === '')
      throw new FleetError('usage', `say which setting. Example: ${config.example}`);
    if (action === 'set') {
      const typed = listArgument(written);
      let text = typed.length === 0 ? null : typed.join(' ');
      if (asked === 'ai_key' && text === null) text = await context.ask('AI key (not shown): ', { hidden: true });
      if (text === null) throw new FleetError('usage', `say the value. Example: ${config.example}`);
      const value = writtenAs(asked, text, context.language);
      const fleet = await context.reach();
      const { details } = await fleet.request('setConfig', { name, key: asked, value, actor: 'you' });
      if (flag(options, 'json')) context.print(JSON.stringify(Object.fromEntries(flatten(details)), null, 2));
      else
        context.print(plainText(toldBack(name, asked, Object.fromEntries(flatten(details))[asked], context.language)));
      return 0;
    }
    const fleet = await context.look();
    const details = await fleet.request('session', { name });
    const entries = flatten(details).filter(
      ([entry]) => asked === '' || entry === asked || entry.startsWith(`${asked}.`),
    );
    if (entries.length === 0)
      throw new FleetError('usage', words[context.language].noSetting(asked, nearestWord(asked, settingKeys()), name));
    if (flag(options, 'json')) context.print(JSON.stringify(Object.fromEntries(entries), null, 2));
    else
      for (const [entry, shown] of entries)
        context.print(plainText(`${entry} = ${settingInWords(entry, shown, context.language)}`));
    return 0;
  },
};
