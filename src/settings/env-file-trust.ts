import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { homePaths } from '../home/home-paths.ts';
import { plainText } from '../session/plain-text.ts';
import { parseEnvText, readEnvBytes } from './env-file.ts';
import { programDirectory } from './program-directory.ts';
import { examinePath, type PathProblem, type PathSafety } from './safe-path.ts';
import { secretNames, settingNames } from './settings.ts';
import { contentHash, readTrusted, trustFile } from './trusted-directories.ts';

/**
 * The `.env` of the working directory, and how far it is obeyed: whoever enters a directory (a clone, an archive, /tmp) must not run its
 * programs or send his customers' data to its addresses by typing `zap-fleet`.
 *
 * | whose | what counts |
 * |-|-|
 * | others could have written it, or anything on the way to it | nothing |
 * | the user's or root's alone | all but what runs programs, says where the fleet lies, or sends data elsewhere |
 * | FLEET_HOME itself, the program's own directory, or confirmed with `zap-fleet trust` as it is now | everything |
 */

/** What of the file was not taken. */
export interface EnvRefusal {
  readonly file: string;
  /** Null: nothing of the file was read. */
  readonly names: readonly string[] | null;
  /** Half a sentence. */
  readonly reason: string;
  /** The one command that helps. */
  readonly mend: string;
}

/** Runs a program, says where files lie, or gets keys that lie elsewhere: never without a confirmation. */
const runsOrMoves = /^(BROWSER_PATH|BROWSER_ARGS|WHATSAPP_VERSION|FLEET_HOME|PM2_HOME|PM2_LOG_DIR|\w+_BASE_URL)$/;
/** Where data goes, and who may fetch it. */
const sendsElsewhere =
  /^(\w+_URL|FLEET_HOST|FLEET_DISCOVER|FLEET_API_TOKEN|TRUST_PROXY|ALERT_TELEGRAM_TOKEN|ALERT_TELEGRAM_CHAT|ALERT_WHATSAPP_SESSION|ALERT_WHATSAPP_TO)$/;

/** A directory's `.env` may be another program's, too: what we do not read is nobody's business. */
const ourNames: ReadonlySet<string> = new Set(['FLEET_HOME', ...settingNames, ...secretNames]);

/** The names among these that a directory has to be confirmed for. */
export const namesToConfirm = (names: readonly string[]): readonly string[] =>
  names.filter((name) => ourNames.has(name) && (runsOrMoves.test(name) || sendsElsewhere.test(name)));

const shellWord = (text: string): string =>
  /^[\w./:@+,~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

const problemWords: Readonly<Record<PathProblem, (path: string, owner: number) => string>> = {
  owner: (path, owner) => `${path} belongs to user ${owner}`,
  'writable-by-group': (path) => `its group can write to ${path}`,
  'writable-by-all': (path) => `everybody can write to ${path}`,
  sticky: (path) => `everybody can put files into ${path}`,
  'no-file': (path) => `${path} is not a file`,
  'link-loop': (path) => `${path} leads round in a circle`,
};

type UnsafePath = Extract<PathSafety, { kind: 'unsafe' }>;

/** Its settings belong into the fleet's own file; only where a permission is all that is wrong, that is mended. */
const mendUnsafe = ({ path, problem, owner }: UnsafePath, file: string, home: string, uid: number): string => {
  if (problem === 'no-file' || problem === 'link-loop') return `rm ${shellWord(file)}`;

  const mayChange = uid === 0 || owner === uid;
  if (mayChange && (problem === 'writable-by-group' || problem === 'writable-by-all'))
    return `chmod go-w ${shellWord(path)}`;

  const own = homePaths(home).envFile;
  return existsSync(own)
    ? `cat ${shellWord(file)} >> ${shellWord(own)}`
    : `install -D -m 600 ${shellWord(file)} ${shellWord(own)}`;
};

const realPath = (path: string): string | null => {
  try {
    return realpathSync(path);
  } catch (error) {
    // Not there yet, or not ours to look at: then it is no place that we are in.
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
};

const isThere = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // A directory that we may not look into.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
};

/** How a directory's `.env` stands. */
export type EnvFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unsafe'; readonly refusal: EnvRefusal }
  | {
      readonly kind: 'read';
      readonly file: string;
      readonly directory: string;
      readonly values: Readonly<Record<string, string>>;
      readonly hash: string;
      /** `changed`: it was confirmed when it said something else. */
      readonly standing: 'own' | 'confirmed' | 'changed' | 'unknown';
    };

/** Looks at the `.env` of a directory; `home` is where the fleet lies when that file does not say. Throws `usage` for a broken one. */
export const examineEnvFile = (options: {
  readonly directory: string;
  readonly home: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly uid?: number | undefined;
}): EnvFile => {
  const uid = options.uid ?? process.getuid?.() ?? 0;
  const directory = realPath(options.directory);
  if (directory === null) return { kind: 'absent' };

  const file = join(directory, '.env');
  // Where there is none, nobody cares whose the directory is.
  if (!isThere(file)) return { kind: 'absent' };

  const isOwn = directory === realPath(options.home) || directory === programDirectory();
  const safety = examinePath(file, { uid, mayLieInSticky: isOwn });
  if (safety.kind === 'absent') return { kind: 'absent' };
  if (safety.kind === 'unsafe') {
    const reason = problemWords[safety.problem](safety.path, safety.owner);
    return {
      kind: 'unsafe',
      refusal: { file, names: null, reason, mend: mendUnsafe(safety, file, options.home, uid) },
    };
  }

  const bytes = readEnvBytes(safety.path);
  const hash = contentHash(bytes);
  const read = { kind: 'read', file, directory, hash, values: parseEnvText(file, bytes.toString('utf8')) } as const;
  if (isOwn) return { ...read, standing: 'own' };

  const known = readTrusted(trustFile(options.env))[directory];
  return { ...read, standing: known === undefined ? 'unknown' : known === hash ? 'confirmed' : 'changed' };
};

const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // It never ran, or was ended in the middle of it: nothing is known.
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
};

const textOf = (value: unknown, name: string): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as Record<string, unknown>)[name];
  return typeof found === 'string' ? found : undefined;
};

/**
 * Where data goes is taken from an unconfirmed directory only while there is none to send (the first start, from the directory of the
 * user's old bot), or when it goes there already: the fleet's last start had the same value.
 */
const goesThereAlready = (home: string) => {
  const { database, run, secretsFile } = homePaths(home);
  if (!existsSync(database)) return () => true;

  const config = readJson(join(run, 'master.json'));
  const settings = typeof config === 'object' && config !== null && 'raw' in config ? config.raw : null;
  const secrets = readJson(secretsFile);
  return (name: string, value: string): boolean =>
    (textOf(settings, name) ?? textOf(secrets, name))?.trim() === value.trim();
};

export interface DirectoryEnv {
  readonly values: Readonly<Record<string, string>>;
  readonly refused: EnvRefusal | null;
}

/** What of an examined file counts for the fleet in `home`. `isSet`: names that a stronger source gives, of which nothing is lost. */
export const takeEnvFile = (found: EnvFile, home: string, isSet: (name: string) => boolean): DirectoryEnv => {
  if (found.kind === 'absent') return { values: {}, refused: null };
  if (found.kind === 'unsafe') return { values: {}, refused: found.refusal };

  const { values, standing, file } = found;
  if (standing === 'own' || standing === 'confirmed') return { values, refused: null };

  const filled = Object.entries(values).filter(([, value]) => value.trim() !== '');
  const isKnown = goesThereAlready(home);
  const kept = new Set(
    namesToConfirm(filled.map(([name]) => name)).filter(
      (name) => runsOrMoves.test(name) || !isKnown(name, values[name] ?? ''),
    ),
  );
  const names = [...kept].filter((name) => !isSet(name));
  const refused: EnvRefusal = {
    file,
    names,
    reason:
      standing === 'changed'
        ? 'the file has changed since you confirmed it'
        : 'what runs programs or sends data elsewhere counts only in a directory that you have confirmed',
    mend: `zap-fleet trust ${shellWord(dirname(file))}`,
  };
  return {
    values: Object.fromEntries(Object.entries(values).filter(([name]) => !kept.has(name))),
    refused: names.length === 0 ? null : refused,
  };
};

/** What was refused and why. */
export const refusalWords = ({ file, names, reason }: EnvRefusal): string => {
  const what =
    names === null
      ? `${file} was not read`
      : `${names.join(', ')} of ${file} ${names.length === 1 ? 'was' : 'were'} not taken`;

  return plainText(`${what}: ${reason}`);
};

/** The refusal as one line for a person. */
export const refusalLine = (refusal: EnvRefusal): string =>
  `${refusalWords(refusal)}. If it is yours: ${plainText(refusal.mend)}`;
