/** Reads Linux's `/proc/PID/stat` from its bytes: no text is made of a line that is read four hundred times a second. */

export interface ProcStat {
  readonly pid: number;
  readonly ppid: number;
  /** One letter: R, S, D, Z (zombie), X (dead), … */
  readonly state: string;
  /** User and system time of all threads, clock ticks. */
  readonly cpuTicks: number;
  /** Ticks after boot: together with the pid it names one process for good. */
  readonly startTicks: number;
  readonly rssPages: number;
  readonly name: string;
}

const closingParenthesis = 0x29;
const openingParenthesis = 0x28;
const blank = 0x20;
/** A name has at most 15 bytes, a kernel thread's 64; it may hold parentheses, what follows it has none. */
const longestName = 80;

const numberAt = (bytes: Uint8Array, from: number, length: number): number => {
  let value = 0;
  for (let i = from; i < length; i++) {
    const digit = (bytes[i] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
};

/** A process names itself: anything but printable ASCII becomes `?`. */
const nameFrom = (bytes: Uint8Array, from: number, to: number): string => {
  let name = '';
  for (let i = from; i < to; i++) {
    const code = bytes[i] ?? 0;
    name += code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '?';
  }
  return name;
};

/** Parses the first `length` bytes of a stat line; null when it is not one. `knownName` saves making the name anew. */
export const parseProcStat = (bytes: Uint8Array, length: number, knownName?: string): ProcStat | null => {
  let open = 1;
  while (open < length && bytes[open] !== openingParenthesis) open++;
  let close = Math.min(length, open + longestName) - 1;
  while (close > open && bytes[close] !== closingParenthesis) close--;
  if (close <= open || close + 2 >= length) return null;
  // proc(5): field 3 begins after ") "; wanted are 3 state, 4 ppid, 14 utime, 15 stime, 22 starttime, 24 rss.
  let field = 3;
  let ppid = 0;
  let cpuTicks = 0;
  let startTicks = 0;
  for (let i = close + 2; i < length; i++) {
    if (bytes[i] !== blank) continue;
    field++;
    if (field === 4) ppid = numberAt(bytes, i + 1, length);
    else if (field === 14 || field === 15) cpuTicks += numberAt(bytes, i + 1, length);
    else if (field === 22) startTicks = numberAt(bytes, i + 1, length);
    else if (field === 24) {
      return {
        pid: numberAt(bytes, 0, open),
        ppid,
        state: String.fromCharCode(bytes[close + 2] ?? blank),
        cpuTicks,
        startTicks,
        rssPages: numberAt(bytes, i + 1, length),
        name: knownName ?? nameFrom(bytes, open + 1, close),
      };
    }
  }
  return null;
};

export interface KernelUnits {
  readonly pageBytes: number;
  readonly ticksPerSecond: number;
}

const auxPageSize = 6n;
const auxClockTicks = 17n;

/** Page size and clock ticks from the bytes of `/proc/self/auxv` (64-bit pairs, getauxval(3)); 4096 and 100 where they are missing. */
export const kernelUnits = (auxv: Uint8Array | null): KernelUnits => {
  let pageBytes = 4096;
  let ticksPerSecond = 100;
  if (auxv !== null) {
    const view = new DataView(auxv.buffer, auxv.byteOffset, auxv.byteLength);
    for (let at = 0; at + 16 <= auxv.byteLength; at += 16) {
      const key = view.getBigUint64(at, true);
      const value = Number(view.getBigUint64(at + 8, true));
      if (key === auxPageSize && value > 0) pageBytes = value;
      else if (key === auxClockTicks && value > 0) ticksPerSecond = value;
    }
  }
  return { pageBytes, ticksPerSecond };
};
