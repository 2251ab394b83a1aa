import { isSendFileThere } from '../../home/send-files.ts';
import type { SendFileLine } from '../../session/send-file.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';

/** The method of the door that looks at the files which a session may send. */

const week = 7 * 86_400_000;

export const createFileReads = ({
  book,
  store,
  paths,
  now,
}: Pick<FleetParts, 'book' | 'store' | 'paths' | 'now'>): MethodsOf<'files'> => ({
  files: async ({ name }) => {
    const { id } = book.get(name).stored;
    const sent = store.sendFiles.sentSince(id, now() - week);
    const files: SendFileLine[] = [];
    for (const file of store.sendFiles.list(id))
      files.push({ ...file, sent: sent.get(file.name) ?? 0, isThere: await isSendFileThere(paths, id, file) });
    return { files };
  },
});
