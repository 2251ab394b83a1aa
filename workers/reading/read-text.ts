import { type Block, cleanText, headingOf, refused } from './blocks.ts';

/** Text files, whatever they were saved with, and their paragraphs. */

const looksBinary = (bytes: Uint8Array): boolean => {
  const head = bytes.subarray(0, 65_536);
  const strange = head.reduce((sum, byte) => sum + (byte < 9 || (byte > 13 && byte < 32 && byte !== 27) ? 1 : 0), 0);
  return strange > head.length / 200;
};

/** UTF-16 without a mark: every other byte of Latin letters is zero. */
const utf16Without = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null => {
  const head = bytes.subarray(0, 4096);
  if (head.length < 4) return null;
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > head.length / 4 && even === 0) return 'utf-16le';
  if (even > head.length / 4 && odd === 0) return 'utf-16be';
  return null;
};

/** Files that call themselves text and are something else. */
const signatures: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive or an Office document'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Office document'],
  [[0x89, 0x50, 0x4e, 0x47], 'a picture'],
  [[0xff, 0xd8, 0xff], 'a picture'],
  [[0x47, 0x49, 0x46, 0x38], 'a picture'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program'],
  [[0x4d, 0x5a, 0x90], 'a program'],
  [[0x1f, 0x8b], 'a packed file'],
];

/** What a file is by its first bytes; null: nothing that is known here. */
export const signatureOf = (bytes: Uint8Array): string | null =>
  signatures.find(([first]) => first.every((byte, index) => bytes[index] === byte))?.[1] ?? null;

const decoded = (name: string, bytes: Uint8Array): string => {
  const [first, second] = bytes;
  const marked = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : null;
  const wide = marked ?? utf16Without(bytes);
  if (wide !== null) return new TextDecoder(wide).decode(bytes);
  if (looksBinary(bytes))
    throw refused(name, 'is no text: it holds bytes that no text has. Save it as text, or add the original.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // What Brazilian spreadsheets and editors save besides UTF-8.
    return new TextDecoder('windows-1252').decode(bytes);
  }
};

/** Throws `usage` where the bytes are no text, or there is none in them. */
export const textOf = (name: string, bytes: Uint8Array, keepsTabs = false): string => {
  const other = signatureOf(bytes);
  if (other !== null)
    throw refused(name, `is ${other}, whatever its name says. Give it its own name and add it again.`);
  const text = cleanText(decoded(name, bytes), keepsTabs);
  if (text.includes('\0')) throw refused(name, 'is no text: it holds bytes that no text has.');
  if (text.trim() === '') throw refused(name, 'has no text in it.');
  return text;
};

const markdownHeading = /^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$/;

/** Paragraphs with the line in which each begins; of Markdown with the heading above. */
export function* paragraphsOf(text: string, isMarkdown: boolean): Generator<Block> {
  let heading: string | null = null;
  let lines: string[] = [];
  let from = 1;
  const block = (): Block => ({
    text: lines.join('\n'),
    place: { line: from, ...(heading === null ? {} : { heading }) },
  });

  for (const [index, line] of text.split('\n').entries()) {
    const found = isMarkdown ? markdownHeading.exec(line) : null;
    if (line.trim() === '' || found !== null) {
      if (lines.length > 0) yield block();
      lines = [];
    }
    if (found !== null) heading = headingOf(found[1] ?? '');
    // A heading is words of the file like others: it stands before what is below it.
    if (line.trim() === '') continue;
    if (lines.length === 0) from = index + 1;
    lines.push(line);
  }
  if (lines.length > 0) yield block();
}
