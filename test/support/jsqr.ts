import { createRequire } from 'node:module';
import type jsQR from 'jsqr';

type Read = (typeof jsQR)['default'];

// jsqr is CommonJS with a `default` of its own, which Node and the test runner unwrap differently: ask for it plainly.
const loaded = createRequire(import.meta.url)('jsqr') as { default?: Read } & Read;

/** Reads a QR from RGBA pixels; null when there is none. */
export const readQr: Read = loaded.default ?? loaded;
