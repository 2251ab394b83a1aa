import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Bytes } from '../session/units.ts';
import type { ExpansionLimits } from './expansion.ts';
import { createTarEnd } from './tar-end.ts';
import { damaged } from './wrong-or-damaged.ts';

/** What an archive has given so far, against what it may give. */
export interface Allowance {
  readonly file: Bytes;
  readonly limits: ExpansionLimits;
  bytes: Bytes;
  mostBytes: Bytes;
  entries: number;
  mostEntries: number;
}

const countBytes = (allowance: Allowance, bytes: Bytes): void => {
  allowance.bytes += bytes;
  if (allowance.bytes > allowance.mostBytes) throw damaged('more comes out of it than its manifest names');
};

/** Hands every entry to `readEntry`, one at a time, and rejects with the first thing that went wrong. */
export const eachEntry = async (
  source: AsyncIterable<Uint8Array>,
  allowance: Allowance,
  readEntry: (entry: ReadEntry) => Promise<void>,
): Promise<void> => {
  let failure: unknown;
  const watchEnd = createTarEnd();
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
    for await (const chunk of plainTar(gunzipped(source))) {
      if (failure !== undefined) break;
      countBytes(allowance, chunk.length);
      watchEnd(chunk);
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

/** tar unpacks by itself what is packed a second time, and that would be counted by nobody. */
async function* plainTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let start: Buffer | null = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (start === null) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < packedStarts.longest) continue;
    if (packedStarts.all.some((magic) => magic.equals(start?.subarray(0, magic.length) ?? Buffer.alloc(0))))
      throw damaged('it is packed twice');
    yield start;
    start = null;
  }
  if (start !== null && start.length > 0) yield start;
}
/** gzip and zstd. */
const packedStarts = {
  all: [Buffer.from([0x1f, 0x8b]), Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  longest: 4,
};

/**
 * An error in the source ends the reading with that error; who stops reading ends the source. Bytes after the end of what was packed are an
 * error: zlib itself passes over zeros there, however many.
 */
async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  let fed = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      fed += chunk.length;
      yield chunk;
    }
  };
  const feeding = pipeline(counted(), gunzip).then(
    () => null,
    (error: unknown) => error,
  );
  try {
    for await (const chunk of gunzip) yield chunk;
    if (fed > gunzip.bytesWritten) throw damaged('something follows its end');
    const error = await feeding;
    if (error !== null) throw error;
  } finally {
    gunzip.destroy();
  }
}
