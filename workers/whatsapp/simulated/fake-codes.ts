import { Buffer } from 'node:buffer';
import type { SeededRandom } from './seeded-random.ts';

/**
 * A QR payload of the real form, `ref,staticPub,identityPub,advSecret`: 233 bytes, so that it makes a code of the
 * real size on the screen. Worthless: the keys are random.
 */
export const fakeQrPayload = (random: SeededRandom): string => {
  const base64 = (bytes: number): string => Buffer.from(random.bytes(bytes)).toString('base64');
  return [`2@${base64(72)}`, base64(32), base64(32), base64(32)].join(',');
};

/** Eight letters and digits, without those that are easily mistaken. */
export const fakePairingCode = (random: SeededRandom): string =>
  Array.from(random.bytes(8), (byte) => '123456789ABCDEFGHJKLMNPQRSTVWXYZ'[byte % 32]).join('');
