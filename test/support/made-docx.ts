import { crc32, deflateRawSync } from 'node:zlib';

/** A ZIP archive of one part, made by hand. `claims`: the size that it says it unpacks to. */
export const madeZip = (name: string, content: Buffer, claims = content.length): Uint8Array => {
  const packed = deflateRawSync(content);
  const path = Buffer.from(name);
  const facts = (signature: number, version: readonly number[]): Buffer => {
    const head = Buffer.alloc(4 + version.length * 2 + 22);
    let at = head.writeUInt32LE(signature, 0);
    for (const one of version) at = head.writeUInt16LE(one, at);
    // Flags, method (deflate), time, date.
    for (const one of [0, 8, 0, 0]) at = head.writeUInt16LE(one, at);
    for (const one of [crc32(content), packed.length, claims]) at = head.writeUInt32LE(one, at);
    head.writeUInt16LE(path.length, at);
    return head;
  };
  const local = Buffer.concat([facts(0x04034b50, [20]), Buffer.alloc(2), path, packed]);
  const central = Buffer.concat([facts(0x02014b50, [20, 20]), Buffer.alloc(16), path]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return new Uint8Array(Buffer.concat([local, central, end]));
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export const paragraph = (text: string, style?: string): string =>
  `<w:p>${style === undefined ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t>${escaped(text)}</w:t></w:r></w:p>`;

/** A Word document with that body. */
export const madeDocx = (body: string, claims?: number): Uint8Array =>
  madeZip(
    'word/document.xml',
    Buffer.from(
      `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>${body}</w:body></w:document>`,
    ),
    claims,
  );
