import { damaged } from './wrong-or-damaged.ts';

/**
 * Watches where a tar ends: two empty blocks. The reader of entries passes over whatever follows them, so what follows is looked at here;
 * nothing but zeros, which fill the last record, may.
 */
export const createTarEnd = () => {
  const blockBytes = 512;
  const header = Buffer.alloc(blockBytes);
  let filled = 0;
  let body = 0;
  let emptyBlocks = 0;
  let isOver = false;

  const readHeader = (): void => {
    filled = 0;
    if (header.every((byte) => byte === 0)) {
      emptyBlocks += 1;
      isOver = emptyBlocks >= 2;
      return;
    }
    emptyBlocks = 0;
    body = Math.ceil(sizeIn(header) / blockBytes) * blockBytes;
  };

  return (chunk: Buffer): void => {
    let at = 0;
    while (at < chunk.length) {
      if (isOver) {
        if (chunk.subarray(at).some((byte) => byte !== 0)) throw damaged('something follows its end');
        return;
      }
      if (body > 0) {
        const passed = Math.min(body, chunk.length - at);
        body -= passed;
        at += passed;
        continue;
      }
      const copied = chunk.copy(header, filled, at, Math.min(chunk.length, at + blockBytes - filled));
      filled += copied;
      at += copied;
      if (filled === blockBytes) readHeader();
    }
  };
};

const sizeAt = 124;
const sizeEnd = 136;
/** Octal digits, or from its first bit on a number of 11 bytes. Whatever is neither is for the reader of entries to refuse. */
const sizeIn = (header: Buffer): number => {
  const field = header.subarray(sizeAt, sizeEnd);
  if (field[0] === 0x80) return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
  const size = Number.parseInt(
    field
      .toString('latin1')
      .replace(/[\0 ]+$/, '')
      .trim(),
    8,
  );
  return Number.isNaN(size) ? 0 : size;
};
