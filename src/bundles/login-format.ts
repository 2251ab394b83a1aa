import { z } from 'zod';
import { type ArchiveFormat, directoriesOf, manifestName, sessionKeysPath } from '../backup/backup-format.ts';
import { isNotForArchives } from '../home/profile-caches.ts';
import { engines } from '../session/engine.ts';
import { FleetError } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import { isSessionName } from '../session/session-name.ts';

/** What a login bundle holds: its manifest, the profile without caches, and the session's own AI key where it has one. */

const formatVersion = 1;
/** The last moment that a `Date` can be. */
const latest = 8.64e15;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const profilePrefix = 'tokens/';

const loginManifestSchema = z.object({
  format: z.literal('zap-fleet-login'),
  version: z.literal(formatVersion),
  program: z.string().max(40),
  session: z.object({ id: z.string().max(64), name: z.string().refine(isSessionName), engine: z.enum(engines) }),
  /** The server that made it, for people. */
  host: z.string().max(255),
  epoch: z.number().int().min(0),
  madeAt: z.number().int().min(0).max(latest),
  ownKey: z.boolean(),
  /** What the session has on that server besides, in figures: what is less where it comes to, is told there. Left out by older programs. */
  stays: z
    .object({
      tools: z.number().int().min(0),
      files: z.number().int().min(0),
      sends: z.number().int().min(0).default(0),
      hooks: z.number().int().min(0).default(0),
    })
    .optional(),
  files: z.array(z.object({ path: z.string().max(1024), bytes: z.number().int().min(0), sha256 })).max(200_000),
});
export type LoginManifest = z.infer<typeof loginManifestSchema>;

/** Only as much as tells which program can read it. */
const anyVersion = z.object({
  format: z.literal('zap-fleet-login'),
  version: z.number().int(),
  program: z.string().max(40).optional(),
});

const pathProblem = (path: string): string | null => {
  if (path === manifestName || path === sessionKeysPath) return null;
  const [root, name, ...rest] = path.split('/');
  if (root !== 'tokens' || name === undefined || !isSessionName(name) || rest.length === 0)
    return 'it is no file of a login';
  if (rest.some((part) => part === '' || part === '.' || part === '..')) return 'it leads out of its place';
  return rest.some(isNotForArchives) ? 'it is no file that a login keeps' : null;
};

const shown = (path: string): string => JSON.stringify(path.slice(0, 200));

const problemOf = (manifest: LoginManifest): string | null => {
  const place = `${profilePrefix}${manifest.session.name}/`;
  const directories = directoriesOf(manifest);
  const paths = new Set<string>();
  for (const { path } of manifest.files) {
    const wrong = path === manifestName ? 'it names itself' : pathProblem(path);
    if (wrong !== null) return `${shown(path)}: ${wrong}`;
    if (paths.has(path)) return `${shown(path)} is in its manifest twice`;
    if (directories.has(path)) return `${shown(path)} is a file and a directory`;
    if (path !== sessionKeysPath && !path.startsWith(place)) return `${shown(path)} is of another session`;
    paths.add(path);
  }
  return manifest.ownKey === paths.has(sessionKeysPath) ? null : 'it does not say whether it brings an AI key';
};

export const loginFormat: ArchiveFormat<LoginManifest> = {
  mayBePlain: false,
  parse: (manifest) => {
    const any = anyVersion.safeParse(manifest);
    if (any.success && any.data.version > formatVersion)
      throw new FleetError(
        'refused-by-state',
        `the login bundle was made by a newer zap-fleet (${plainText(any.data.program ?? '?')}). Upgrade this server: zap-fleet upgrade`,
      );
    return loginManifestSchema.parse(manifest);
  },
  problem: problemOf,
  pathProblem,
};
