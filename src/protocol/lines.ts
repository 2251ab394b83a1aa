/** Cuts a stream of bytes into lines of UTF-8; a line above the limit is said, not stored. */
export interface LineSplitter {
  /** Complete lines that `chunk` finished. Throws `RangeError` once a line grows above the limit. */
  push(chunk: Uint8Array): readonly string[];
}

const newline = 0x0a;

export const createLineSplitter = (maxBytes: number): LineSplitter => {
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let length = 0;

  const keep = (part: Uint8Array): void => {
    length += part.length;
    if (length > maxBytes) throw new RangeError(`a line is longer than ${maxBytes} bytes`);
    parts.push(part);
  };
  const take = (): string => {
    let text = '';
    for (const part of parts) text += decoder.decode(part, { stream: true });
    text += decoder.decode();
    parts = [];
    length = 0;
    return text;
  };

  return {
    push: (chunk) => {
      const lines: string[] = [];
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(newline, start);
        if (end < 0) break;
        keep(chunk.subarray(start, end));
        lines.push(take());
        start = end + 1;
      }
      if (start < chunk.length) keep(Uint8Array.from(chunk.subarray(start)));
      return lines;
    },
  };
};
