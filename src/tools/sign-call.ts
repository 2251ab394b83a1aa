import { createHmac, randomBytes } from 'node:crypto';
import type { Bytes, EpochMs } from '../session/units.ts';

/** The signature of a call, as the specification "Standard Webhooks" has it, which has libraries in every language. */

const prefix = 'whsec_';

/** A new secret: 32 random bytes. */
export const newToolSecret = (): string => `${prefix}${randomBytes(32).toString('base64')}`;

/** The key of the HMAC: what follows `whsec_` is base64, anything else the text itself. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret, 'utf8');

const leastKey: Bytes = 16;

/** What is wrong with a secret, as one sentence; null: nothing. A key of nothing would be signed with, and forged, by everybody. */
export const secretProblem = (secret: string): string | null =>
  keyOf(secret).length >= leastKey
    ? null
    : `the secret signs with fewer than ${leastKey} bytes: what follows whsec_ must be base64 of at least as many.`;

/** Headers that prove who called, when, and under which key. HMAC-SHA256 over `key.seconds.body`. */
export const signedHeaders = (
  secret: string,
  call: { readonly key: string; readonly at: EpochMs; readonly body: string },
): Readonly<Record<string, string>> => {
  const seconds = String(Math.floor(call.at / 1000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${call.key}.${seconds}.${call.body}`).digest('base64');
  return {
    'idempotency-key': call.key,
    'webhook-id': call.key,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${signature}`,
  };
};
