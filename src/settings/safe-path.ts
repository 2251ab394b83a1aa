import { lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { FleetError, messageOf } from '../session/fleet-error.ts';

/**
 * Whether anybody but the user (and root) could have put a file where it lies, or could put another one there: every directory on the way
 * from `/`, every symbolic link and the file itself are looked at, each before what lies in it.
 */
export type PathSafety =
  | { readonly kind: 'absent' }
  /** `path`: where it really lies. */
  | { readonly kind: 'safe'; readonly path: string }
  | { readonly kind: 'unsafe'; readonly path: string; readonly problem: PathProblem; readonly owner: number };

/** `sticky`: a directory like /tmp, into which everybody may put files. */
export type PathProblem = 'owner' | 'writable-by-group' | 'writable-by-all' | 'sticky' | 'no-file' | 'link-loop';

export interface SafePathOptions {
  readonly uid: number;
  /** In a sticky directory nobody can replace what is ours. Only for places that the user has chosen himself. */
  readonly mayLieInSticky: boolean;
}

/** As many as Linux follows (MAXSYMLINKS). */
const mostLinks = 40;

const fieldsOf = (path: string): readonly (readonly string[])[] => {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(':'));
  } catch (error) {
    // A container without user names: then no group is known to be anybody's own.
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
};

/**
 * Whether a group is the user's own and has nobody else in it: distributions with a group for every user (Debian, Fedora) let it write by
 * default (umask 002), which opens nothing. Never for root, whose umask is 022.
 */
const isOwnGroup = (gid: number, uid: number): boolean => {
  if (uid === 0) return false;

  const users = fieldsOf('/etc/passwd').map(([name, , id, group]) => ({ name, uid: Number(id), gid: Number(group) }));
  const user = users.find((one) => one.uid === uid);
  if (user === undefined || user.gid !== gid) return false;
  if (users.some((one) => one.gid === gid && one.uid !== uid)) return false;

  const groups = fieldsOf('/etc/group').filter(([, , id]) => Number(id) === gid);
  const members = groups.flatMap(([, , , list = '']) => list.split(',')).filter((name) => name !== '');
  return groups.length > 0 && members.every((name) => name === user.name);
};

/** What is wrong with one step of the way; null: only the user and root can change it. */
const problemOf = (stat: Stats, { uid, mayLieInSticky }: SafePathOptions): PathProblem | null => {
  if (stat.uid !== uid && stat.uid !== 0) return 'owner';
  // A link has no permissions of its own.
  if (stat.isSymbolicLink()) return null;

  const isSticky = stat.isDirectory() && (stat.mode & 0o1000) !== 0;
  if ((stat.mode & 0o002) !== 0) {
    if (!isSticky) return 'writable-by-all';
    return mayLieInSticky ? null : 'sticky';
  }
  if ((stat.mode & 0o020) !== 0 && !isOwnGroup(stat.gid, uid)) {
    if (!isSticky) return 'writable-by-group';
    return mayLieInSticky ? null : 'sticky';
  }

  return null;
};

const look = (path: string): Stats | null => {
  try {
    return lstatSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw new FleetError(
      'usage',
      `cannot look at ${path}: ${messageOf(error)}. Mend its permissions or go elsewhere.`,
      {
        cause: error,
      },
    );
  }
};

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

/** Looks at the whole way to an absolute path. Throws `usage` where it may not look. */
export const examinePath = (path: string, options: SafePathOptions): PathSafety => {
  const unsafe = (where: string, problem: PathProblem, stat: Stats): PathSafety => ({
    kind: 'unsafe',
    path: where,
    problem,
    owner: stat.uid,
  });
  const root = lstatSync('/');
  const rootProblem = problemOf(root, options);
  if (rootProblem !== null) return unsafe('/', rootProblem, root);

  let at = '/';
  let stat: Stats = root;
  let links = 0;
  const left = partsOf(path);
  for (let part = left.shift(); part !== undefined; part = left.shift()) {
    if (part === '..') {
      at = dirname(at);
      stat = lstatSync(at);
      continue;
    }

    const next = join(at, part);
    const found = look(next);
    if (found === null) return { kind: 'absent' };
    const problem = problemOf(found, options);
    if (problem !== null) return unsafe(next, problem, found);

    if (!found.isSymbolicLink()) {
      at = next;
      stat = found;
      continue;
    }
    links += 1;
    if (links > mostLinks) return unsafe(next, 'link-loop', found);
    const target = readlinkSync(next);
    left.unshift(...partsOf(target));
    if (isAbsolute(target)) at = '/';
  }

  return stat.isFile() ? { kind: 'safe', path: at } : unsafe(at, 'no-file', stat);
};
