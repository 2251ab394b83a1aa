import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FleetError } from '../session/fleet-error.ts';
import { parsePhoneList } from '../session/phone.ts';
import type { aiProviders } from '../session/session-config.ts';
import { isSessionName } from '../session/session-name.ts';
import { firstIssue } from '../words/first-issue.ts';
import { parseTrustedProxies } from './trusted-proxies.ts';

/**
 * The environment, understood: names as the user writes them, values parsed. Secrets are not in here: they are
 * in `Secrets`, apart.
 */

const blankIsUnset = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() === '' ? undefined : value;
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsUnset, schema.optional());
const withDefault = <T extends z.ZodType>(schema: T, value: string) =>
  z.preprocess((given) => blankIsUnset(given) ?? value, schema);

const wholeNumber = (example: string, min: number, max: number) =>
  z
    .string()
    .trim()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}. Example: ${example}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be from ${min} to ${max}. Example: ${example}`);
const dollars = z
  .string()
  .trim()
  .regex(/^\d{1,6}(\.\d+)?$/, 'must be dollars with a point. Example: 5.00')
  .transform(Number);
const commandWords = z.string().transform((text, ctx) => {
  const words = text.trim().split(/[,\s]+/);
  const [pause = '', resume = '', status = '', clear = ''] = words;
  if (words.length !== 4 || new Set(words.map((word) => word.toLowerCase())).size !== 4) {
    ctx.addIssue({
      code: 'custom',
      message: 'must be four different words: pause, resume, status, clear. Example: !pausar !retomar !status !limpar',
    });
  }
  return { pause, resume, status, clear };
});
const yesNo = z
  .string()
  .trim()
  .toLowerCase()
  .refine(
    (text) => ['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'].includes(text),
    'must be true or false. Example: true',
  )
  .transform((text) => ['true', '1', 'yes', 'on'].includes(text));
const url = (example: string) =>
  z
    .string()
    .trim()
    .refine((text) => URL.canParse(text) && /^https?:/.test(text), `must be a web address. Example: ${example}`)
    .transform((text) => text.replace(/\/+$/, ''));

const proxies = z.string().transform((text, ctx) => {
  const trusted = parseTrustedProxies(text);
  if (trusted !== null) return trusted;

  ctx.addIssue({
    code: 'custom',
    message: 'must be how many proxies stand in front (0 to 10), or their addresses. Example: 1',
  });
  return z.NEVER;
});

const environmentSchema = z.object({
  AI_SELECTED: optional(
    z
      .string()
      .trim()
      .toUpperCase()
      .pipe(z.enum(['GPT', 'GEMINI'], 'must be GPT or GEMINI. Example: GPT'))
      .transform((name): (typeof aiProviders)[number] => (name === 'GPT' ? 'openai' : 'gemini')),
  ),
  OPENAI_MODEL: optional(z.string().trim()),
  OPENAI_ASSISTANT: optional(z.string().trim()),
  OPENAI_BASE_URL: optional(url('http://127.0.0.1:8080/v1')),
  GEMINI_PROMPT: optional(z.string()),
  GEMINI_MODEL: optional(z.string().trim()),
  GEMINI_BASE_URL: optional(url('http://127.0.0.1:8080')),
  SUPABASE_URL: optional(url('https://abc.supabase.co')),
  SESSION_NAME: optional(z.string().trim().refine(isSessionName, 'is not a session name. Example: padaria-joao')),
  PORT: withDefault(wholeNumber('3000', 0, 65_535), '3000'),
  MAX_SESSIONS: withDefault(wholeNumber('10', 1, 1000), '10'),
  BASE_PORT: withDefault(wholeNumber('3001', 1, 65_000), '3001'),
  PM2_HOME: optional(z.string().trim()),
  PM2_LOG_DIR: optional(z.string().trim()),
  SINGLE_SESSION_MODE: withDefault(yesNo, 'false'),
  ADMIN_NUMBERS: withDefault(
    z.string().transform((text, ctx) => {
      const { phones, problems } = parsePhoneList(text);
      for (const problem of problems) ctx.addIssue({ code: 'custom', message: `must be phone numbers: ${problem}` });
      return [...phones];
    }),
    ' ',
  ),
  /** What the owner types for pause, resume, status and clear. */
  OWNER_COMMANDS: optional(commandWords),
  /** Dollars a day for the AI of the whole fleet; unset: no limit. */
  AI_DAILY_BUDGET_USD: optional(dollars),
  FLEET_LANG: optional(
    z
      .string()
      .trim()
      .transform((text) => (/^pt/i.test(text) ? 'pt-BR' : /^en/i.test(text) ? 'en' : text))
      .pipe(z.enum(['en', 'pt-BR'], 'must be en or pt-BR. Example: pt-BR')),
  ),
  /** The terminal's background where it cannot be asked, or colours that are wanted anyway; `:theme` goes before it. */
  FLEET_THEME: optional(
    z
      .string()
      .trim()
      .toLowerCase()
      .pipe(
        z.enum(
          ['auto', 'dark', 'light', 'neutral', '256', '16', 'plain'],
          'must be auto, dark, light, neutral, 256, 16 or plain. Example: light',
        ),
      ),
  ),
  FLEET_HOST: withDefault(z.string().trim(), '127.0.0.1'),
  PUBLIC_URL: optional(url('https://bots.example.com')),
  /** The proxies in front whose word about a client's address is taken: how many, or where they are. */
  TRUST_PROXY: withDefault(proxies, '0'),
  BROWSER_PATH: optional(z.string().trim()),
  BROWSER_ARGS: withDefault(
    z.string().transform((text, ctx) => {
      try {
        return z.array(z.string()).parse(JSON.parse(text));
      } catch (error) {
        ctx.addIssue({
          code: 'custom',
          message: 'must be a list of texts in brackets. Example: ["--lang=pt-BR"]',
          params: { error },
        });
        return [];
      }
    }),
    '[]',
  ),
  /** A version of WhatsApp Web's page that is saved at WHATSAPP_PAGES_BASE_URL, or the path of a page on this machine; empty: unpinned. */
  WHATSAPP_VERSION: withDefault(
    z
      .string()
      .trim()
      .refine(
        (text) => text === '' || text.startsWith('/') || /^\d+(\.\d+)+(\.x|[-+][\w.-]+)?$/.test(text),
        'must be a version or the whole path of a page. Example: 2.3000.1048032155-alpha',
      ),
    '',
  ),
  WHATSAPP_PAGES_BASE_URL: withDefault(
    url('https://pages.example.com'),
    'https://raw.githubusercontent.com/wppconnect-team/wa-version/main',
  ),
  TZ: optional(z.string().trim()),
  ALERT_WEBHOOK_URL: optional(url('https://example.com/hook')),
  ALERT_SLACK_URL: optional(url('https://hooks.example.com/x')),
  ALERT_DISCORD_URL: optional(url('https://hooks.example.com/x')),
  ALERT_TELEGRAM_CHAT: optional(z.string().trim()),
  ALERT_TELEGRAM_BASE_URL: optional(url('http://127.0.0.1:8081')),
  ALERT_WHATSAPP_SESSION: optional(
    z.string().trim().refine(isSessionName, 'is not a session name. Example: padaria-joao'),
  ),
  ALERT_WHATSAPP_TO: optional(z.string().trim()),
  BACKUP_CRON: withDefault(z.string().trim(), '0 3 * * *'),
  BACKUP_KEEP: withDefault(wholeNumber('7', 1, 1000), '7'),
  LOG_LEVEL: withDefault(
    z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error. Example: info'),
    'info',
  ),
  LOG_MAX_BYTES: withDefault(wholeNumber('10000000', 10_000, 1_000_000_000), '10000000'),
  LOG_KEEP: withDefault(wholeNumber('5', 1, 100), '5'),
  LOG_FULL_NUMBERS: withDefault(yesNo, 'false'),
});

export type Settings = Readonly<z.infer<typeof environmentSchema>>;
export type SettingName = keyof Settings;
export const settingNames = Object.keys(environmentSchema.shape) as readonly SettingName[];

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

/** Parses the raw values; throws `usage` with the name, what is wrong and an example. */
export const parseSettings = (raw: Readonly<Record<string, string | undefined>>): Settings => {
  const result = environmentSchema.safeParse(raw);
  if (!result.success)
    throw new FleetError('usage', firstIssue('', result.error).replace(/^(\w+)(?:\.\d+)?: /, '$1 '), {
      cause: result.error,
    });
  return Object.freeze(result.data);
};

/** Settings back as environment values, for the process that the master is; only what is set. */
export const rawSettings = (raw: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = raw[name];
      return value === undefined || value.trim() === '' ? [] : [[name, value]];
    }),
  );

/** One text that differs when any setting differs; says nothing of a secret but whether it is the same. */
export const settingsFingerprint = (settings: Settings, secrets: Secrets): string =>
  createHash('sha256')
    .update(JSON.stringify([settings, Object.entries(secrets).sort()]))
    .digest('hex')
    .slice(0, 16);
