import { z } from 'zod';
import { fleetRequests } from '../protocol/fleet-api.ts';
import { sendFileKinds } from '../session/send-file.ts';
import { byName, none, operation } from './operation.ts';

/** Files that a session's bot may send. */

const fileSchema = z
  .object({
    name: z.string().describe('as the AI asks for it'),
    fileName: z.string().describe('as the customer sees it'),
    description: z.string(),
    kind: z.enum(sendFileKinds),
    mimeType: z.string(),
    isVoice: z.boolean().describe('goes out as a voice note'),
    hash: z.string().describe('SHA-256 of its bytes'),
    bytes: z.number(),
    version: z.number().describe('rises with every file that takes this name'),
    addedAt: z.number(),
    actor: z.string(),
  })
  .meta({ id: 'SendFile' });

export const fileOperations = {
  listFiles: operation({
    method: 'GET',
    path: '/api/sessions/:name/files',
    summary: 'Files that its bot may send, and how often each went out in the last 7 days',
    params: byName,
    query: none,
    body: null,
    status: 200,
    response: z.object({
      files: z
        .array(fileSchema.extend({ sent: z.number(), isThere: z.boolean().describe('on this server') }))
        .readonly(),
    }),
  }),
  uploadFile: operation({
    method: 'POST',
    path: '/api/sessions/:name/files/upload',
    summary:
      'Bring a part of a file, in base64; the first one without `upload`, the others with the one that it answered',
    params: byName,
    query: none,
    body: fleetRequests.fileUpload.omit({ name: true }),
    status: 200,
    response: z.object({ upload: z.string(), bytes: z.number() }),
  }),
  addFile: operation({
    method: 'POST',
    path: '/api/sessions/:name/files',
    summary: 'Take a file that was brought; it takes the place of the one of its name in one step',
    params: byName,
    query: none,
    body: fleetRequests.fileAdd.omit({ name: true, actor: true }),
    status: 201,
    response: z.object({ file: fileSchema }),
  }),
  removeFile: operation({
    method: 'DELETE',
    path: '/api/sessions/:name/files/:file',
    summary: 'The bot does not send this file any more',
    params: byName.extend({ file: z.string().max(100).describe('its name, e.g. menu') }),
    query: none,
    body: null,
    status: 200,
    response: z.object({ removed: z.literal(true) }),
  }),
} as const;
