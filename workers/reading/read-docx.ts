import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { FleetError } from '../../src/session/fleet-error.ts';
import { type Block, cleanText, headingOf, refused } from './blocks.ts';
import { namesOf } from './common-js.ts';

/** Word's documents: paragraphs, headings and tables of the body, with what a packed file may become bounded. */

/** A document of 20 MB with text alone is longer than any book; what unpacks to more is a bomb. */
const longestXml = 60 * 1024 * 1024;
const mostEntries = 5000;
const bodyPath = 'word/document.xml';

const openZip = async (bytes: Uint8Array): Promise<ZipFile> => {
  const { fromBuffer } = namesOf(await import('yauzl'));
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Promise((done, fail) => {
    fromBuffer(buffer, { lazyEntries: true }, (error, zip) => (error === null ? done(zip) : fail(error)));
  });
};

/** Null: the archive has no such part. */
const partOf = (zip: ZipFile, path: string): Promise<Entry | null> =>
  new Promise((done, fail) => {
    zip.on('error', fail);
    zip.on('end', () => done(null));
    zip.on('entry', (entry: Entry) => (entry.fileName === path ? done(entry) : zip.readEntry()));
    zip.readEntry();
  });

const contentOf = async (zip: ZipFile, entry: Entry, tooLong: () => Error): Promise<string> => {
  const stream = await new Promise<Readable>((done, fail) => {
    zip.openReadStream(entry, (error, opened) => (error === null ? done(opened) : fail(error)));
  });
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    length += part.length;
    // Whatever size the archive claims.
    if (length > longestXml) throw tooLong();
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

const unpacked = async (name: string, bytes: Uint8Array): Promise<string> => {
  const tooLong = (): Error => refused(name, 'unpacks to more than 60 MB of text; no document is so long.');
  const notOne = (cause?: unknown): Error =>
    Object.assign(refused(name, 'is no Word document that can be read: it is damaged, or something else.'), { cause });
  let zip: ZipFile | null = null;
  try {
    zip = await openZip(bytes);
    if (zip.entryCount > mostEntries) throw refused(name, `holds ${zip.entryCount} parts; no document has so many.`);
    const entry = await partOf(zip, bodyPath);
    if (entry === null) throw notOne();
    if (entry.uncompressedSize > longestXml) throw tooLong();
    return await contentOf(zip, entry, tooLong);
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw notOne(error);
  } finally {
    zip?.close();
  }
};

/** `Heading1`, `Ttulo2` (Word in Portuguese writes its style's name without the accent), `Title`. */
const headingStyle = /^(?:heading|t[ií]?tulo|title|cabe[cç]alho)\s*\d*$/i;

/**
 * What is in the file and not in the document: text that was deleted or moved away with changes tracked, how a paragraph was styled before,
 * what fields are made by, and the second form of text boxes, for programs that do not know the first.
 */
const skippedTags: ReadonlySet<string> = new Set([
  'w:del',
  'w:moveFrom',
  'w:pPrChange',
  'w:rPrChange',
  'w:instrText',
  'mc:Fallback',
]);

const isOff = (value: string | undefined): boolean => value === '0' || value === 'false' || value === 'off';

export const docxBlocks = async (name: string, bytes: Uint8Array): Promise<readonly Block[]> => {
  const xml = await unpacked(name, bytes);
  const { SaxesParser } = namesOf(await import('saxes'));
  const blocks: Block[] = [];
  let heading: string | null = null;
  let paragraph = '';
  let isHeading = false;
  let isText = false;
  let isHidden = false;
  let skipped = 0;
  const cells: string[] = [];
  let cell: string | null = null;
  let tables = 0;

  const place = () => (heading === null ? {} : { heading });
  const endParagraph = (): void => {
    const text = cleanText(paragraph).trim();
    paragraph = '';
    if (text === '') return;
    if (cell !== null) cell += cell === '' ? text : ` ${text}`;
    else {
      if (isHeading) heading = headingOf(text);
      blocks.push({ text, place: place() });
    }
  };

  // Entities that a document declares itself are not filled in: none can grow.
  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', (error) => {
    throw refused(name, `is a damaged Word document: ${error.message.split('\n')[0]}`);
  });
  parser.on('opentag', ({ name: tag, attributes }) => {
    if (skippedTags.has(tag)) skipped += 1;
    else if (skipped > 0) return;
    else if (tag === 'w:p') isHeading = false;
    else if (tag === 'w:pStyle') isHeading = headingStyle.test(attributes['w:val'] ?? '');
    else if (tag === 'w:r') isHidden = false;
    else if (tag === 'w:vanish') isHidden = !isOff(attributes['w:val']);
    else if (tag === 'w:t') isText = true;
    else if (tag === 'w:noBreakHyphen') paragraph += '-';
    else if (tag === 'w:tab') paragraph += ' ';
    else if (tag === 'w:br' || tag === 'w:cr') paragraph += '\n';
    else if (tag === 'w:tbl') tables += 1;
    else if (tag === 'w:tr' && tables === 1) cells.length = 0;
    else if (tag === 'w:tc' && tables === 1) cell = '';
  });
  parser.on('text', (text) => {
    if (isText && !isHidden && skipped === 0) paragraph += text;
  });
  parser.on('closetag', ({ name: tag }) => {
    if (skippedTags.has(tag)) skipped -= 1;
    else if (skipped > 0) return;
    else if (tag === 'w:t') isText = false;
    else if (tag === 'w:p') endParagraph();
    else if (tag === 'w:tc' && tables === 1) {
      cells.push(cell ?? '');
      cell = null;
    } else if (tag === 'w:tr' && tables === 1) {
      const row = cells.filter((one) => one !== '').join(' | ');
      if (row !== '') blocks.push({ text: row, place: place() });
    } else if (tag === 'w:tbl') tables -= 1;
  });
  parser.write(xml).close();

  if (blocks.length === 0) throw refused(name, 'has no text in it.');
  return blocks;
};
