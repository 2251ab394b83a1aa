import type { EpochMs } from '../../src/session/units.ts';
import type { WhatsAppEvent } from '../whatsapp/whatsapp-client.ts';
import type { Body } from './worker-identity.ts';

export type CodeBody = Body<'zap:qr'>;

/** QR codes shown until the browser is closed to save memory: 280 s, at 60 s for the first and 20 s for each further one. */
const maxQrs = 12;
/** WhatsApp Web renews a pairing code this often, each good for 3.25 min. */
const maxPairingCodes = 5;

export const noCode: CodeBody = { kind: 'none', payload: '', attempt: 0, maxAttempts: 0, expiresAt: 0 };

/** The code that a person should use now. A secret: it goes to the master and nowhere else. */
export const codeOf = (event: Extract<WhatsAppEvent, { type: 'qr' | 'code' }>): CodeBody =>
  event.type === 'qr'
    ? {
        kind: 'qr',
        payload: event.payload,
        attempt: event.attempt,
        maxAttempts: maxQrs,
        expiresAt: event.expiresAt,
      }
    : {
        kind: 'code',
        payload: event.code,
        attempt: event.attempt,
        maxAttempts: maxPairingCodes,
        expiresAt: event.expiresAt,
      };

/** Whether nobody came: then the browser is closed. */
export const isSpent = (code: CodeBody): boolean => code.kind !== 'none' && code.attempt > code.maxAttempts;

/** When the last code that is shown runs out; null while more follow. */
export const idleAt = (code: CodeBody): EpochMs | null =>
  code.kind !== 'none' && code.attempt === code.maxAttempts ? code.expiresAt : null;
