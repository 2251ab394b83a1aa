import type { LoadedSettings } from '../../../settings/load-settings.ts';

/** Names of the sessions, straight from the store: for completion, which must not start a master. */
export const storedNames = async (loaded: LoadedSettings): Promise<readonly string[]> => {
  const { openStoreToRead } = await import('../../../store/read-store.ts');
  const store = openStoreToRead(loaded.paths.database);
  try {
    return store.sessions.list().map((session) => session.name);
  } finally {
    store.close();
  }
};
