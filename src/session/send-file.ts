import type { Bytes, EpochMs } from './units.ts';

/** A file that a session's bot may send: what its operator put into its folder. Pure. */

/** As WhatsApp shows it: a picture, a video, something to listen to, or a document with a name. */
export const sendFileKinds = ['image', 'video', 'audio', 'document'] as const;
export type SendFileKind = (typeof sendFileKinds)[number];

/** What its bytes are. `isVoice`: Opus in Ogg, which WhatsApp plays as a voice note. */
export interface FileType {
  readonly kind: SendFileKind;
  readonly mimeType: string;
  readonly isVoice: boolean;
}

export interface SendFile extends FileType {
  /** As the model asks for it: `menu`. */
  readonly name: string;
  /** As the customer sees it: `menu.pdf`. */
  readonly fileName: string;
  /** For the model: what it is and when to send it. */
  readonly description: string;
  /** SHA-256 of its bytes in hex: by it they lie in the folder, so that a file of the same name is another one. */
  readonly hash: string;
  readonly bytes: Bytes;
  /** Rises with every file that takes this name. */
  readonly version: number;
  readonly addedAt: EpochMs;
  readonly actor: string;
}

/** As door, screen and API show it. */
export interface SendFileLine extends SendFile {
  /** How often it went out in the last seven days. */
  readonly sent: number;
  /** Its bytes are there: without them it is offered to nobody. */
  readonly isThere: boolean;
}

const megabyte = 1024 * 1024;

/** WhatsApp plays pictures, videos and sound of 16 MB at most; documents may be longer there than here. */
export const sendFileBounds = {
  bytes: { image: 16 * megabyte, video: 16 * megabyte, audio: 16 * megabyte, document: 100 * megabyte },
  /** Each is offered with every question. */
  perSession: 50,
  sessionBytes: 1024 * megabyte,
  description: 300,
  caption: 1000,
  /** Of one answer. */
  perTurn: 3,
} as const;

/** Within this time a chat is sent a file a second time only when its customer asked for it again. */
export const sentLately = 6 * 3_600_000;

/** What is wrong with a name, as one sentence; null: nothing. */
export const sendFileNameProblem = (name: string): string | null =>
  /^[a-z0-9][a-z0-9_-]{0,47}$/.test(name)
    ? null
    : 'a file to send is named with 1 to 48 small letters, digits, - and _. Example: --name menu';

/** `Cardápio 2026.pdf` → `cardapio-2026`. Null: nothing is left of it. */
export const nameFromFile = (fileName: string): string | null => {
  const plain = fileName
    .replace(/\.[^.]*$/, '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 48);
  return sendFileNameProblem(plain) === null ? plain : null;
};

const longestFileName = 120;

/** The name that customers see: of a path its last part. Null: no name of a file. */
export const shownFileName = (path: string): string | null => {
  const name = path.split(/[\\/]/).at(-1)?.normalize('NFC').trim() ?? '';
  if (name === '' || name.startsWith('.') || name.length > longestFileName) return null;
  return /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(name) ? null : name;
};

/** The sign of a file beside what is said, in stored lines and on screens. */
export const clip = '📎';

/** A file with its words in one line: `📎 menu.pdf: our menu`. */
export const fileLine = (fileName: string, caption: string): string =>
  `${clip} ${fileName}${caption.trim() === '' ? '' : `: ${caption.trim()}`}`;
