import { createRequire } from 'node:module';
import { PNG } from 'pngjs';

type Reader = (pixels: Uint8ClampedArray, width: number, height: number) => { data: string } | null;
// Its types name a default export, its CommonJS build is the function itself.
const jsQr: Reader = createRequire(import.meta.url)('jsqr');

/** What a QR in a PNG says, by an independent reader; null when there is none. */
export const readQr = (png: Buffer): string | null => {
  const image = PNG.sync.read(png);
  return jsQr(new Uint8ClampedArray(image.data), image.width, image.height)?.data ?? null;
};
