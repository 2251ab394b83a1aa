/** The characters of a text file, whatever it was saved with. Pure. */

/** A few pages; the AI is given a part of it at most. */
const longest = 20_000;

const decoded = (bytes: Uint8Array): string => {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // What Brazilian spreadsheets and editors save besides UTF-8.
    return new TextDecoder('windows-1252').decode(bytes);
  }
};

/** Null: these bytes are no text, or there is none in them. */
export const fileText = (bytes: Uint8Array): string | null => {
  const text = decoded(bytes);
  if (text.includes('\0') || text.trim() === '') return null;
  return text.slice(0, longest).trim();
};
