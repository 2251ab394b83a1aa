import { z } from 'zod';
import { type SendFile, type SendFileLine, sendFileBounds } from '../session/send-file.ts';
import { actor, name } from './request-fields.ts';

/** Files that a session's bot may send: requests of the door and their results. */

const fileName = z.string().min(1).max(400);
const file = z.string().min(1).max(100);

export const fileRequests = {
  files: z.strictObject({ name }),
  /** A part of a file in base64; without `upload` the first of a new one. */
  fileUpload: z.strictObject({ name, upload: z.string().max(64).optional(), part: z.base64().max(1_000_000) }),
  /** Takes what was brought by `fileUpload`; it takes the place of the file of its name. `file`: left out, it is made of `fileName`. */
  fileAdd: z.strictObject({
    name,
    file: file.optional(),
    fileName,
    description: z.string().max(sendFileBounds.description).optional(),
    upload: z.string().max(64),
    actor,
  }),
  fileRemove: z.strictObject({ name, file, actor }),
} as const;

export interface FileResults {
  files: { files: readonly SendFileLine[] };
  fileUpload: { upload: string; bytes: number };
  fileAdd: { file: SendFile };
  fileRemove: { removed: true };
}
