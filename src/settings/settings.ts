import { FleetError } from '../session/fleet-error.ts';
import { parsePhoneList } from '../session/phone.ts';
import type { aiProviders } from '../session/session-config.ts';
import { isSessionName } from '../session/session-name.ts';
import { type Discovery, parseDiscovery } from './discovery.ts';
import { parseTrustedProxies, type TrustedProxies } from './trusted-proxies.ts';
import {
  asWritten,
  dollars,
  matching,
  oneOf,
  optional,
  type ReadSetting,
  type ReadValue,
  textList,
  trimmed,
  url,
  WrongValue,
  wholeNumber,
  withDefault,
  yesNo,
} from './value-readers.ts';

/**
 * The environment, understood: names as the user writes them, values parsed. Secrets are not in here: they are
 * in `Secrets`, apart.
 */

const commandWords: ReadValue<{ pause: string; resume: string; status: string; clear: string }> = (text) => {
  const words = text.trim().split(/[,\s]+/);
  const [pause = '', resume = '', status = '', clear = ''] = words;
  if (words.length !== 4 || new Set(words.map((word) => word.toLowerCase())).size !== 4)
    throw new WrongValue(
      'must be four different words: pause, resume, status, clear. Example: !pausar !retomar !status !limpar',
    );
  return { pause, resume, status, clear };
};

const proxies: ReadValue<TrustedProxies> = (text) => {
  const trusted = parseTrustedProxies(text);
  if (trusted === null)
    throw new WrongValue('must be how many proxies stand in front (0 to 10), or their addresses. Example: 1');
  return trusted;
};

const phones: ReadValue<readonly string[]> = (text) => {
  const { phones: found, problems } = parsePhoneList(text);
  const [problem] = problems;
  if (problem !== undefined) throw new WrongValue(`must be phone numbers: ${problem}`);
  return [...found];
};

const isWhatsAppVersion = (text: string): boolean =>
  text === '' || text.startsWith('/') || /^\d+(\.\d+)+(\.x|[-+][\w.-]+)?$/.test(text);

const languageName = (text: string): string => {
  const name = text.trim();
  return /^pt/i.test(name) ? 'pt-BR' : /^en/i.test(name) ? 'en' : name;
};
const aiName = oneOf(['GPT', 'GEMINI'], 'must be GPT or GEMINI. Example: GPT', (text) => text.trim().toUpperCase());
const sessionName = matching(isSessionName, 'is not a session name. Example: padaria-joao');

const isNodeName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$/.test(text);
const nodeName = matching(isNodeName, 'must be 1 to 48 letters, digits, ".", "-" and "_". Example: vps-1');
const labels: ReadValue<readonly string[]> = (text) =>
  text
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');

const discovery: ReadValue<Discovery> = (text) => {
  const found = parseDiscovery(text);
  if (found === null)
    throw new WrongValue('must be group, off, or a DNS name with or without a port. Example: tasks.zap-fleet:3000');
  return found;
};

const readers = {
  AI_SELECTED: optional((text): (typeof aiProviders)[number] => (aiName(text) === 'GPT' ? 'openai' : 'gemini')),
  OPENAI_MODEL: optional(trimmed),
  OPENAI_ASSISTANT: optional(trimmed),
  OPENAI_BASE_URL: optional(url('http://127.0.0.1:8080/v1')),
  GEMINI_PROMPT: optional(asWritten),
  GEMINI_MODEL: optional(trimmed),
  GEMINI_BASE_URL: optional(url('http://127.0.0.1:8080')),
  SUPABASE_URL: optional(url('https://abc.supabase.co')),
  SESSION_NAME: optional(sessionName),
  PORT: withDefault(wholeNumber('3000', 0, 65_535), '3000'),
  MAX_SESSIONS: withDefault(wholeNumber('10', 1, 1000), '10'),
  BASE_PORT: withDefault(wholeNumber('3001', 1, 65_000), '3001'),
  PM2_HOME: optional(trimmed),
  PM2_LOG_DIR: optional(trimmed),
  SINGLE_SESSION_MODE: withDefault(yesNo, 'false'),
  ADMIN_NUMBERS: withDefault(phones, ' '),
  /** What the owner types for pause, resume, status and clear. */
  OWNER_COMMANDS: optional(commandWords),
  /** Dollars a day for the AI of the whole fleet; unset: no limit. */
  AI_DAILY_BUDGET_USD: optional(dollars),
  FLEET_LANG: optional(oneOf(['en', 'pt-BR'], 'must be en or pt-BR. Example: pt-BR', languageName)),
  /** The terminal's background where it cannot be asked, or colours that are wanted anyway; `:theme` goes before it. */
  FLEET_THEME: optional(
    oneOf(
      ['auto', 'dark', 'light', 'neutral', '256', '16', 'plain'],
      'must be auto, dark, light, neutral, 256, 16 or plain. Example: light',
      (text) => text.trim().toLowerCase(),
    ),
  ),
  /** This server's name where several share a Supabase; unset: the machine's. */
  FLEET_NODE: optional(nodeName),
  /** What a session's `wanted_node` may ask for. */
  FLEET_LABELS: withDefault(labels, ' '),
  /** Whether active rows in Supabase that no server ran yet are taken in and started here. */
  FLEET_ADOPT: withDefault(yesNo, 'no'),
  /** Where the other servers' dashboards reach this one's door; unset: only who adds it by hand. */
  FLEET_DOOR_URL: optional(url('https://bots-2.example.com')),
  /** Where this server looks for the others: `off`, `group` (its Supabase), or a DNS name that has an address for each. */
  FLEET_DISCOVER: withDefault(discovery, 'group'),
  FLEET_HOST: withDefault(trimmed, '127.0.0.1'),
  PUBLIC_URL: optional(url('https://bots.example.com')),
  /** The proxies in front whose word about a client's address is taken: how many, or where they are. */
  TRUST_PROXY: withDefault(proxies, '0'),
  BROWSER_PATH: optional(trimmed),
  BROWSER_ARGS: withDefault(textList('["--lang=pt-BR"]'), '[]'),
  /** A version of WhatsApp Web's page that is saved at WHATSAPP_PAGES_BASE_URL, or the path of a page on this machine; empty: unpinned. */
  WHATSAPP_VERSION: withDefault(
    matching(isWhatsAppVersion, 'must be a version or the whole path of a page. Example: 2.3000.1048032155-alpha'),
    '',
  ),
  WHATSAPP_PAGES_BASE_URL: withDefault(
    url('https://pages.example.com'),
    'https://raw.githubusercontent.com/wppconnect-team/wa-version/main',
  ),
  TZ: optional(trimmed),
  ALERT_WEBHOOK_URL: optional(url('https://example.com/hook')),
  ALERT_SLACK_URL: optional(url('https://hooks.example.com/x')),
  ALERT_DISCORD_URL: optional(url('https://hooks.example.com/x')),
  ALERT_TELEGRAM_CHAT: optional(trimmed),
  ALERT_TELEGRAM_BASE_URL: optional(url('http://127.0.0.1:8081')),
  ALERT_WHATSAPP_SESSION: optional(sessionName),
  ALERT_WHATSAPP_TO: optional(trimmed),
  BACKUP_CRON: withDefault(trimmed, '0 3 * * *'),
  BACKUP_KEEP: withDefault(wholeNumber('7', 1, 1000), '7'),
  LOG_LEVEL: withDefault(
    oneOf(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error. Example: info'),
    'info',
  ),
  LOG_MAX_BYTES: withDefault(wholeNumber('10000000', 10_000, 1_000_000_000), '10000000'),
  LOG_KEEP: withDefault(wholeNumber('5', 1, 100), '5'),
  LOG_FULL_NUMBERS: withDefault(yesNo, 'false'),
};

type ValueOf<R> = R extends ReadSetting<infer T> ? T : never;
export type SettingName = keyof typeof readers;
type OptionalName = { [K in SettingName]: undefined extends ValueOf<(typeof readers)[K]> ? K : never }[SettingName];
/** What may be missing has no key then: the fingerprint of a fleet's settings is made of the keys that are there. */
export type Settings = Readonly<
  { [K in Exclude<SettingName, OptionalName>]: ValueOf<(typeof readers)[K]> } & {
    [K in OptionalName]?: ValueOf<(typeof readers)[K]>;
  }
>;
export const settingNames = Object.keys(readers) as readonly SettingName[];

/** Names whose values must never be seen: taken out of the environment by `takeSecrets` before pm2 is imported. */
export const secretNames = [
  'OPENAI_KEY',
  'GEMINI_KEY',
  'SUPABASE_ANON_KEY',
  'SUPABASE_SERVICE_ROLE_KEY',
  'FLEET_API_TOKEN',
  'ALERT_WEBHOOK_SECRET',
  'ALERT_TELEGRAM_TOKEN',
  'BACKUP_PASSPHRASE',
  'FLEET_GROUP_KEY',
] as const;
/** A shorter token can be guessed, request by request. */
export const shortestSafeToken = 16;
export type SecretName = (typeof secretNames)[number];
export type Secrets = Readonly<Partial<Record<SecretName, string>>>;

const readSetting = (name: SettingName, text: string | undefined): unknown => {
  try {
    return readers[name](text);
  } catch (error) {
    if (error instanceof WrongValue) throw new FleetError('usage', `${name} ${error.message}`, { cause: error });
    throw error;
  }
};

/** Parses the raw values; throws `usage` with the name, what is wrong and an example. */
export const parseSettings = (raw: Readonly<Record<string, string | undefined>>): Settings => {
  const values = settingNames.map((name) => [name, readSetting(name, raw[name])] as const);
  // Each reader gives the type that `Settings` takes from it.
  return Object.freeze(Object.fromEntries(values.filter(([, value]) => value !== undefined))) as Settings;
};

/** Settings back as environment values, for the process that the master is; only what is set. */
export const rawSettings = (raw: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = raw[name];
      return value === undefined || value.trim() === '' ? [] : [[name, value]];
    }),
  );
