import { plainText } from '../../session/plain-text.ts';
import type { LeftBehind } from '../../session/records.ts';

/** What still holds what was erased, a line each. */
export const leftLines = (left: readonly LeftBehind[]): readonly string[] =>
  left.map(({ what, file, until, note }) => {
    const where = file === null ? what : `${what} ${file}`;
    const end =
      until === null ? 'remove it by hand' : `removed by itself on ${new Date(until).toISOString().slice(0, 10)}`;
    return plainText(`It may still be in: ${where}: ${note ?? end}`);
  });
