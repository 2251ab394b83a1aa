import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FleetError, messageOf } from '../session/fleet-error.ts';

/**
 * Reads a rotated log from where the last read ended. The cursor names the file by inode and by a hash of its beginning (an inode is
 * given to the next new file as soon as a rotated one is removed) and the byte after the last line that was handed out.
 */
export interface LogRead {
  /** Raw JSON lines, oldest first. */
  readonly lines: readonly string[];
  readonly cursor: string;
  /** The files the cursor stood in were rotated away before they were read to the end: lines are missing. */
  readonly gap: boolean;
}

const defaultLines = 200;
/** Lines handed out at once when following. */
const maxLines = 5000;
const chunkBytes = 64 * 1024;
/** Of the beginning of a file; its first line holds a time in ms, so that two files hardly share it. */
const headBytes = 200;

interface Part {
  readonly handle: FileHandle;
  readonly inode: bigint;
  readonly head: string;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly writtenAt: bigint;
  /** Of the name it was found under: 0 is the one that is written now. */
  readonly number: number;
}

interface Position {
  readonly inode: bigint;
  readonly head: string;
  readonly offset: number;
}

const writeCursor = (position: Position): string => `${position.inode}:${position.offset}:${position.head}`;

const readCursor = (cursor: string): Position => {
  const match = /^(\d{1,20}):(\d{1,15}):([0-9a-f]{0,16})$/.exec(cursor);
  if (match === null) throw new FleetError('usage', 'this log cursor is not one of ours. Read again without a cursor.');
  return { inode: BigInt(match[1] ?? 0), offset: Number(match[2]), head: match[3] ?? '' };
};

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Hash of the first `headBytes`, or of the first line when it is shorter; empty while there is no whole line. */
const readHead = async (handle: FileHandle): Promise<string> => {
  const buffer = Buffer.alloc(headBytes);
  const { bytesRead } = await handle.read(buffer, 0, headBytes, 0);
  const lineEnd = buffer.subarray(0, bytesRead).indexOf(0x0a);
  if (lineEnd === -1 && bytesRead < headBytes) return '';
  const head = buffer.subarray(0, lineEnd === -1 ? headBytes : lineEnd);
  return createHash('sha256').update(head).digest('hex').slice(0, 16);
};

const openPart = async (path: string, number: number): Promise<Part | null> => {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw new FleetError('failed', `cannot read ${path}: ${messageOf(error)}. Mend its permissions.`, { cause: error });
  }
  const { ino, size, mtimeNs } = await handle.stat({ bigint: true });
  return { handle, inode: ino, head: await readHead(handle), size: Number(size), writtenAt: mtimeNs, number };
};

const highestNumber = async (file: string): Promise<number> => {
  const prefix = `${basename(file)}.`;
  try {
    const names = await readdir(dirname(file));
    const numbers = names.filter((name) => name.startsWith(prefix)).map((name) => Number(name.slice(prefix.length)));
    return Math.max(0, ...numbers.filter(Number.isInteger));
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
};

/**
 * Parts newest first, as they were found one after the other. A rotation meanwhile shows one twice (same inode), but hides none; a second
 * one puts a part that is newer than the first found behind it.
 */
const openPartsOnce = async (file: string): Promise<Part[]> => {
  const parts: Part[] = [];
  // One more than is there: a rotation may move the last while we look.
  const last = (await highestNumber(file)) + 1;
  for (let number = 0; number <= last; number += 1) {
    const part = await openPart(number === 0 ? file : join(dirname(file), `${basename(file)}.${number}`), number);
    if (part === null) continue;
    if (parts.some((known) => known.inode === part.inode)) await part.handle.close();
    else parts.push(part);
  }
  return parts;
};

const closeParts = async (parts: readonly Part[]): Promise<void> => {
  for (const part of parts) await part.handle.close();
};

/** Whether the file that is written now is still the one that was found first: then their order is true. */
const isStillNewest = async (file: string, [newestFound]: readonly Part[]): Promise<boolean> => {
  try {
    return (await stat(file, { bigint: true })).ino === newestFound?.inode;
  } catch (error) {
    // Between two names, or there is none that is written now.
    if (isMissing(error)) return newestFound?.number !== 0;
    throw error;
  }
};

/** A writer that rotates faster than we look is no log of ours: then what was found is taken in the order of its last write. */
const looksForOrder = 20;

/** All parts that are there, newest first. */
const openParts = async (file: string): Promise<readonly Part[]> => {
  for (let looks = 1; ; looks += 1) {
    const parts = await openPartsOnce(file);
    if (await isStillNewest(file, parts)) return parts;
    if (looks === looksForOrder) return parts.toSorted((a, b) => Number(b.writtenAt - a.writtenAt));
    await closeParts(parts);
  }
};

/** Lines from `offset` on, up to `limit`; a last line without its end counts only in a file that is `final`. */
const readForward = async (part: Part, offset: number, limit: number, final: boolean) => {
  const lines: string[] = [];
  let position = offset;
  let rest = Buffer.alloc(0);
  let at = offset;
  while (lines.length < limit) {
    const buffer = Buffer.alloc(chunkBytes);
    const { bytesRead } = await part.handle.read(buffer, 0, chunkBytes, at);
    if (bytesRead === 0) {
      if (final && rest.length > 0) {
        lines.push(rest.toString('utf8'));
        position += rest.length;
      }
      return { lines, offset: position, ended: true };
    }
    at += bytesRead;
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let from = 0;
    for (;;) {
      const end = rest.indexOf(0x0a, from);
      if (end === -1 || lines.length >= limit) break;
      if (end > from) lines.push(rest.toString('utf8', from, end));
      position += end + 1 - from;
      from = end + 1;
    }
    rest = rest.subarray(from);
  }
  return { lines, offset: position, ended: false };
};

/** The last `limit` whole lines of a part, and where they end. */
const readTail = async (part: Part, limit: number): Promise<{ lines: string[]; end: number }> => {
  let start = part.size;
  let tail = Buffer.alloc(0);
  let newlines = 0;
  while (start > 0 && newlines <= limit) {
    const length = Math.min(chunkBytes, start);
    start -= length;
    const buffer = Buffer.alloc(length);
    await part.handle.read(buffer, 0, length, start);
    for (const byte of buffer) if (byte === 0x0a) newlines += 1;
    tail = Buffer.concat([buffer, tail]);
  }
  const lastEnd = tail.lastIndexOf(0x0a);
  const whole = tail.subarray(0, lastEnd + 1);
  const lines = whole.toString('utf8').split('\n').slice(0, -1);
  if (start > 0) lines.shift();
  const wanted = lines.filter((line) => line !== '');
  return { lines: limit === 0 ? [] : wanted.slice(-limit), end: start + lastEnd + 1 };
};

const newest = async (parts: readonly Part[], limit: number): Promise<LogRead> => {
  const [current] = parts;
  if (current === undefined) return { lines: [], cursor: writeCursor({ inode: 0n, head: '', offset: 0 }), gap: false };
  const lines: string[] = [];
  let offset = 0;
  for (const [index, part] of parts.entries()) {
    if (index > 0 && lines.length >= limit) break;
    const tail = await readTail(part, limit - lines.length);
    lines.unshift(...tail.lines);
    if (index === 0) offset = tail.end;
  }
  // The head may have been empty when the part was opened and whole now: ask again, so that the cursor names it.
  const head = await readHead(current.handle);
  return { lines, cursor: writeCursor({ inode: current.inode, head, offset }), gap: false };
};

const following = async (parts: readonly Part[], from: Position, limit: number): Promise<LogRead> => {
  const found = parts.findIndex(
    (part) => part.inode === from.inode && (from.head === '' ? from.offset === 0 : part.head === from.head),
  );
  const gap = found === -1 && from.inode !== 0n;
  const lines: string[] = [];
  let cursor = writeCursor(from);
  for (let index = found === -1 ? parts.length - 1 : found; index >= 0; index -= 1) {
    const part = parts[index];
    if (part === undefined) break;
    const read = await readForward(part, index === found ? from.offset : 0, limit - lines.length, index > 0);
    lines.push(...read.lines);
    cursor = writeCursor({ inode: part.inode, head: await readHead(part.handle), offset: read.offset });
    if (!read.ended) break;
  }
  return { lines, cursor, gap };
};

/**
 * The last `lines` lines (default 200) without a cursor; with one, what was written since, at most `lines` (default and most 5000),
 * across any number of rotations, no line lost or handed out twice. A log that does not exist yet is empty. Throws `usage`, `failed`.
 */
export const readLog = async (options: {
  readonly file: string;
  readonly lines?: number | undefined;
  readonly cursor?: string | undefined;
}): Promise<LogRead> => {
  const from = options.cursor === undefined ? null : readCursor(options.cursor);
  const parts = await openParts(options.file);
  try {
    if (from === null) return await newest(parts, Math.min(options.lines ?? defaultLines, maxLines));
    return await following(parts, from, Math.min(options.lines ?? maxLines, maxLines));
  } finally {
    await closeParts(parts);
  }
};
