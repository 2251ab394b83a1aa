import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { HomePaths } from '../home/home-paths.ts';
import { unreadableSecrets } from './unreadable-secrets.ts';

/** AI keys that sessions have of their own: `data/session-keys.json`, 0600, by session id. Never in the store, which is replicated. */

const schema = z.record(z.string(), z.string());
const fileOf = (paths: HomePaths): string => join(paths.data, 'session-keys.json');

/** All own keys; none when there is no file. Throws `failed` when it is not readable. */
export const readAiKeys = (paths: HomePaths): Readonly<Record<string, string>> => {
  try {
    return schema.parse(JSON.parse(readFileSync(fileOf(paths), 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw unreadableSecrets(fileOf(paths), error);
  }
};

const write = (paths: HomePaths, keys: Readonly<Record<string, string>>): void => {
  const temporary = `${fileOf(paths)}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(keys), { mode: 0o600, flush: true });
  renameSync(temporary, fileOf(paths));
};

/** Sets or (with null) forgets the own key of a session. Only the master writes. */
export const writeAiKey = (paths: HomePaths, sessionId: string, key: string | null): void => {
  const { [sessionId]: _old, ...others } = readAiKeys(paths);
  write(paths, key === null ? others : { ...others, [sessionId]: key });
};

/** Forgets the keys of sessions that are gone, also where a write was cut off; how many there were. */
export const forgetAiKeys = (paths: HomePaths, sessionIds: readonly string[]): number => {
  for (const entry of readdirSync(paths.data))
    if (/^session-keys\.json\.\d+$/.test(entry)) rmSync(join(paths.data, entry), { force: true });

  const keys = Object.entries(readAiKeys(paths));
  const others = keys.filter(([id]) => !sessionIds.includes(id));
  if (others.length < keys.length) write(paths, Object.fromEntries(others));
  return keys.length - others.length;
};
