import { existsSync } from 'node:fs';
import { masterLock, prepareHome } from '../../../home/home-paths.ts';
import { waitForLock } from '../../../home/lock.ts';
import {
  accessTokenFile,
  lineOf,
  newTokenSecret,
  readTokens,
  withoutToken,
  withToken,
  writeTokens,
} from '../../../http/token-file.ts';
import {
  parseTokenName,
  parseTokenSessions,
  parseTokenSpan,
  type TokenLine,
  type TokenScope,
  tokenScopes,
} from '../../../session/access.ts';
import { FleetError } from '../../../session/fleet-error.ts';
import { plainText } from '../../../session/plain-text.ts';
import { unknownSession } from '../../../session/unknown-session.ts';
import { type CommandContext, flag, type Options, textOption } from '../command.ts';
import { clockTime, printTable } from '../printing.ts';
import { isMasterRunning } from './is-master-running.ts';

/** `token add`, `token ls` and `token revoke`: named tokens, each with what it may do. Nothing is started for them. */

const lockWithin = 2000;

interface Wanted {
  readonly token: string;
  readonly scope: TokenScope;
  readonly sessions?: readonly string[];
  readonly expiresInMs?: number;
}

const scopeIn = (options: Options): TokenScope => {
  const given = textOption(options, 'scope');
  const scope = tokenScopes.find((each) => each === given);
  if (scope !== undefined) return scope;
  throw new FleetError('usage', 'say what it may do: --scope read, --scope operate or --scope admin.');
};

const wantedIn = (name: string, options: Options): Wanted => {
  if (name === '')
    throw new FleetError('usage', 'say its name. Example: zap-fleet token add painel --scope read --sessions loja-1');
  const sessions = textOption(options, 'sessions');
  const expires = textOption(options, 'expires');
  return {
    token: parseTokenName(name),
    scope: scopeIn(options),
    ...(sessions === undefined
      ? {}
      : { sessions: parseTokenSessions(sessions.split(',').flatMap((each) => each.trim() || [])) }),
    ...(expires === undefined ? {} : { expiresInMs: parseTokenSpan(expires) }),
  };
};

const namesHere = async (loaded: CommandContext['loaded']): Promise<readonly string[]> => {
  if (!existsSync(loaded.paths.database)) return [];
  const { storedNames } = await import('./stored-names.ts');
  return storedNames(loaded);
};

/**
 * Changes the file of a fleet that is stopped, while no master can begin: one that had read it would not know of the change. Null: a master
 * begins, or runs.
 */
const whileStopped = async <T>(context: CommandContext, work: (file: string) => T | Promise<T>): Promise<T | null> => {
  if (await isMasterRunning(context)) return null;

  const { paths } = context.loaded;
  prepareHome(paths);
  const lock = await waitForLock(masterLock(paths), lockWithin);
  if (lock === null) return null;
  try {
    return await work(accessTokenFile(paths.data));
  } finally {
    lock.release();
  }
};

/** Of a fleet that is stopped: what its next master takes. */
const addToFile = async (
  { loaded }: CommandContext,
  wanted: Wanted,
  file: string,
): Promise<{ readonly token: TokenLine; readonly secret: string }> => {
  const names = wanted.sessions === undefined ? [] : await namesHere(loaded);
  for (const session of wanted.sessions ?? []) if (!names.includes(session)) throw unknownSession(session, names);

  const secret = newTokenSecret();
  const now = Date.now();
  const tokens = withToken(
    readTokens(file),
    {
      name: wanted.token,
      scope: wanted.scope,
      sessions: wanted.sessions ?? null,
      expiresAt: wanted.expiresInMs === undefined ? null : now + wanted.expiresInMs,
      createdBy: 'you',
    },
    secret,
    now,
  );
  writeTokens(file, tokens);
  const [made] = tokens.filter(({ name }) => name === wanted.token).map(lineOf);
  if (made === undefined) throw new FleetError('failed', 'the token was not kept.');
  return { token: made, secret };
};

export const addToken = async (context: CommandContext, name: string, options: Options): Promise<number> => {
  const wanted = wantedIn(name, options);
  const made =
    (await whileStopped(context, (file) => addToFile(context, wanted, file))) ??
    (await (await context.connect()).request('tokenAdd', { ...wanted, actor: 'you' }));

  if (flag(options, 'json')) {
    context.print(JSON.stringify({ ...made.token, secret: made.secret }, null, 2));
    return 0;
  }
  // Alone on its line, so that a script takes it as it is.
  context.printAsIs(made.secret);
  context.warn('this is shown once; the fleet keeps a hash of it alone.');
  return 0;
};

const heads = {
  en: ['TOKEN', 'SCOPE', 'SESSIONS', 'LAST USED', 'EXPIRES', 'MADE BY'],
  'pt-BR': ['TOKEN', 'ESCOPO', 'SESSÕES', 'ÚLTIMO USO', 'EXPIRA', 'FEITO POR'],
} as const;
const words = {
  en: { all: 'all', never: 'never', expired: 'EXPIRED' },
  'pt-BR': { all: 'todas', never: 'nunca', expired: 'EXPIROU' },
} as const;

const expiryOf = ({ expiresAt }: TokenLine, { language }: CommandContext): string => {
  if (expiresAt === null) return words[language].never;
  return expiresAt <= Date.now() ? words[language].expired : clockTime(expiresAt);
};

export const listTokens = async (context: CommandContext, options: Options): Promise<number> => {
  const tokens = (await isMasterRunning(context))
    ? (await (await context.connect()).request('tokens', {})).tokens
    : readTokens(accessTokenFile(context.loaded.paths.data)).map(lineOf);

  if (flag(options, 'json')) {
    context.print(JSON.stringify(tokens, null, 2));
    return 0;
  }
  if (tokens.length === 0) {
    context.print('There are no named tokens. Begin with: zap-fleet token add NAME --scope read');
    return 0;
  }
  const rows = tokens.map((token) => [
    plainText(token.name),
    token.scope,
    token.sessions === null ? words[context.language].all : token.sessions.join(','),
    token.lastUsedAt === null ? words[context.language].never : clockTime(token.lastUsedAt),
    expiryOf(token, context),
    plainText(token.createdBy),
  ]);
  context.printAsIs(printTable(heads[context.language], rows));
  return 0;
};

export const revokeToken = async (context: CommandContext, name: string, options: Options): Promise<number> => {
  if (name === '') throw new FleetError('usage', 'say which one. See: zap-fleet token ls');
  const isDone = await whileStopped(context, (file) => {
    writeTokens(file, withoutToken(readTokens(file), name));
    return true;
  });
  if (isDone === null) await (await context.connect()).request('tokenRevoke', { token: name, actor: 'you' });
  if (flag(options, 'json')) context.print(JSON.stringify({ name, revoked: true }));
  else context.print(`${plainText(name)} opens nothing any more; what it had open is closed.`);
  return 0;
};
