/**
 * Vectors as they are kept: the direction of each, a byte a number, because one that stands for a passage needs no more (bench/knowledge.ts
 * measures it) and 8,000 of them are 4 MB to read for one question. Pure.
 */

export interface SmallVector {
  readonly bytes: Int8Array;
  /** One by the length of `bytes` as a vector; 0: it has no direction, and is near to nothing. */
  readonly inverse: number;
}

const mostByte = 127;
/** Shorter than this is no direction. */
const leastNumber = 1e-30;
const bytesOfInverse = 4;

/** `values` are finite. */
export const smallVector = (values: ArrayLike<number>): SmallVector => {
  const bytes = new Int8Array(values.length);
  let most = 0;
  for (let at = 0; at < values.length; at += 1) most = Math.max(most, Math.abs(values[at] as number));
  if (most < leastNumber) return { bytes, inverse: 0 };

  let squares = 0;
  for (let at = 0; at < values.length; at += 1) {
    const byte = Math.round(((values[at] as number) / most) * mostByte);
    bytes[at] = byte;
    squares += byte * byte;
  }
  return { bytes, inverse: 1 / Math.sqrt(squares) };
};

/** All of one length, one after the other: their inverses as 32-bit numbers, then their bytes. */
export const packVectors = (vectors: readonly SmallVector[]): Uint8Array => {
  const dimensions = vectors[0]?.bytes.length ?? 0;
  const packed = new Uint8Array(vectors.length * (bytesOfInverse + dimensions));
  const inverses = new DataView(packed.buffer);
  for (const [row, { bytes, inverse }] of vectors.entries()) {
    inverses.setFloat32(row * bytesOfInverse, inverse, true);
    packed.set(
      new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length),
      vectors.length * bytesOfInverse + row * dimensions,
    );
  }
  return packed;
};

/** How many vectors of `dimensions` numbers lie in so many bytes; null: none end there. */
export const packedCount = (length: number, dimensions: number): number | null => {
  const count = length / (bytesOfInverse + dimensions);
  return dimensions > 0 && Number.isInteger(count) ? count : null;
};

/** Looks into the packed bytes; they are not copied. */
export const unpackVectors = (packed: Uint8Array, count: number, dimensions: number): readonly SmallVector[] => {
  const inverses = new DataView(packed.buffer, packed.byteOffset, count * bytesOfInverse);
  return Array.from({ length: count }, (_, row) => ({
    bytes: new Int8Array(packed.buffer, packed.byteOffset + count * bytesOfInverse + row * dimensions, dimensions),
    inverse: inverses.getFloat32(row * bytesOfInverse, true),
  }));
};

/** Of two vectors, as they lie. A function by itself, called with one shape of arguments: it is compiled within the first question. */
const dotAt = (rows: Int8Array, from: number, asked: Int8Array): number => {
  const dimensions = asked.length;
  const inFours = dimensions - (dimensions % 4);
  let [one, two, three, four] = [0, 0, 0, 0];
  for (let at = 0; at < inFours; at += 4) {
    one = (one + Math.imul(rows[from + at] as number, asked[at] as number)) | 0;
    two = (two + Math.imul(rows[from + at + 1] as number, asked[at + 1] as number)) | 0;
    three = (three + Math.imul(rows[from + at + 2] as number, asked[at + 2] as number)) | 0;
    four = (four + Math.imul(rows[from + at + 3] as number, asked[at + 3] as number)) | 0;
  }
  for (let at = inFours; at < dimensions; at += 1) one += (rows[from + at] as number) * (asked[at] as number);
  return one + two + three + four;
};

/** How near each packed vector is to `question`, from -1 to 1, written into `into`. Of 8,000 it takes a few milliseconds: no object for each. */
export const writeCosines = (packed: Uint8Array, count: number, question: SmallVector, into: Float64Array): void => {
  const asked = question.bytes;
  const dimensions = asked.length;
  const inverses = new DataView(packed.buffer, packed.byteOffset, count * bytesOfInverse);
  const rows = new Int8Array(packed.buffer, packed.byteOffset + count * bytesOfInverse, count * dimensions);
  for (let row = 0; row < count; row += 1)
    into[row] =
      dotAt(rows, row * dimensions, asked) * inverses.getFloat32(row * bytesOfInverse, true) * question.inverse;
};

/**
 * Gives the memory of bytes back that were read from the store and are not needed any more; they are empty afterwards. Left to the collector,
 * which does not see what they hold, 2 MB a question lie there until it collects everything, some 60 MB and ten questions later.
 */
export const letGo = ({ buffer, byteLength }: Uint8Array): void => {
  // Only what is theirs alone.
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
};

/** The same for one of them. */
export const cosineAt = (packed: Uint8Array, count: number, row: number, question: SmallVector): number => {
  const dimensions = question.bytes.length;
  const inverse = new DataView(packed.buffer, packed.byteOffset).getFloat32(row * bytesOfInverse, true);
  const start = packed.byteOffset + count * bytesOfInverse + row * dimensions;
  const bytes = new Int8Array(packed.buffer, start, dimensions);
  return bytes.reduce((sum, byte, at) => sum + byte * (question.bytes[at] as number), 0) * inverse * question.inverse;
};
