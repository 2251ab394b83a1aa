import { createWriteStream, existsSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import type { Bytes } from '../session/units.ts';
import { manifestName } from './backup-format.ts';
import { encrypt } from './encryption.ts';

/** tar's own stream is not Node's: handed to a pipeline as what it can also be, an iterable. */
async function* asIs(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* source;
}

/** Packs a staged archive into `file`, which must not be there, and waits until the disk has it. `log2N`: see `encrypt`. */
export const packArchive = async (
  staging: string,
  file: string,
  passphrase: string | undefined,
  onBytes?: (bytes: Bytes) => void,
  log2N?: number,
): Promise<void> => {
  const parts = [manifestName, 'data', 'tokens'].filter((name) => existsSync(join(staging, name)));
  let packed = 0;
  const archive = create(
    {
      cwd: staging,
      gzip: true,
      portable: true,
      onWriteEntry: ({ stat }) => {
        packed += stat?.size ?? 0;
        onBytes?.(packed);
      },
    },
    parts,
  );
  await pipeline(
    passphrase === undefined ? asIs(archive) : encrypt(archive, passphrase, log2N),
    createWriteStream(file, { mode: 0o600, flags: 'wx' }),
  );
  const handle = await open(file, 'r+');
  await handle.sync();
  await handle.close();
};

export const stagedBytes = async (staging: string): Promise<Bytes> => {
  let bytes = 0;
  for (const entry of await readdir(staging, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
};
