import { z } from 'zod';
import { isSessionName, type SessionName } from '../session/session-name.ts';
import type { EpochMs } from '../session/units.ts';

/** What an archive holds: `manifest.json` first, then exactly the files it names. */

export const manifestName = 'manifest.json';
export const manifestMaxBytes = 32 * 1024 * 1024;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const profileFates = ['copied', 'skipped', 'none'] as const;
/** The last moment that a `Date` can be. */
const latest = 8.64e15;

export const manifestSchema = z.object({
  format: z.literal('zap-fleet-backup'),
  version: z.literal(1),
  createdAt: z.number().int().min(0).max(latest),
  program: z.string().max(40),
  fleetId: z.string().max(64),
  host: z.string().max(255),
  /** Null: the whole fleet. */
  session: z.string().refine(isSessionName).nullable(),
  sessions: z
    .array(
      z.object({
        name: z.string().refine(isSessionName),
        /** `skipped`: its browser ran and could not be closed; `none`: it never had a login. */
        profile: z.enum(profileFates),
        reason: z.string().max(500).nullable(),
        /** Whether it has an AI key of its own; absent in archives from before they said so. */
        ownKey: z.boolean().optional(),
      }),
    )
    .max(10_000),
  /** Whether these keys are in it: an archive that is not encrypted never holds them. Absent as above. */
  keys: z.enum(['kept', 'left-out', 'none']).optional(),
  files: z.array(z.object({ path: z.string().max(1024), bytes: z.number().int().min(0), sha256 })).max(500_000),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFile = Manifest['files'][number];

/** Files of `data/` that are kept beside the database: the fleet's, in no session's archive. */
export const configFiles = ['.env', 'api-token', 'log-salt'] as const;
export const databasePath = 'data/fleet.db';
export const sessionKeysPath = 'data/session-keys.json';
const configPaths: ReadonlySet<string> = new Set(configFiles.map((name) => `data/${name}`));

/** A file that a session may send: `data/files/SESSION-ID/HASH`. */
const sentFile = /^data\/files\/([\w-]{1,64})\/([0-9a-f]{64})$/;
export const sentFileOf = (path: string): { readonly sessionId: string; readonly hash: string } | null => {
  const [, sessionId = '', hash = ''] = sentFile.exec(path) ?? [];
  return hash === '' ? null : { sessionId, hash };
};

/** Why an archive's path is not one of ours, or null. Nothing else is ever written, whatever an archive says. */
export const pathProblem = (path: string): string | null => {
  if (path === databasePath || path === sessionKeysPath || configPaths.has(path) || path === manifestName) return null;
  if (sentFileOf(path) !== null) return null;
  const [root, name, ...rest] = path.split('/');
  if (root !== 'tokens' || name === undefined || !isSessionName(name) || rest.length === 0)
    return 'it is no file of a fleet';
  if (/[\p{Cc}\\]/u.test(path)) return 'its name holds control characters or backslashes';
  if (rest.some((part) => part === '' || part === '.' || part === '..')) return 'it leads out of its place';
  return null;
};

const shown = (path: string): string => JSON.stringify(path.slice(0, 200));

const sessionsProblem = ({ session, sessions }: Manifest): string | null => {
  const names = new Set<string>();
  for (const { name } of sessions) {
    if (names.has(name)) return `its manifest names the session ${name} twice`;
    names.add(name);
  }
  if (session === null) return null;
  const [other] = [...names].filter((name) => name !== session);
  if (other !== undefined) return `it is the archive of ${session}, and brings the session ${other}`;
  return names.has(session) ? null : `it is the archive of ${session}, and does not hold it`;
};

/** As far as an archive is unpacked by it: whatever else a manifest says is its format's. */
export interface FileList {
  readonly files: readonly ManifestFile[];
}

/** What an archive may hold. Nothing else is ever written, whatever it says. */
export interface ArchiveFormat<M extends FileList> {
  /** Whether it is read without a key, too. */
  readonly mayBePlain: boolean;
  /** Throws what is wrong with the manifest. */
  parse(manifest: unknown): M;
  /** Why a manifest is none of this format, or null. */
  problem(manifest: M): string | null;
  /** Why a path is none of this format, or null. */
  pathProblem(path: string): string | null;
}

/** Every directory that the files of a manifest lie in. */
export const directoriesOf = (manifest: FileList): ReadonlySet<string> => {
  const directories = new Set<string>();
  for (const { path } of manifest.files)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (directories.has(path.slice(0, end))) break;
      directories.add(path.slice(0, end));
    }
  return directories;
};

/** Why a manifest is none of ours, or null: what it does not name and what belongs to nobody is never unpacked. */
export const manifestProblem = (manifest: Manifest): string | null => {
  const problem = sessionsProblem(manifest);
  if (problem !== null) return problem;

  const copied = new Set<string>(
    manifest.sessions.flatMap(({ name, profile }) => (profile === 'copied' ? [name] : [])),
  );
  const paths = new Set<string>();
  const directories = directoriesOf(manifest);
  for (const { path, sha256: hash } of manifest.files) {
    const wrong = path === manifestName ? 'it names itself' : pathProblem(path);
    if (wrong !== null) return `${shown(path)}: ${wrong}`;
    if (paths.has(path)) return `${shown(path)} is in its manifest twice`;
    if (![null, hash].includes(sentFileOf(path)?.hash ?? null))
      return `${shown(path)} is another file than its name says`;
    if (directories.has(path)) return `${shown(path)} is a file and a directory`;
    if (manifest.session !== null && configPaths.has(path))
      return `${shown(path)} is the fleet's, and no archive of a session brings it`;
    const [root, owner = ''] = path.split('/');
    if (root === 'tokens' && !copied.has(owner)) return `${shown(path)} is the login of no session that it names`;
    paths.add(path);
  }
  return paths.has(databasePath) ? null : 'it holds no database';
};

export const backupFormat: ArchiveFormat<Manifest> = {
  mayBePlain: true,
  parse: (manifest) => manifestSchema.parse(manifest),
  problem: manifestProblem,
  pathProblem,
};

const stampOf = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

export const backupFileName = (session: SessionName | null, at: EpochMs, encrypted: boolean): string =>
  `${session === null ? 'fleet' : `session-${session}`}-${stampOf(at)}.tar.gz${encrypted ? '.enc' : ''}`;

const fileNamePattern = /^(fleet|session-[a-z0-9_-]+)-\d{8}T\d{6}Z\.tar\.gz(\.enc)?$/;
/** `fleet` or `session-NAME` for a backup's file name, null for any other. Names sort by time within one of them. */
export const backupKind = (fileName: string): string | null => fileNamePattern.exec(fileName)?.[1] ?? null;

/** Name of the directory where what was there before a restore is kept. */
export const asideName = (at: EpochMs): string => `before-restore-${stampOf(at)}`;
