import { FleetError } from '../session/fleet-error.ts';
import { decryptFirstFormat, isFirstFormat } from './first-format.ts';
import { passphraseIdentity, passphraseRecipient, usualLog2N } from './passphrase-stanza.ts';
import { wrongOrDamaged } from './wrong-or-damaged.ts';

/**
 * Encrypted archives are age files with a passphrase (c2sp.org/age): `age -d` opens them where there is no zap-fleet. Pieces of 64 KiB,
 * each authenticated before it is handed on, with its number and whether it is the last in its nonce, so that pieces can be neither swapped
 * nor cut off; a few of them are in memory at a time. The library is loaded when it is needed: nobody else pays for it.
 */
const ageStart = Buffer.from('age-encryption.org/');
/** Ours has 150 bytes. A file that goes on for longer without an end of its header is not one. */
const headerMaxBytes = 1024 * 1024;

/** As many bytes as `isEncrypted` looks at. */
export const startBytes = ageStart.length + 'v1\n'.length;

export const isEncrypted = (start: Uint8Array): boolean =>
  isFirstFormat(start) || ageStart.equals(start.subarray(0, ageStart.length));

/** `log2N`: how much work each guess of the passphrase is. */
export async function* encrypt(
  source: AsyncIterable<Uint8Array>,
  passphrase: string,
  log2N = usualLog2N,
): AsyncGenerator<Uint8Array> {
  const { Encrypter, Stanza } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient(passphraseRecipient(passphrase, log2N, (args, body) => new Stanza(args, body)));
  yield* await encrypter.encrypt(ReadableStream.from(source));
}

/** The plain bytes again, each piece checked before it is given. Throws `usage` when the passphrase or the bytes are wrong. */
export async function* decrypt(source: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Uint8Array> {
  const { start, whole } = await peek(source);
  if (isFirstFormat(start)) yield* decryptFirstFormat(whole, passphrase);
  else yield* decryptAge(start, whole, passphrase);
}

const peek = async (source: AsyncIterable<Uint8Array>) => {
  const chunks = source[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < startBytes) {
    const next = await chunks.next();
    if (next.done === true) throw wrongOrDamaged();
    start = Buffer.concat([start, next.value]);
  }

  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield start;
    yield* { [Symbol.asyncIterator]: () => chunks };
  };
  return { start, whole: whole() };
};

async function* decryptAge(
  start: Uint8Array,
  whole: AsyncIterable<Uint8Array>,
  passphrase: string,
): AsyncGenerator<Uint8Array> {
  if (/^v([2-9]|[1-9]\d)/.test(Buffer.from(start.subarray(ageStart.length)).toString('latin1')))
    throw new FleetError('usage', 'this backup was written by a newer zap-fleet. Install that version.');

  // An error of the disk is told as it is; any other says that the bytes are not what was sealed.
  let failure: { readonly cause: unknown } | null = null;
  let isHeaderRead = false;
  const bounded = async function* (): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    try {
      for await (const chunk of whole) {
        bytes += chunk.length;
        if (!isHeaderRead && bytes > headerMaxBytes) throw wrongOrDamaged();
        yield chunk;
      }
    } catch (error) {
      failure = { cause: error };
      throw error;
    }
  };

  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addIdentity(passphraseIdentity(passphrase));
  try {
    const plain = await decrypter.decrypt(ReadableStream.from(bounded()));
    isHeaderRead = true;
    yield* plain;
  } catch (error) {
    throw failure === null && !(error instanceof FleetError) ? wrongOrDamaged(error, isHeaderRead) : error;
  }
}
