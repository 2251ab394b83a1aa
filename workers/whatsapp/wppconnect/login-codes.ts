import type { EventHub } from './event-hub.ts';
import type { PairingNews } from './link-state.ts';

/** Lifetimes that WhatsApp gives its codes, ms: the first QR, the further ones, a pairing code, as measured on web.whatsapp.com. */
const firstQrMs = 60_000;
const nextQrMs = 20_000;
const pairingCodeMs = 195_000;

/** The codes that a phone can link itself with: which one is valid now, which were shown. */
export const createLoginCodes = (hub: EventHub) => {
  let qr: { payload: string; expiresAt: number } | null = null;
  let attempt = 0;
  let shown: string | null = null;
  let pairingPhone: string | null = null;
  let newsHeard = 0;
  let looksWithoutNews = 0;

  return {
    /** A QR came that may still be scanned. */
    hasQr: (): boolean => qr !== null,
    isFresh: (): boolean => qr !== null && qr.expiresAt > Date.now(),
    isPairing: (): boolean => pairingPhone !== null,
    qrCame: (payload: string): void => {
      if (qr?.payload === payload) return;
      // The first code of a page lives longer than those that replace it.
      qr = { payload, expiresAt: Date.now() + (qr === null ? firstQrMs : nextQrMs) };
    },
    /** Tells of the QR, once. */
    show: (): void => {
      if (qr === null || qr.payload === shown) return;
      shown = qr.payload;
      attempt += 1;
      hub.emit({ type: 'qr', payload: qr.payload, attempt, expiresAt: qr.expiresAt });
    },
    /** What the page knows of a pairing by code; null: nothing, so a pairing that was under way is over. */
    pairingNews: (news: PairingNews | null): void => {
      if (pairingPhone === null || news?.count === newsHeard) return;
      // One look may have been on its way before the page was asked.
      looksWithoutNews = news === null ? looksWithoutNews + 1 : 0;
      if (news === null && looksWithoutNews < 3) return;
      newsHeard = news?.count ?? 0;
      if (news?.kind === 'code') {
        attempt += 1;
        hub.emit({ type: 'code', code: news.value, attempt, expiresAt: Date.now() + pairingCodeMs });
        return;
      }
      pairingPhone = null;
      if (news === null)
        hub.note('warn', 'pairing-lost', 'WhatsApp Web was loaded again while pairing: ask for a new code');
      else if (news.kind === 'expired') hub.note('warn', 'pairing-expired', 'the pairing code expired');
      else hub.note('warn', 'pairing-failed', `pairing failed: ${news.value}`);
    },
    /** Counts attempts anew, for a QR or, with a phone, for pairing codes. */
    restart: (phone: string | null): void => {
      attempt = 0;
      shown = null;
      newsHeard = 0;
      looksWithoutNews = 0;
      pairingPhone = phone;
    },
    dropQr: (): void => {
      qr = null;
    },
    /** A phone is linked: no code is valid any more. */
    linked: (): void => {
      qr = null;
      pairingPhone = null;
      attempt = 0;
    },
  };
};

export type LoginCodes = ReturnType<typeof createLoginCodes>;
