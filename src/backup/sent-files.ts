import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { HomePaths } from '../home/home-paths.ts';
import { sendFilePath, sessionFilesDir } from '../home/send-files.ts';
import { isThere } from './copy-files.ts';

/** Files that sessions may send, in archives. */

/** What a store names, each once. A store from before has none. */
export const sentFilesIn = (database: string): readonly { readonly sessionId: string; readonly hash: string }[] => {
  const store = new DatabaseSync(database, { readOnly: true });
  try {
    if (store.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'session_files'").get() === undefined) return [];
    return store
      .prepare('SELECT DISTINCT session_id AS id, hash FROM session_files ORDER BY 1, 2')
      .all()
      .map(({ id, hash }) => ({ sessionId: String(id), hash: String(hash) }))
      .filter(({ sessionId, hash }) => /^[\w-]{1,64}$/.test(sessionId) && /^[0-9a-f]{64}$/.test(hash));
  } finally {
    store.close();
  }
};

/** Puts what was unpacked into the folders of these sessions; the same bytes may be there already. */
export const placeSentFiles = async (
  paths: Pick<HomePaths, 'data'>,
  stagedData: string,
  sessionIds: readonly string[],
): Promise<void> => {
  for (const id of sessionIds) {
    const from = sessionFilesDir({ data: stagedData }, id);
    if (!(await isThere(from))) continue;
    await mkdir(sessionFilesDir(paths, id), { recursive: true, mode: 0o700 });
    for (const hash of await readdir(from)) await rename(join(from, hash), sendFilePath(paths, id, hash));
  }
};
