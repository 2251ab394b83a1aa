import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import type { ReadEntry } from 'tar';
import { FleetError } from '../session/fleet-error.ts';
import type { Bytes } from '../session/units.ts';
import { whyNotRead } from '../session/why-not-read.ts';
import { type Allowance, eachEntry } from './archive-entries.ts';
import {
  type ArchiveFormat,
  backupFormat,
  type FileList,
  type Manifest,
  type ManifestFile,
  manifestMaxBytes,
  manifestName,
} from './backup-format.ts';
import { decrypt, isEncrypted, startBytes } from './encryption.ts';
import { beforeManifest, type ExpansionLimits, expansionLimits, filesBytes, isTooMuch, mostOf } from './expansion.ts';
import { damaged } from './wrong-or-damaged.ts';

/** Whether a passphrase is needed to read it. Rejects with `usage` when there is no such file. */
export const isEncryptedFile = async (file: string): Promise<boolean> => {
  const start = Buffer.alloc(startBytes);
  // A pipe or a device never ends, or never begins.
  if ((await stat(file).catch(() => null))?.isFile() === false)
    throw new FleetError('usage', `${file} is no file. Name a backup file.`);
  try {
    const handle = await open(file, 'r');
    await handle.read(start, 0, start.length, 0);
    await handle.close();
  } catch (error) {
    throw new FleetError('usage', `cannot read ${file}: ${whyNotRead(error)}. Name a backup file.`, { cause: error });
  }
  return isEncrypted(start);
};

const plainBytes = async (
  file: string,
  passphrase: string | undefined,
  mayBePlain: boolean,
): Promise<AsyncIterable<Uint8Array>> => {
  const encrypted = await isEncryptedFile(file);
  // Who could write it without the key could say anything in it.
  if (!encrypted && !mayBePlain) throw damaged('it is not encrypted');
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
  const closed = out === null ? Promise.resolve() : finished(out);
  // What goes wrong is met where it is waited for; a stream that is still being opened must not end the process later.
  closed.catch(() => undefined);

  try {
    for await (const chunk of bytesOf(entry, file.bytes)) {
      hash.update(chunk);
      bytes += chunk.length;
      if (out !== null && !out.write(chunk)) await Promise.race([once(out, 'drain'), closed]);
    }
    out?.end();
    await closed;
  } finally {
    out?.destroy();
    await closed.catch(() => undefined);
  }

  if (bytes !== file.bytes || hash.digest('hex') !== file.sha256) throw damaged(`${entry.path} does not match`);
};

const megabytes = (bytes: Bytes): string => `${Math.ceil(bytes / 1e6)} MB`;

/** What a manifest says is believed for as long as it is a backup of ours that says it. */
const allow = <M extends FileList>(allowance: Allowance, manifest: M, format: ArchiveFormat<M>): void => {
  const problem = format.problem(manifest);
  if (problem !== null) throw damaged(problem);

  const named = filesBytes(manifest);
  if (isTooMuch(named, allowance.file, allowance.limits))
    throw damaged(`it would unpack to ${megabytes(named)} from ${megabytes(allowance.file)}`);
  const most = mostOf(manifest);
  // What was counted holds the manifest, and at most the rest of one piece.
  allowance.mostBytes = allowance.bytes + most.bytes;
  allowance.mostEntries = most.entries;
};

/**
 * Reads an archive through and checks every file against its manifest: names, sizes, hashes, nothing more and nothing less, also after its
 * end. A file for which `place` gives a path is written there (0600, never over another). Rejects with `failed` or `usage`.
 */
export const readArchive = (options: ReadOptions<Manifest>): Promise<Manifest> => readArchiveOf(backupFormat, options);

export interface ReadOptions<M extends FileList> {
  readonly file: string;
  readonly passphrase?: string | undefined;
  /** Asked after the manifest was read. */
  readonly place: (file: ManifestFile) => string | null;
  /** Called once, before the first file; throws to stop. */
  readonly onManifest?: (manifest: M) => Promise<void>;
  /** Told after every file. */
  readonly onFile?: (file: ManifestFile) => void;
  readonly limits?: ExpansionLimits;
}

/** The same of an archive of another format. */
export const readArchiveOf = async <M extends FileList>(
  format: ArchiveFormat<M>,
  options: ReadOptions<M>,
): Promise<M> => {
  let manifest: M | null = null;
  const missing = new Map<string, ManifestFile>();
  const read = new Set<string>();
  const source = await plainBytes(options.file, options.passphrase, format.mayBePlain);
  const allowance: Allowance = {
    file: (await stat(options.file)).size,
    limits: options.limits ?? expansionLimits,
    bytes: 0,
    mostBytes: beforeManifest,
    entries: 0,
    mostEntries: 1,
  };

  const readManifest = async (entry: ReadEntry): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of bytesOf(entry, manifestMaxBytes)) chunks.push(chunk);
    try {
      manifest = format.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    } catch (error) {
      if (error instanceof FleetError) throw error;
      throw damaged('its manifest is not understood', error);
    }
    allow(allowance, manifest, format);
    for (const file of manifest.files) missing.set(file.path, file);
    await options.onManifest?.(manifest);
  };

  const readFile = async (entry: ReadEntry): Promise<void> => {
    const file = missing.get(entry.path);
    if (file === undefined)
      throw damaged(`${JSON.stringify(entry.path)} is ${read.has(entry.path) ? 'in it twice' : 'not in its manifest'}`);
    missing.delete(entry.path);
    read.add(entry.path);
    await checkFile(entry, file, options.place(file));
    options.onFile?.(file);
  };

  const readEntry = async (entry: ReadEntry): Promise<void> => {
    allowance.entries += 1;
    if (allowance.entries > allowance.mostEntries && manifest !== null)
      throw damaged('it holds more entries than its manifest names');
    if (entry.type === 'Directory' && manifest !== null) {
      entry.resume();
      return;
    }
    // Links and devices are never in our archives: one could lead a later file anywhere.
    if (entry.type !== 'File' && entry.type !== 'OldFile' && entry.type !== 'Directory')
      throw damaged(`${JSON.stringify(entry.path)} is a ${entry.type}`);
    const problem = format.pathProblem(entry.path);
    if (problem !== null) throw damaged(`${JSON.stringify(entry.path.slice(0, 200))}: ${problem}`);
    if (manifest === null) {
      if (entry.path !== manifestName) throw damaged('it does not begin with its manifest');
      return readManifest(entry);
    }
    return readFile(entry);
  };

  await eachEntry(source, allowance, readEntry);

  if (manifest === null) throw damaged('it is empty');
  const [lost] = missing.keys();
  if (lost !== undefined) throw damaged(`${lost} is missing`);
  return manifest;
};
