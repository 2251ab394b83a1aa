import { z } from 'zod';
import { isSessionName, type SessionName } from '../session/session-name.ts';
import type { EpochMs } from '../session/units.ts';

/** What an archive holds: `manifest.json` first, then exactly the files it names. */

export const manifestName = 'manifest.json';
export const manifestMaxBytes = 32 * 1024 * 1024;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const profileFates = ['copied', 'skipped', 'none'] as const;

export const manifestSchema = z.object({
  format: z.literal('zap-fleet-backup'),
  version: z.literal(1),
  createdAt: z.number(),
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
      }),
    )
    .max(10_000),
  files: z.array(z.object({ path: z.string().max(1024), bytes: z.number().int().min(0), sha256 })).max(500_000),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFile = Manifest['files'][number];

/** Files of `data/` that are kept beside the database. */
export const configFiles = ['.env', 'api-token', 'log-salt'] as const;
export const databasePath = 'data/fleet.db';
const dataPaths: ReadonlySet<string> = new Set([databasePath, ...configFiles.map((name) => `data/${name}`)]);

/** Why an archive's path is not one of ours, or null. Nothing else is ever written, whatever an archive says. */
export const pathProblem = (path: string): string | null => {
  if (dataPaths.has(path) || path === manifestName) return null;
  const [root, name, ...rest] = path.split('/');
  if (root !== 'tokens' || name === undefined || !isSessionName(name) || rest.length === 0)
    return 'it is no file of a fleet';
  if (/[\p{Cc}\\]/u.test(path)) return 'its name holds control characters or backslashes';
  if (rest.some((part) => part === '' || part === '.' || part === '..')) return 'it leads out of its place';
  return null;
};

const stampOf = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

export const backupFileName = (session: SessionName | null, at: EpochMs, encrypted: boolean): string =>
  `${session === null ? 'fleet' : `session-${session}`}-${stampOf(at)}.tar.gz${encrypted ? '.enc' : ''}`;

const fileNamePattern = /^(fleet|session-[a-z0-9_-]+)-\d{8}T\d{6}Z\.tar\.gz(\.enc)?$/;
/** `fleet` or `session-NAME` for a backup's file name, null for any other. Names sort by time within one of them. */
export const backupKind = (fileName: string): string | null => fileNamePattern.exec(fileName)?.[1] ?? null;

/** Name of the directory where what was there before a restore is kept. */
export const asideName = (at: EpochMs): string => `before-restore-${stampOf(at)}`;
