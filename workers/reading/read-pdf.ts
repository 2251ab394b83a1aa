import { type Block, cleanText, refused } from './blocks.ts';

/** The text of a PDF, page by page. What is a picture of text is none. */

const mostPages = 5000;

interface TextItem {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly transform: readonly number[];
  readonly height: number;
}

const isItem = (item: object): item is TextItem => 'str' in item;

/** Lines that stand further apart than lines of a paragraph do begin a new one. */
const paragraphGap = 1.8;

const textOfPage = (items: readonly object[]): string => {
  let text = '';
  let lastY: number | null = null;
  for (const item of items) {
    if (!isItem(item)) continue;
    const y = item.transform[5] ?? 0;
    const height = item.height || Math.abs(item.transform[3] ?? 0) || 10;
    if (item.str !== '' && lastY !== null && Math.abs(lastY - y) > height * paragraphGap) text += '\n\n';
    text += item.str;
    if (item.hasEOL) text += '\n';
    if (item.str !== '') lastY = y;
  }
  return cleanText(text);
};

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

export const pdfBlocks = async (name: string, bytes: Uint8Array): Promise<readonly Block[]> => {
  const { getDocumentProxy } = await import('unpdf');
  let document: Awaited<ReturnType<typeof getDocumentProxy>>;
  try {
    // No font is drawn, no form is filled in, and no script of a document is ever run by this library.
    document = await getDocumentProxy(bytes, {
      disableFontFace: true,
      useSystemFonts: false,
      stopAtErrors: false,
      enableXfa: false,
      verbosity: 0,
    });
  } catch (error) {
    if (isNamed(error, 'PasswordException'))
      throw refused(name, 'is encrypted. Save it without a password and add it again.');
    throw Object.assign(refused(name, 'is no PDF that can be read: it is damaged, or something else.'), {
      cause: error,
    });
  }
  if (document.numPages > mostPages)
    throw refused(name, `has ${document.numPages} pages; at most ${mostPages} are taken. Part it.`);

  const blocks: Block[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    for (const paragraph of textOfPage(items).split(/\n\s*\n/))
      if (paragraph.trim() !== '') blocks.push({ text: paragraph, place: { page: number } });
    page.cleanup();
  }
  const letters = blocks.reduce((sum, { text }) => sum + (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0), 0);
  if (letters === 0)
    throw refused(name, 'has no text: it is made of pictures (a scan). Run it through text recognition (OCR) first.');
  return blocks;
};
