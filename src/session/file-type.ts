import { type FileType, type SendFileKind, sendFileBounds } from './send-file.ts';

/** What a file is by its bytes, whatever it is called. What runs on the customer's device, or may, is not taken. Pure. */

interface Known extends FileType {
  /** What its name may end in. */
  readonly ends: readonly string[];
}

const known = (kind: SendFileKind, mimeType: string, ends: readonly string[], isVoice = false): Known => ({
  kind,
  mimeType,
  ends,
  isVoice,
});

const office = 'application/vnd.openxmlformats-officedocument';
const types = {
  pdf: known('document', 'application/pdf', ['pdf']),
  jpeg: known('image', 'image/jpeg', ['jpg', 'jpeg']),
  png: known('image', 'image/png', ['png']),
  webp: known('image', 'image/webp', ['webp']),
  gif: known('document', 'image/gif', ['gif']),
  mp4: known('video', 'video/mp4', ['mp4', 'm4v']),
  '3gp': known('video', 'video/3gpp', ['3gp']),
  mov: known('document', 'video/quicktime', ['mov']),
  m4a: known('audio', 'audio/mp4', ['m4a', 'mp4']),
  opus: known('audio', 'audio/ogg; codecs=opus', ['ogg', 'opus', 'oga'], true),
  mp3: known('audio', 'audio/mpeg', ['mp3']),
  aac: known('audio', 'audio/aac', ['aac']),
  amr: known('audio', 'audio/amr', ['amr']),
  wav: known('document', 'audio/wav', ['wav']),
  docx: known('document', `${office}.wordprocessingml.document`, ['docx']),
  xlsx: known('document', `${office}.spreadsheetml.sheet`, ['xlsx']),
  pptx: known('document', `${office}.presentationml.presentation`, ['pptx']),
  odt: known('document', 'application/vnd.oasis.opendocument.text', ['odt']),
  ods: known('document', 'application/vnd.oasis.opendocument.spreadsheet', ['ods']),
  txt: known('document', 'text/plain', ['txt']),
  csv: known('document', 'text/csv', ['csv']),
  vcf: known('document', 'text/vcard', ['vcf']),
  ics: known('document', 'text/calendar', ['ics']),
} as const;

export const takenFiles =
  'pdf, docx, xlsx, pptx, odt, ods, txt, csv, vcf, ics, jpg, png, webp, gif, mp4, 3gp, mov, ogg, mp3, m4a, aac, amr, wav';

/** The type, or why it is not taken, as the end of a sentence that begins with the file's name. */
export type Looked = { readonly type: FileType } | { readonly problem: string };

const starts = (bytes: Buffer, text: string, at = 0): boolean =>
  bytes.subarray(at, at + text.length).toString('latin1') === text;

const programs: readonly (readonly [start: string, what: string])[] = [
  ['MZ', 'a Windows program'],
  ['\x7fELF', 'a Linux program'],
  ['\xca\xfe\xba\xbe', 'a program'],
  ['\xcf\xfa\xed\xfe', 'a program for macOS'],
  ['\xfe\xed\xfa', 'a program for macOS'],
  ['dex\n', 'an Android program'],
  ['#!', 'a script'],
];

const zipped = (bytes: Buffer): Known | string => {
  const has = (name: string): boolean => bytes.includes(name, 0, 'latin1');
  if (has('vbaProject.bin') || has('macrosheets/') || has('Basic/script-lc.xml')) return 'holds macros';
  if (has('AndroidManifest.xml') || has('META-INF/MANIFEST.MF')) return 'is a program';
  if (starts(bytes, 'mimetypeapplication/vnd.oasis.opendocument.text', 30)) return types.odt;
  if (starts(bytes, 'mimetypeapplication/vnd.oasis.opendocument.spreadsheet', 30)) return types.ods;
  if (has('[Content_Types].xml')) {
    if (has('word/document.xml')) return types.docx;
    if (has('xl/workbook.xml')) return types.xlsx;
    if (has('ppt/presentation.xml')) return types.pptx;
  }
  return 'is an archive, and may hold anything. Send what is in it';
};

const boxed = (bytes: Buffer): Known => {
  const brand = bytes.subarray(8, 12).toString('latin1');
  if (/^M4[AB]/.test(brand)) return types.m4a;
  if (brand.startsWith('3g')) return types['3gp'];
  return brand.startsWith('qt') ? types.mov : types.mp4;
};

const portable = (bytes: Buffer): Known | string =>
  ['/JavaScript', '/Launch', '/RichMedia', '/EmbeddedFile'].some((name) => bytes.includes(name, 0, 'latin1'))
    ? 'is a PDF that holds a script, a program or other files. Print it to a plain PDF'
    : types.pdf;

/** Every character of a text is looked at, and the master does nothing else meanwhile. */
const longestText = 16 * 1024 * 1024;

const text = (bytes: Buffer, end: string): Known | string => {
  if (bytes.includes(0)) return 'is nothing that is sent';
  if (bytes.length > longestText) return 'is text of more than 16 MB. Send it as a PDF';
  let words: string;
  try {
    words = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return 'is nothing that is sent';
  }
  if (/<\s*(?:!doctype|html|svg|script|\?xml)/i.test(words.slice(0, 4096)))
    return 'is a web page, and may hold scripts';
  const found = [types.txt, types.csv, types.vcf, types.ics].find(({ ends }) =>
    (ends as readonly string[]).includes(end),
  );
  return found ?? 'is text, and its name does not say which. Call it .txt or .csv';
};

const lookInside = (bytes: Buffer, end: string): Known | string => {
  const program = programs.find(([start]) => starts(bytes, start));
  if (program !== undefined) return `is ${program[1]}`;
  if (bytes.subarray(0, 1024).includes('%PDF-')) return portable(bytes);
  if (starts(bytes, '\xff\xd8\xff')) return types.jpeg;
  if (starts(bytes, '\x89PNG\r\n\x1a\n')) return types.png;
  if (starts(bytes, 'GIF8')) return types.gif;
  if (starts(bytes, 'RIFF') && starts(bytes, 'WEBP', 8)) return types.webp;
  if (starts(bytes, 'RIFF') && starts(bytes, 'WAVE', 8)) return types.wav;
  if (starts(bytes, 'ftyp', 4)) return boxed(bytes);
  if (starts(bytes, 'OggS'))
    return bytes.subarray(0, 200).includes('OpusHead') ? types.opus : 'is Ogg, but not Opus, which WhatsApp plays';
  if (starts(bytes, '#!AMR')) return types.amr;
  if (starts(bytes, 'ID3') || (bytes[0] === 0xff && [0xfb, 0xf3, 0xf2].includes(bytes[1] ?? 0))) return types.mp3;
  if (bytes[0] === 0xff && [0xf1, 0xf9].includes(bytes[1] ?? 0)) return types.aac;
  if (starts(bytes, 'PK\x03\x04')) return zipped(bytes);
  if (starts(bytes, '\xd0\xcf\x11\xe0'))
    return 'is an old Office file, and may hold macros. Save it as .docx, .xlsx or .pdf';
  return text(bytes, end);
};

const sizeWords = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

/** `fileName`: as customers would see it; its end must say what it is. */
export const lookAtFile = (bytes: Buffer, fileName: string): Looked => {
  if (bytes.length === 0) return { problem: 'is empty' };
  const end = /\.([A-Za-z0-9]{1,8})$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
  // A script begins like one whatever comes before what it says, and AMR begins like a script.
  const found = starts(bytes, '#!AMR') ? types.amr : lookInside(bytes, end);
  if (typeof found === 'string') return { problem: found };
  if (!found.ends.includes(end))
    return { problem: `is ${found.ends[0]} by its bytes, and its name does not say so. Call it .${found.ends[0]}` };

  const most = sendFileBounds.bytes[found.kind];
  if (bytes.length > most)
    return { problem: `has ${sizeWords(bytes.length)}; WhatsApp is given at most ${sizeWords(most)} of its kind` };
  const { kind, mimeType, isVoice } = found;
  return { type: { kind, mimeType, isVoice } };
};
