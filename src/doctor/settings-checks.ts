import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { editDistance } from '../session/edit-distance.ts';
import { refusalWords } from '../settings/env-file-trust.ts';
import { secretNames, settingNames, shortestSafeToken } from '../settings/settings.ts';
import { bad, type Finding, ok, type Patient, warn } from './finding.ts';

/** Settings that parse, but will not do what their owner hopes. */

const known = new Set<string>([
  ...settingNames,
  ...secretNames,
  ...secretNames.map((name) => `${name}_FILE`),
  'FLEET_HOME',
  'NODE_ENV',
]);

const namesIn = (path: string): string[] => {
  try {
    return Object.keys(parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
};

const misspelledNames = (names: readonly string[]): { readonly name: string; readonly meant: string }[] =>
  names
    .filter((name) => !known.has(name))
    .flatMap((name) => {
      const meant = [...known].find((one) => editDistance(one, name) <= 2 && one.length > 4);
      return meant === undefined ? [] : [{ name, meant }];
    });

/** Who may ask the API, and as whom he is counted. */
const checkApi = ({ loaded: { settings, secrets, sources } }: Patient): Finding[] => {
  const findings: Finding[] = [];
  const token = secrets.FLEET_API_TOKEN;
  if (token !== undefined && token.length < shortestSafeToken) {
    findings.push(
      warn(
        'token-short',
        `FLEET_API_TOKEN has ${token.length} characters: it can be guessed`,
        `remove it from ${sources['FLEET_API_TOKEN'] ?? 'the environment'} (the fleet makes one of 43), or take ${shortestSafeToken} or more`,
      ),
    );
  }
  const trust = settings.TRUST_PROXY;
  if (settings.PUBLIC_URL?.startsWith('https://') === true && trust.kind === 'hops' && trust.hops === 0) {
    findings.push(
      warn(
        'proxy-not-trusted',
        'PUBLIC_URL says that a proxy stands in front, but TRUST_PROXY is 0: all visitors count as one address',
        'set TRUST_PROXY=1 (how many proxies stand in front), or their addresses',
      ),
    );
  }
  return findings;
};

/** A pin that cannot be kept keeps nobody from starting; whoever set it will want to know. Versions are asked for on the network only at a start. */
const checkPinnedPage = ({ loaded: { settings, sources } }: Patient): Finding[] => {
  const page = settings.WHATSAPP_VERSION;
  if (!page.startsWith('/') || statSync(page, { throwIfNoEntry: false })?.isFile() === true) return [];
  return [
    warn(
      'pinned-page-missing',
      `WHATSAPP_VERSION=${page}: there is no such file, so that WhatsApp Web is opened as WhatsApp serves it now`,
      `put the page there, or remove WHATSAPP_VERSION from ${sources['WHATSAPP_VERSION'] ?? 'the environment'}`,
    ),
  ];
};

export const checkSettings = (patient: Patient, cwd: string): Finding[] => {
  const { settings, secrets, sources, paths, refused } = patient.loaded;
  const findings: Finding[] = [...checkPinnedPage(patient)];
  if (refused !== null) findings.push(warn('env-refused', refusalWords(refused), `if it is yours: ${refused.mend}`));
  // What was not read by the fleet is not read here either.
  const isRead = refused === null || refused.names !== null;
  for (const file of [paths.envFile, ...(isRead ? [join(cwd, '.env')] : [])]) {
    for (const { name, meant } of misspelledNames(namesIn(file))) {
      findings.push(warn('setting-misspelled', `${file} sets ${name}, which nothing reads`, `rename it to ${meant}`));
    }
  }
  if (settings.OPENAI_ASSISTANT !== undefined) {
    findings.push(
      warn(
        'old-assistant',
        'OPENAI_ASSISTANT is set, but the Assistants API ended on 26 Aug 2026',
        'copy its instructions into the session: zap-fleet prompt NAME --edit; then remove OPENAI_ASSISTANT',
      ),
    );
  }
  // A service at an address of one's own may want no key, and has keys of its own shape.
  const isOwnService = settings.OPENAI_BASE_URL !== undefined;
  if (settings.AI_SELECTED === 'openai' && secrets.OPENAI_KEY === undefined && !isOwnService) {
    findings.push(
      bad('ai-key-missing', 'AI_SELECTED is GPT, but OPENAI_KEY is not set', `put OPENAI_KEY=… into ${paths.envFile}`),
    );
  }
  if (settings.AI_SELECTED === 'gemini' && secrets.GEMINI_KEY === undefined) {
    findings.push(
      bad(
        'ai-key-missing',
        'AI_SELECTED is GEMINI, but GEMINI_KEY is not set',
        `put GEMINI_KEY=… into ${paths.envFile}`,
      ),
    );
  }
  for (const name of ['OPENAI_KEY', 'GEMINI_KEY'] as const) {
    const value = secrets[name];
    const leastLength = name === 'OPENAI_KEY' && isOwnService ? 1 : 20;
    if (value !== undefined && (/[\s"'…]/.test(value) || value.length < leastLength)) {
      findings.push(
        bad(
          'ai-key-shape',
          `${name} does not look like a key (blanks, quotes, or cut short)`,
          `copy it again, whole: ${sources[name]}`,
        ),
      );
    }
  }
  if (settings.SUPABASE_URL !== undefined && secrets.SUPABASE_SERVICE_ROLE_KEY === undefined) {
    findings.push(
      bad(
        'supabase-key-missing',
        'SUPABASE_URL is set, but SUPABASE_SERVICE_ROLE_KEY is not',
        'copy the service role key from Supabase > Settings > API',
      ),
    );
  }
  if (settings.SUPABASE_URL === undefined && secrets.SUPABASE_SERVICE_ROLE_KEY !== undefined) {
    findings.push(
      warn(
        'supabase-url-missing',
        'a Supabase key is set, but SUPABASE_URL is not: nothing is replicated',
        'set SUPABASE_URL=https://….supabase.co',
      ),
    );
  }
  if (settings.TZ !== undefined) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: settings.TZ });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      findings.push(
        bad('time-zone', `TZ=${settings.TZ} is not a time zone: log times are in UTC`, 'set TZ=America/Sao_Paulo'),
      );
    }
  }
  if (settings.PUBLIC_URL?.startsWith('http://') === true && !/\/\/(localhost|127\.)/.test(settings.PUBLIC_URL)) {
    findings.push(
      warn(
        'public-url-plain',
        'PUBLIC_URL is http: the links for clients, with their QR, travel unencrypted',
        'put TLS in front (deployment/nginx.conf) and set PUBLIC_URL=https://…',
      ),
    );
  }
  if (settings.FLEET_HOST !== '127.0.0.1' && settings.FLEET_HOST !== 'localhost' && settings.PUBLIC_URL === undefined) {
    findings.push(
      warn(
        'host-open',
        `FLEET_HOST=${settings.FLEET_HOST} opens the API beyond this machine without TLS in front`,
        'set PUBLIC_URL to the https address in front, or FLEET_HOST=127.0.0.1',
      ),
    );
  }
  findings.push(...checkApi(patient));
  const lastPort = settings.BASE_PORT + settings.MAX_SESSIONS - 1;
  if (settings.PORT >= settings.BASE_PORT && settings.PORT <= lastPort) {
    findings.push(
      warn(
        'port-overlap',
        `PORT ${settings.PORT} lies among the workers' ports ${settings.BASE_PORT} to ${lastPort}`,
        'set PORT=3000 and BASE_PORT=3001',
      ),
    );
  }
  if (findings.length === 0) findings.push(ok('settings', 'settings are understood'));
  return findings;
};
