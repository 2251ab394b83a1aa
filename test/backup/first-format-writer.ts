import { createCipheriv, randomBytes, scryptSync } from 'node:crypto';

/**
 * Writes an encrypted archive as zap-fleet did before it took age, for the tests of its reader: the writer as it stood, but that it takes
 * the whole text at once.
 */
const pieceBytes = 64 * 1024;

const nonceOf = (prefix: Uint8Array, number: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.set(prefix);
  nonce.writeUInt32BE(number, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
};

export const firstFormatHeaderBytes = 35;

/** `log2N`: 16 is what it was written with; a reader takes it from the header. */
export const encryptFirstFormat = (plain: Uint8Array, passphrase: string, log2N = 16): Buffer => {
  const salt = randomBytes(16);
  const prefix = randomBytes(7);
  // Version 1; scrypt with r 8, p 1.
  const header = Buffer.concat([Buffer.from('ZAPFLEET'), Buffer.from([1, log2N, 8, 1]), salt, prefix]);
  const N = 2 ** log2N;
  const key = scryptSync(passphrase.normalize('NFC'), salt, 32, { N, r: 8, p: 1, maxmem: 256 * N * 8 });

  const pieces = [header];
  const count = Math.max(1, Math.ceil(plain.length / pieceBytes));
  for (let number = 0; number < count; number += 1) {
    const piece = plain.subarray(number * pieceBytes, (number + 1) * pieceBytes);
    const nonce = nonceOf(prefix, number, number === count - 1);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    cipher.setAAD(header);
    pieces.push(Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]));
  }
  return Buffer.concat(pieces);
};
