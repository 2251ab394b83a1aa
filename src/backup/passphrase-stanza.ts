import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Identity, Recipient } from 'age-encryption';
import { asksTooMuch, mostLog2N } from './wrong-or-damaged.ts';

/**
 * The scrypt stanza of age (c2sp.org/age, "scrypt recipient stanza") by Node's own scrypt, in a thread. The library's runs in JavaScript on
 * the main thread: 1.2 s at this cost, twice a backup, in which a master would answer nobody.
 */
const label = Buffer.from('age-encryption.org/v1/scrypt');
const saltBytes = 16;
const tagBytes = 16;
/** 2^16 with r 8: 64 MiB and about 0.2 s for each guess. */
export const usualLog2N = 16;
const fileKeyBytes = 16;
/** Each key wraps one text only, so age fixes the nonce. */
const nonce = Buffer.alloc(12);

const scryptAsync = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);
const keyOf = (passphrase: string, salt: Uint8Array, cost: number): Promise<Buffer> => {
  const N = 2 ** cost;
  return scryptAsync(passphrase.normalize('NFC'), Buffer.concat([label, salt]), 32, {
    N,
    r: 8,
    p: 1,
    maxmem: 2048 * N,
  });
};

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

export const passphraseRecipient = (passphrase: string, log2N: number, makeStanza: StanzaMaker): Recipient => ({
  wrapFileKey: async (fileKey) => {
    const salt = randomBytes(saltBytes);
    const key = await keyOf(passphrase, salt, log2N);

    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagBytes });
    const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
    return [makeStanza(['scrypt', base64(salt), String(log2N)], body)];
  },
});
/** `new Stanza(…)` of the library, which is loaded only when an archive is encrypted. */
type StanzaMaker = (args: string[], body: Uint8Array) => Awaited<ReturnType<Recipient['wrapFileKey']>>[number];

/** Gives null for whatever it does not open: another passphrase, other recipients. Throws `usage` for a cost beyond 256 MiB. */
export const passphraseIdentity = (passphrase: string): Identity => ({
  unwrapFileKey: async (stanzas) => {
    // A passphrase stands alone, or whoever knows it could not tell who else reads along.
    const [stanza, ...others] = stanzas;
    const [kind, saltText = '', costText = '', ...more] = stanza?.args ?? [];
    if (stanza === undefined || others.length > 0 || kind !== 'scrypt' || more.length > 0) return null;

    const salt = Buffer.from(saltText, 'base64');
    if (salt.length !== saltBytes || base64(salt) !== saltText || !/^[1-9]\d*$/.test(costText)) return null;
    const cost = Number(costText);
    if (cost > mostLog2N) throw asksTooMuch(`2^${costText.slice(0, 9)}`);
    if (stanza.body.length !== fileKeyBytes + tagBytes) return null;

    const key = await keyOf(passphrase, salt, cost);
    const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagBytes });
    decipher.setAuthTag(stanza.body.subarray(fileKeyBytes));
    const fileKey = decipher.update(stanza.body.subarray(0, fileKeyBytes));
    try {
      decipher.final();
    } catch {
      // Another passphrase; the library asks the next identity and then says that none matched.
      return null;
    }
    return fileKey;
  },
});
