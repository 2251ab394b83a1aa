import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import {
  type Manifest,
  type ManifestFile,
  manifestMaxBytes,
  manifestName,
  manifestSchema,
  pathProblem,
} from './backup-format.ts';
import { decrypt, isEncrypted, startBytes } from './encryption.ts';

const damaged = (why: string, cause?: unknown): FleetError =>
  new FleetError('failed', `this backup is damaged or not one of ours: ${why}. Use another one.`, { cause });

/** Whether a passphrase is needed to read it. Rejects with `usage` when there is no such file. */
export const isEncryptedFile = async (file: string): Promise<boolean> => {
  const start = Buffer.alloc(startBytes);
  try {
    const handle = await open(file, 'r');
    await handle.read(start, 0, start.length, 0);
    await handle.close();
  } catch (error) {
    throw new FleetError('usage', `cannot read ${file}: ${messageOf(error)}. Name a backup file.`, { cause: error });
  }
  return isEncrypted(start);
};

const plainBytes = async (file: string, passphrase: string | undefined): Promise<AsyncIterable<Uint8Array>> => {
  const encrypted = await isEncryptedFile(file);
  const bytes = createReadStream(file);
  if (!encrypted) return bytes;
  if (passphrase === undefined || passphrase === '')
    throw new FleetError('usage', 'this backup is encrypted. Set BACKUP_PASSPHRASE and try again.');
  return decrypt(bytes, passphrase);
};

/** Bytes of one entry, at most `most`. */
async function* bytesOf(entry: ReadEntry, most: number): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const chunk of entry) {
    count += chunk.length;
    if (count > most) throw damaged(`${entry.path} is longer than it should be`);
    yield chunk;
  }
}

/** Reads one file through, writes it to `target` unless that is null, and compares it with what the manifest says. */
const checkFile = async (entry: ReadEntry, file: ManifestFile, target: string | null): Promise<void> => {
  const hash = createHash('sha256');
  let bytes = 0;
  if (target !== null) await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const out = target === null ? null : createWriteStream(target, { mode: 0o600, flags: 'wx' });

  try {
    for await (const chunk of bytesOf(entry, file.bytes)) {
      hash.update(chunk);
      bytes += chunk.length;
      if (out !== null && !out.write(chunk)) await once(out, 'drain');
    }
    if (out !== null) {
      out.end();
      await once(out, 'close');
    }
  } finally {
    out?.destroy();
  }

  if (bytes !== file.bytes || hash.digest('hex') !== file.sha256) throw damaged(`${entry.path} does not match`);
};

/**
 * Reads an archive through and checks every file against its manifest: names, sizes, hashes, nothing more and nothing less. A file for
 * which `place` gives a path is written there (0600, never over another). Rejects with `failed` or `usage`.
 */
export const readArchive = async (options: {
  readonly file: string;
  readonly passphrase?: string | undefined;
  /** Asked after the manifest was read. */
  readonly place: (file: ManifestFile) => string | null;
  /** Called once, before the first file; throws to stop. */
  readonly onManifest?: (manifest: Manifest) => Promise<void>;
}): Promise<Manifest> => {
  let manifest: Manifest | null = null;
  const missing = new Map<string, ManifestFile>();

  const readManifest = async (entry: ReadEntry): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of bytesOf(entry, manifestMaxBytes)) chunks.push(chunk);
    try {
      manifest = manifestSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    } catch (error) {
      throw damaged('its manifest is not understood', error);
    }
    for (const file of manifest.files) missing.set(file.path, file);
    await options.onManifest?.(manifest);
  };

  const readFile = async (entry: ReadEntry): Promise<void> => {
    const file = missing.get(entry.path);
    if (file === undefined) throw damaged(`${JSON.stringify(entry.path)} is not in its manifest`);
    missing.delete(entry.path);
    await checkFile(entry, file, options.place(file));
  };

  const readEntry = async (entry: ReadEntry): Promise<void> => {
    if (entry.type === 'Directory') {
      entry.resume();
      return;
    }
    // Links and devices are never in our archives: one could lead a later file anywhere.
    if (entry.type !== 'File' && entry.type !== 'OldFile')
      throw damaged(`${JSON.stringify(entry.path)} is a ${entry.type}`);
    const problem = pathProblem(entry.path);
    if (problem !== null) throw damaged(`${JSON.stringify(entry.path.slice(0, 200))}: ${problem}`);
    if (manifest === null) {
      if (entry.path !== manifestName) throw damaged('it does not begin with its manifest');
      return readManifest(entry);
    }
    return readFile(entry);
  };

  await eachEntry(() => plainBytes(options.file, options.passphrase), readEntry);

  if (manifest === null) throw damaged('it is empty');
  const [lost] = missing.keys();
  if (lost !== undefined) throw damaged(`${lost} is missing`);
  return manifest;
};

/** Hands every entry to `readEntry`, one at a time, and rejects with the first thing that went wrong. */
const eachEntry = async (
  openSource: () => Promise<AsyncIterable<Uint8Array>>,
  readEntry: (entry: ReadEntry) => Promise<void>,
): Promise<void> => {
  let failure: unknown;
  let work: Promise<void> = Promise.resolve();
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      // tar hands out one entry at a time and waits until it was read.
      work = work
        .then(async () => {
          // After a failure the rest is let through unread, so that the parser comes to its end.
          if (failure === undefined) await readEntry(entry);
          else entry.resume();
        })
        .catch((error: unknown) => {
          failure ??= error;
          entry.resume();
        });
    },
  });
  parser.on('error', (error) => {
    failure ??= damaged(messageOf(error), error);
  });
  const ended = new Promise<void>((resolve) => {
    parser.on('end', resolve);
    parser.on('error', () => resolve());
  });

  try {
    const source = await openSource();
    for await (const chunk of gunzipped(source)) {
      if (failure !== undefined) break;
      if (!parser.write(chunk)) await Promise.race([once(parser, 'drain'), ended]);
    }
    if (failure === undefined) {
      parser.end();
      await ended;
    }
    await work;
  } catch (error) {
    failure ??= error instanceof FleetError ? error : damaged(messageOf(error), error);
  }
  if (failure !== undefined) throw failure instanceof FleetError ? failure : damaged(messageOf(failure), failure);
};

/** An error in the source ends the reading with that error; who stops reading ends the source. */
async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const feeding = pipeline(source, gunzip).then(
    () => null,
    (error: unknown) => error,
  );
  for await (const chunk of gunzip) yield chunk;
  const error = await feeding;
  if (error !== null) throw error;
}
