import { readFile } from 'node:fs/promises';
import { dropSendFiles, keepSendFile, sendFileSessions } from '../home/send-files.ts';
import { createFileReads } from '../orchestrator/door/file-methods.ts';
import { wake } from '../orchestrator/door/fleet-parts.ts';
import { createQueue } from '../pace/queue.ts';
import type { FleetApi } from '../protocol/fleet-api.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import {
  nameFromFile,
  type SendFile,
  sendFileBounds,
  sendFileNameProblem,
  shownFileName,
} from '../session/send-file.ts';
import type { MasterParts } from './open-parts.ts';
import type { Room } from './room.ts';
import { createUploads } from './uploads.ts';

/** Files that bots may send: how they come in, are looked at, and take the place of former ones. */

export type FileRoom = Room<'files' | 'fileUpload' | 'fileAdd' | 'fileRemove'>;

type Asked = FleetApi['fileAdd']['params'];

/** Throws `usage`. */
const namesOf = ({ file, fileName }: Asked): { readonly name: string; readonly fileName: string } => {
  const shown = shownFileName(fileName);
  if (shown === null)
    throw new FleetError('usage', `${JSON.stringify(plainText(fileName.slice(0, 120)))} is no name of a file.`);
  const name = file ?? nameFromFile(shown);
  if (name === null)
    throw new FleetError('usage', `say how the AI is to call ${plainText(shown)}. Example: --name menu`);
  const problem = sendFileNameProblem(name);
  if (problem !== null) throw new FleetError('usage', problem);
  return { name, fileName: shown };
};

const noSuchFile = (session: string, file: string): FleetError =>
  new FleetError(
    'refused-by-state',
    `${session} has no file ${JSON.stringify(plainText(file.slice(0, 120)))} to send. See: zap-fleet files ls ${session}`,
  );

export const createFileRoom = (
  parts: Pick<MasterParts, 'book' | 'log' | 'now' | 'orchestrator' | 'paths' | 'store'>,
): FileRoom => {
  const { book, log, now, paths, store } = parts;
  const uploads = createUploads(paths, now, {
    directory: '.files-arriving',
    mostBytes: sendFileBounds.bytes.document,
    advice: 'Make it smaller, or send a link to it.',
  });
  /** One after the other: two of one name, and the memory that looking at one takes. */
  const queue = createQueue();

  const take = async (sessionId: string, asked: Asked): Promise<SendFile> => {
    const { name, fileName } = namesOf(asked);
    const { path, bytes } = uploads.get(asked.upload);
    const { lookAtFile } = await import('../session/file-type.ts');
    const looked = lookAtFile(await readFile(path), fileName);
    if ('problem' in looked) throw new FleetError('usage', `${plainText(fileName)} ${looked.problem}.`);

    store.sendFiles.checkRoom(sessionId, { name, bytes });
    const known = store.sendFiles.get(sessionId, name);
    const given = plainText(asked.description ?? known?.description ?? '').trim();
    const hash = await keepSendFile(paths, sessionId, path).catch((error: unknown) => {
      throw new FleetError('failed', `${plainText(fileName)} could not be kept: ${messageOf(error)}. Check the disk.`);
    });
    const description = given === '' ? plainText(fileName) : given;
    const actor = asked.actor ?? 'you';
    const file = store.sendFiles.put(
      sessionId,
      { ...looked.type, name, fileName, description, hash, bytes, addedAt: now(), actor },
      now(),
    );
    await tidy(sessionId);
    return file;
  };

  /** What none of its files is any more. A part on its way has its bytes open in the browser. */
  const tidy = async (sessionId: string): Promise<void> => {
    try {
      const gone = await dropSendFiles(paths, sessionId, () => store.sendFiles.hashes(sessionId), {
        sparing: true,
      });
      if (gone.length > 0) log.debug('files that nobody sends any more were erased', { files: gone.length });
    } catch (error) {
      log.warn('files that nobody sends any more were not erased', { error: messageOf(error) });
    }
  };

  return {
    methods: {
      ...createFileReads(parts),

      fileUpload: ({ name, upload, part }) => {
        book.get(name);
        return uploads.add(upload, part);
      },

      fileAdd: async (asked) => {
        try {
          const session = book.get(asked.name);
          const file = await queue.run(() => take(session.stored.id, asked));
          book.reload(session);
          book.record(session, {
            level: 'info',
            kind: 'file-added',
            text: `it may send ${plainText(file.fileName)} as ${file.name}, version ${file.version}`,
            actor: file.actor,
            evidence: { file: file.name, fileName: plainText(file.fileName), version: file.version },
          });
          await wake(parts, session);
          return { file };
        } finally {
          uploads.drop(asked.upload);
        }
      },

      fileRemove: async ({ name, file, actor = 'you' }) => {
        const session = book.get(name);
        const { id } = session.stored;
        if (!store.sendFiles.remove(id, file, now())) throw noSuchFile(name, file);
        book.reload(session);
        book.record(session, {
          level: 'info',
          kind: 'file-removed',
          text: `it does not send ${file} any more`,
          actor,
          evidence: { file },
        });
        await queue.run(() => tidy(id));
        await wake(parts, session);
        return { removed: true };
      },
    },
    begin: () => {
      uploads.clear();
      // Of sessions that were deleted, and what an end in the middle of an arrival left.
      void queue.run(async () => {
        for (const id of await sendFileSessions(paths)) await tidy(id);
      });
    },
    close: async () => {
      await queue.run(async () => undefined);
    },
  };
};
