import { encode } from 'uqr';

/** Modules of a QR, row by row, true is dark; without a quiet zone. Square. */
export type QrMatrix = readonly (readonly boolean[])[];

/** Encodes a text as the smallest QR at level L. Who paints it adds the quiet zone and the colours. */
export const qrMatrix = (payload: string): QrMatrix => encode(payload, { ecc: 'L', border: 0 }).data;
