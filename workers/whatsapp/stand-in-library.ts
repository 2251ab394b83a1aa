/**
 * A shared library (ELF, x86-64, System V ABI) whose functions do nothing but return a number: what the dynamic linker wants to find of
 * a library that is never needed in earnest. Made here because the npm registry brings none and a binary is not committed.
 */
export interface StandIn {
  /** The name that other libraries ask for, e.g. `libsqlite3.so.0`. */
  readonly soname: string;
  /** What each function returns (32 bits; 0 is also the null pointer). */
  readonly functions: Readonly<Record<string, number>>;
  /** Variables of eight bytes, all zero. */
  readonly variables: readonly string[];
}

const page = 0x1000;
const headerBytes = 64;
const segmentBytes = 56;
const symbolBytes = 24;
const stubBytes = 8;

const alignTo = (offset: number, size: number): number => Math.ceil(offset / size) * size;

/** Names, each ended by a zero byte, and where each begins. */
const stringTable = (
  names: readonly string[],
): { readonly bytes: Buffer; readonly at: ReadonlyMap<string, number> } => {
  const at = new Map<string, number>();
  let text = '\0';
  for (const name of names) {
    at.set(name, text.length);
    text += `${name}\0`;
  }
  return { bytes: Buffer.from(text, 'latin1'), at };
};

const words = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) buffer.writeUInt32LE(value, index * 4);
  return buffer;
};

const longs = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) buffer.writeBigUInt64LE(BigInt(value), index * 8);
  return buffer;
};

const segment = (type: number, flags: number, offset: number, size: number, align: number): Buffer =>
  Buffer.concat([words(type, flags), longs(offset, offset, offset, size, size, align)]);

/** Where each piece of the file lies; addresses are offsets in the file. */
interface Layout {
  readonly symbolCount: number;
  readonly hashAt: number;
  readonly symbolsAt: number;
  readonly stringsAt: number;
  readonly codeAt: number;
  readonly codeEnd: number;
  readonly dynamicAt: number;
  readonly variablesAt: number;
  readonly end: number;
}

const dynamicEntries = 7;

const layOut = (functions: number, variables: number, stringBytes: number): Layout => {
  const symbolCount = 1 + functions + variables;
  const hashAt = headerBytes + 4 * segmentBytes;
  const symbolsAt = alignTo(hashAt + (2 + 1 + symbolCount) * 4, 8);
  const stringsAt = symbolsAt + symbolCount * symbolBytes;
  const codeAt = alignTo(stringsAt + stringBytes, 16);
  const codeEnd = codeAt + functions * stubBytes;
  const dynamicAt = alignTo(codeEnd, page);
  const variablesAt = dynamicAt + dynamicEntries * 16;
  const end = variablesAt + variables * 8;
  return { symbolCount, hashAt, symbolsAt, stringsAt, codeAt, codeEnd, dynamicAt, variablesAt, end };
};

/** 64 bits, little-endian, version 1; then: shared object, x86-64, version, no entry, segments behind the header, no sections. */
const fileHeader = (): Buffer => {
  const header = Buffer.alloc(headerBytes);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(header);
  header.writeUInt16LE(3, 16);
  header.writeUInt16LE(62, 18);
  words(1).copy(header, 20);
  longs(0, headerBytes, 0).copy(header, 24);
  for (const [index, value] of [headerBytes, segmentBytes, 4, headerBytes, 0, 0].entries())
    header.writeUInt16LE(value, 52 + index * 2);
  return header;
};

const segmentTable = ({ codeEnd, dynamicAt, variablesAt, end }: Layout): Buffer => {
  const [PT_LOAD, PT_DYNAMIC, PT_GNU_STACK] = [1, 2, 0x6474e551];
  const [canExecute, canWrite, canRead] = [1, 2, 4];
  return Buffer.concat([
    segment(PT_LOAD, canRead | canExecute, 0, codeEnd, page),
    segment(PT_LOAD, canRead | canWrite, dynamicAt, end - dynamicAt, page),
    segment(PT_DYNAMIC, canRead | canWrite, dynamicAt, variablesAt - dynamicAt, 8),
    // Without it the linker makes every stack of the process executable.
    segment(PT_GNU_STACK, canRead | canWrite, 0, 0, 16),
  ]);
};

/** One bucket: a list of all symbols, each pointing at the next. */
const hashTable = (symbolCount: number): Buffer => {
  const chain = Array.from({ length: symbolCount }, (_, index) =>
    index === 0 || index === symbolCount - 1 ? 0 : index + 1,
  );
  return words(1, symbolCount, symbolCount > 1 ? 1 : 0, ...chain);
};

const symbol = (nameAt: number, kind: number, section: number, address: number, size: number): Buffer => {
  const entry = Buffer.alloc(symbolBytes);
  entry.writeUInt32LE(nameAt, 0);
  entry.writeUInt8(kind, 4);
  // Any number but 0 (undefined) will do: there are no sections.
  entry.writeUInt16LE(section, 6);
  longs(address, size).copy(entry, 8);
  return entry;
};

/** mov eax, value; ret */
const stub = (value: number): Buffer => {
  const code = Buffer.alloc(stubBytes);
  code.writeUInt8(0xb8, 0);
  code.writeInt32LE(value, 1);
  code.writeUInt8(0xc3, 5);
  return code;
};

/** The file's bytes: a read-only and executable part, and from the next page on a writable one. Addresses are offsets in the file. */
export const standInLibrary = ({ soname, functions, variables }: StandIn): Buffer => {
  const calls = Object.entries(functions);
  const strings = stringTable([soname, ...calls.map(([name]) => name), ...variables]);
  const nameAt = (name: string): number => strings.at.get(name) ?? 0;
  const layout = layOut(calls.length, variables.length, strings.bytes.length);
  const { hashAt, symbolsAt, stringsAt, codeAt, dynamicAt, variablesAt } = layout;

  const [DT_NULL, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT, DT_SONAME] = [0, 4, 5, 6, 10, 11, 14];
  const dynamic = longs(
    ...[DT_SONAME, nameAt(soname)],
    ...[DT_HASH, hashAt],
    ...[DT_STRTAB, stringsAt],
    ...[DT_SYMTAB, symbolsAt],
    ...[DT_STRSZ, strings.bytes.length],
    ...[DT_SYMENT, symbolBytes],
    ...[DT_NULL, 0],
  );
  const [globalFunction, globalObject] = [0x12, 0x11];
  const symbols = Buffer.concat([
    Buffer.alloc(symbolBytes),
    ...calls.map(([name], index) => symbol(nameAt(name), globalFunction, 1, codeAt + index * stubBytes, stubBytes)),
    ...variables.map((name, index) => symbol(nameAt(name), globalObject, 2, variablesAt + index * 8, 8)),
  ]);

  const file = Buffer.alloc(layout.end);
  fileHeader().copy(file);
  segmentTable(layout).copy(file, headerBytes);
  hashTable(layout.symbolCount).copy(file, hashAt);
  symbols.copy(file, symbolsAt);
  strings.bytes.copy(file, stringsAt);
  for (const [index, [, value]] of calls.entries()) stub(value).copy(file, codeAt + index * stubBytes);
  dynamic.copy(file, dynamicAt);
  return file;
};
