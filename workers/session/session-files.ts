import type { HomePaths } from '../../src/home/home-paths.ts';
import type { FilePlace } from '../conversation/core/engine-types.ts';

/** Files that a session may send. What looks at the disk is loaded at the first of them: a session without files never pays for it. */

/** For a chain that sends none. */
export const noFiles: FilePlace = {
  find: async () => null,
  keepSpoken: async () => {
    throw new Error('nothing is spoken here');
  },
  dropSpoken: async () => undefined,
};

export const filePlaceOf = (paths: HomePaths, sessionId: string): FilePlace => ({
  find: async (file) => {
    const { isSendFileThere, sendFilePath } = await import('../../src/home/send-files.ts');
    return (await isSendFileThere(paths, sessionId, file)) ? sendFilePath(paths, sessionId, file.hash) : null;
  },
  keepSpoken: async (part, bytes) =>
    (await import('../../src/home/send-files.ts')).keepSpoken(paths, sessionId, part, bytes),
  dropSpoken: async (part) => (await import('../../src/home/send-files.ts')).dropSpoken(paths, sessionId, part),
});
