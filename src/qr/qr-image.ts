import { PNG } from 'pngjs';
import { qrMatrix } from './qr-matrix.ts';

/** The standard's quiet zone, in modules. */
const zone = 4;

/** A PNG, black on white, `scale` pixels a module. */
export const qrPng = (payload: string, scale = 8): Buffer => {
  const matrix = qrMatrix(payload);
  const side = (matrix.length + 2 * zone) * scale;
  const png = new PNG({ width: side, height: side, colorType: 0 });
  png.data.fill(255);
  for (const [y, row] of matrix.entries()) {
    for (const [x, dark] of row.entries()) {
      if (!dark) continue;
      for (let dy = 0; dy < scale; dy += 1) {
        const from = (((y + zone) * scale + dy) * side + (x + zone) * scale) * 4;
        for (let offset = from; offset < from + scale * 4; offset += 4) png.data.fill(0, offset, offset + 3);
      }
    }
  }
  return PNG.sync.write(png, { colorType: 0 });
};

/** An SVG that scales; one path for all dark modules. */
export const qrSvg = (payload: string): string => {
  const matrix = qrMatrix(payload);
  const side = matrix.length + 2 * zone;
  const path = matrix
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + zone} ${y + zone}h1v1h-1z` : '')))
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>`;
};
