import { createDecipheriv, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { FleetError } from '../session/fleet-error.ts';
import { asksTooMuch, mostLog2N, wrongOrDamaged } from './wrong-or-damaged.ts';

/**
 * Encrypted archives as zap-fleet wrote them before it took age (encryption.ts): read, never written any more. Nothing else may grow here.
 *
 * AES-256-GCM in pieces of 64 KiB, the key from a passphrase by scrypt. Every piece is authenticated before it is handed on; its nonce
 * holds its number and whether it is the last, so that pieces can be neither swapped nor cut off (the STREAM construction, Hoang,
 * Reyhanitabar, Rogaway, Vizár 2015).
 *
 * Header: "ZAPFLEET", then one byte each for version, log2 N, r and p, salt (16 bytes), nonce prefix (7 bytes).
 */
const magic = Buffer.from('ZAPFLEET');
const headerVersion = 1;
const saltBytes = 16;
const prefixBytes = 7;
const headerBytes = magic.length + 4 + saltBytes + prefixBytes;
const pieceBytes = 64 * 1024;
const tagBytes = 16;

interface Cost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/** Written was 2^16 with r 8 and p 1; memory goes with N times r, time with all three. */
const mostWork = 2 ** mostLog2N * 8;

const scryptAsync = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);
const keyOf = (passphrase: string, salt: Uint8Array, given: Cost): Promise<Buffer> => {
  const N = 2 ** given.log2N;
  return scryptAsync(passphrase.normalize('NFC'), salt, 32, { N, r: given.r, p: given.p, maxmem: 256 * N * given.r });
};

const nonceOf = (prefix: Uint8Array, number: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.set(prefix);
  nonce.writeUInt32BE(number, prefixBytes);
  nonce[11] = last ? 1 : 0;
  return nonce;
};

/** Pieces of exactly `size`, the last one shorter (or empty); `last` is known because the next is awaited first. */
async function* inPieces(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    waiting.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    length += chunk.byteLength;
    if (length <= size) continue;
    let whole = Buffer.concat(waiting);
    while (whole.length > size) {
      yield { piece: whole.subarray(0, size), last: false };
      whole = whole.subarray(size);
    }
    waiting = [whole];
    length = whole.length;
  }
  yield { piece: Buffer.concat(waiting), last: true };
}

const readHeader = (header: Buffer) => {
  const [version, log2N, r, p] = header.subarray(magic.length, magic.length + 4);
  if (version !== headerVersion)
    throw new FleetError('usage', 'this backup was written by a newer zap-fleet. Install that version.');
  if (log2N === undefined || r === undefined || p === undefined || log2N < 10 || r < 1 || p < 1) throw wrongOrDamaged();
  if (2 ** log2N * r * p > mostWork) throw asksTooMuch(`2^${log2N}, r ${r}, p ${p}`);
  const salt = header.subarray(magic.length + 4, magic.length + 4 + saltBytes);
  return { cost: { log2N, r, p }, salt, prefix: header.subarray(headerBytes - prefixBytes) };
};

export const isFirstFormat = (start: Uint8Array): boolean => magic.equals(start.subarray(0, magic.length));

/** The plain bytes again, each piece checked before it is given. Throws `usage` when the passphrase or the bytes are wrong. */
export async function* decryptFirstFormat(
  source: AsyncIterable<Uint8Array>,
  passphrase: string,
): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  const chunks = source[Symbol.asyncIterator]();
  while (head.length < headerBytes) {
    const next = await chunks.next();
    if (next.done === true) throw wrongOrDamaged();
    head = Buffer.concat([head, next.value]);
  }
  const header = head.subarray(0, headerBytes);
  const { cost: given, salt, prefix } = readHeader(header);
  const key = await keyOf(passphrase, salt, given);
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    yield head.subarray(headerBytes);
    yield* { [Symbol.asyncIterator]: () => chunks };
  };
  let number = 0;
  for await (const { piece, last } of inPieces(rest(), pieceBytes + tagBytes)) {
    if (piece.length < tagBytes) throw wrongOrDamaged();
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(prefix, number, last), { authTagLength: tagBytes });
    decipher.setAAD(header);
    decipher.setAuthTag(piece.subarray(piece.length - tagBytes));
    const plain = decipher.update(piece.subarray(0, piece.length - tagBytes));
    try {
      decipher.final();
    } catch (error) {
      throw wrongOrDamaged(error);
    }
    yield plain;
    number += 1;
  }
}
