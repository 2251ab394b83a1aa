import { open } from 'node:fs/promises';

/** Searched in one go by a loop that others share: 2,000 lines or so, some 10 ms. */
const chunkBytes = 256 * 1024;
const newline = 0x0a;

/** What stands in the place of an erased line, in exactly as many bytes. */
const blank = (bytes: number): Buffer => {
  const text = '{"level":"info","text":"(erased)"}';
  return Buffer.from(
    bytes < text.length ? ' '.repeat(bytes) : `${text.slice(0, -1)}${' '.repeat(bytes - text.length)}}`,
  );
};

/**
 * Overwrites the lines of a log that `matches`, in place and in the same number of bytes: the process that writes the file, one that
 * follows it and a rotation at the same moment lose nothing. How many lines; 0 when there is no such file.
 */
export const eraseLines = async (file: string, matches: (line: string) => boolean): Promise<number> => {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'r+');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
  try {
    let erased = 0;
    let rest: Buffer = Buffer.alloc(0);
    /** Where `rest` begins in the file. */
    let at = 0;
    const look = async (line: Buffer): Promise<void> => {
      if (line.length > 0 && matches(line.toString('utf8'))) {
        const instead = blank(line.length);
        await handle.write(instead, 0, instead.length, at);
        erased += 1;
      }
    };
    for (;;) {
      const chunk = Buffer.alloc(chunkBytes);
      const { bytesRead } = await handle.read(chunk, 0, chunkBytes, at + rest.length);
      rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline)) {
        await look(rest.subarray(0, end));
        at += end + 1;
        rest = rest.subarray(end + 1);
      }
      if (bytesRead === 0) {
        await look(rest);
        break;
      }
    }
    if (erased > 0) await handle.datasync();
    return erased;
  } finally {
    await handle.close();
  }
};
