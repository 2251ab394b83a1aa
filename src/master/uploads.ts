import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../home/home-paths.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Bytes, EpochMs, Milliseconds } from '../session/units.ts';

/** Files on their way in: they come in parts, because no line of the door is as long as a file, and lie beside the fleet until they are read. */

const mostAtOnce = 8;
const forgottenAfter: Milliseconds = 600_000;

interface Upload {
  readonly path: string;
  bytes: number;
  touchedAt: EpochMs;
}

export interface UploadOptions {
  /** Under `data`; nobody else's. */
  readonly directory: string;
  readonly mostBytes: Bytes;
  /** What helps where a file is larger, as a sentence. */
  readonly advice: string;
}

export const createUploads = (
  { data }: Pick<HomePaths, 'data'>,
  now: () => EpochMs,
  { directory: name, mostBytes, advice }: UploadOptions,
) => {
  const directory = join(data, name);
  const uploads = new Map<string, Upload>();

  const drop = (id: string): void => {
    const upload = uploads.get(id);
    uploads.delete(id);
    if (upload !== undefined) rmSync(upload.path, { force: true });
  };
  const open = (): string => {
    for (const [id, { touchedAt }] of [...uploads]) if (now() - touchedAt > forgottenAfter) drop(id);
    if (uploads.size >= mostAtOnce)
      throw new FleetError('refused-by-state', `${mostAtOnce} files arrive already. Try again in a moment.`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const id = randomUUID();
    const path = join(directory, id);
    writeFileSync(path, '', { mode: 0o600 });
    uploads.set(id, { path, bytes: 0, touchedAt: now() });
    return id;
  };
  const get = (id: string): Upload => {
    const upload = uploads.get(id);
    if (upload === undefined) throw new FleetError('refused-by-state', 'this file did not arrive whole. Add it again.');
    upload.touchedAt = now();
    return upload;
  };

  return {
    /** Adds a part; without `id` the first of a new file. `part` is base64. Throws `usage` where the file becomes too large. */
    add: (id: string | undefined, part: string): { readonly upload: string; readonly bytes: number } => {
      const own = id ?? open();
      const upload = get(own);
      const bytes = Buffer.from(part, 'base64');
      if (upload.bytes + bytes.length > mostBytes) {
        drop(own);
        throw new FleetError('usage', `this file is larger than ${mostBytes / 1024 / 1024} MB. ${advice}`);
      }
      appendFileSync(upload.path, bytes);
      upload.bytes += bytes.length;
      return { upload: own, bytes: upload.bytes };
    },
    /** Where it lies, and how long it is. */
    get: (id: string): { readonly path: string; readonly bytes: number } => {
      const { path } = get(id);
      return { path, bytes: statSync(path).size };
    },
    drop,
    /** What a master before this one left. */
    clear: (): void => {
      uploads.clear();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
export type Uploads = ReturnType<typeof createUploads>;
