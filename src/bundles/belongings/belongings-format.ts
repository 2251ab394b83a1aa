import { z } from 'zod';
import { type ArchiveFormat, manifestName } from '../../backup/backup-format.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { isSessionName } from '../../session/session-name.ts';

/** What a bundle of belongings holds: its manifest and the files of one kind. */

const formatVersion = 1;
/** The last moment that a `Date` can be. */
const latest = 8.64e15;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const belongingsManifestSchema = z.object({
  format: z.literal('zap-fleet-belongings'),
  version: z.literal(formatVersion),
  program: z.string().max(40),
  session: z.object({ id: z.string().max(64), name: z.string().refine(isSessionName) }),
  what: z.string().regex(/^[a-z]{2,20}$/),
  /** The server that made it, for people. */
  host: z.string().max(255),
  epoch: z.number().int().min(0),
  madeAt: z.number().int().min(0).max(latest),
  /** As `digestOf` says on the server that made it; null: there was nothing, and there is to be nothing. */
  digest: sha256.nullable(),
  /** How many there are of it, for people. */
  count: z.number().int().min(0),
  files: z.array(z.object({ path: z.string().max(200), bytes: z.number().int().min(0), sha256 })).max(10_000),
});
export type BelongingsManifest = z.infer<typeof belongingsManifestSchema>;

/** Only as much as tells which program can read it. */
const anyVersion = z.object({
  format: z.literal('zap-fleet-belongings'),
  version: z.number().int(),
  program: z.string().max(40).optional(),
});

/** `data/KIND.json`, `data/KIND.jsonl`, `data/KIND/SHA-256`. */
const placePattern = /^data\/([a-z]{2,20})(?:\.jsonl?|\/([0-9a-f]{64}))$/;

const shown = (path: string): string => JSON.stringify(path.slice(0, 200));

const problemOf = ({ what, files }: BelongingsManifest): string | null => {
  const paths = new Set<string>();
  for (const { path, sha256: hash } of files) {
    const [, kind, name] = placePattern.exec(path) ?? [];
    if (kind !== what) return `${shown(path)}: it is no file of a bundle of this kind`;
    if (name !== undefined && name !== hash) return `${shown(path)} is another file than its name says`;
    if (paths.has(path)) return `${shown(path)} is in its manifest twice`;
    paths.add(path);
  }
  return null;
};

export const belongingsFormat: ArchiveFormat<BelongingsManifest> = {
  mayBePlain: false,
  parse: (manifest) => {
    const any = anyVersion.safeParse(manifest);
    if (any.success && any.data.version > formatVersion)
      throw new FleetError(
        'refused-by-state',
        `the bundle was made by a newer zap-fleet (${plainText(any.data.program ?? '?')}). Upgrade this server: zap-fleet upgrade`,
      );
    return belongingsManifestSchema.parse(manifest);
  },
  problem: problemOf,
  pathProblem: (path) =>
    path === manifestName || placePattern.test(path) ? null : 'it is no file of a bundle of this kind',
};
