import { type QrSize, type QuietZone, qrSize } from '../paint/qr-paint.ts';
import type { View } from './view.ts';

/** How a QR fits into the window (61 x 31 characters for WhatsApp's 57 modules, a row less with the tight zone; both read by three readers). */
export type QrTier =
  /** Header, steps at the left, QR at the right, footers. */
  | { readonly kind: 'beside'; readonly size: QrSize; readonly zone: QuietZone }
  /** No header or footer: QR over all rows at the right, the least words left of it. */
  | { readonly kind: 'tall'; readonly size: QrSize; readonly zone: QuietZone }
  | { readonly kind: 'alone'; readonly size: QrSize; readonly zone: QuietZone }
  /** It does not fit: other ways in words. */
  | { readonly kind: 'none'; readonly size: QrSize };

/** Columns for the words left of the code. */
const wordsBeside = 57;
export const wordsTall = 31;

export const qrTier = (view: View, modules: number, alone: boolean): QrTier => {
  const full = qrSize(modules, 'full', view.theme);
  const tight = qrSize(modules, 'tight', view.theme);
  const fits = (size: QrSize, columns: number, rows: number) =>
    view.columns >= size.columns + columns && view.rows >= size.rows + rows;
  if (!alone) {
    if (fits(full, wordsBeside + 2, 4)) return { kind: 'beside', size: full, zone: 'full' };
    if (fits(full, wordsTall, 0)) return { kind: 'tall', size: full, zone: 'full' };
    if (fits(tight, wordsTall, 0)) return { kind: 'tall', size: tight, zone: 'tight' };
  }
  if (fits(full, 0, 0)) return { kind: 'alone', size: full, zone: 'full' };
  if (fits(tight, 0, 0)) return { kind: 'alone', size: tight, zone: 'tight' };
  return { kind: 'none', size: tight };
};
